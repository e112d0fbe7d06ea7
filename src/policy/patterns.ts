/**
 * Patterns of the policy file. Module patterns: `example.com/a` is that module alone, `example.com/a/...` it and
 * everything below, `*` any part of one path element. Path patterns: as git's, `**` for any folders, a pattern
 * without slash for a name anywhere.
 */
export function matchModule(pattern: string, path: string): boolean {
  const below = pattern.endsWith("/...");
  const text = below ? pattern.slice(0, -4) : pattern;
  const source = text
    .split("...")
    .map((part) => part.split("*").map(escapeRegExp).join("[^/]*"))
    .join(".*");
  return compiled(`^${source}${below ? "(?:/.*)?" : ""}$`).test(path);
}

/** See `matchModule`. */
export function matchPath(pattern: string, path: string): boolean {
  const anchored = pattern.includes("/");
  const source = pattern
    .replace(/^\//, "")
    .split("**/")
    .map((part) =>
      part
        .split("**")
        .map((text) => text.split("*").map(escapeRegExp).join("[^/]*"))
        .join(".*"),
    )
    .join("(?:.*/)?");
  return compiled(`^${anchored ? "" : "(?:.*/)?"}${source}(?:/.*)?$`).test(path);
}

const cache = new Map<string, RegExp>();

function compiled(source: string): RegExp {
  let pattern = cache.get(source);
  if (pattern === undefined) {
    pattern = new RegExp(source, "su");
    cache.set(source, pattern);
  }
  return pattern;
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
