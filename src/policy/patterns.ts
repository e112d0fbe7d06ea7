/**
 * Patterns of the policy file. Module patterns: `example.com/a` is that module alone, `example.com/a/...` it and
 * everything below, `*` any part of one path element. Path patterns: as git's, `**` for any folders, a pattern
 * without slash for a name anywhere.
 */
export function matchModule(pattern: string, path: string): boolean {
  const below = pattern.endsWith("/...");
  const text = below ? pattern.slice(0, -4) : pattern;
  const reached = advance(tokensOf(text, /(\.\.\.|\*)/), path);
  return reached[path.length] === true || (below && endsAtFolder(reached, path));
}

/** See `matchModule`. */
export function matchPath(pattern: string, path: string): boolean {
  const tokens = tokensOf(pattern.replace(/^\//, ""), /(\*\*\/|\*\*(?!\*\/)|\*)/);
  const reached = advance(
    pattern.includes("/") ? tokens : [{ text: "**/", isWildcard: true }, ...tokens],
    path,
  );
  return reached[path.length] === true || endsAtFolder(reached, path);
}

interface Token {
  text: string;
  isWildcard: boolean;
}

/** What a separator with one group splits off stands at the odd places. */
function tokensOf(text: string, separator: RegExp): Token[] {
  const tokens = text.split(separator).map((part, i) => ({ text: part, isWildcard: i % 2 === 1 }));
  return tokens.filter((token) => token.text !== "");
}

/**
 * The offsets of the path at which the tokens can end, found in one pass for each token: a regular expression would
 * try every division of the path among the wildcards of a hostile pattern.
 */
function advance(tokens: readonly Token[], path: string): boolean[] {
  let reached = Array.from({ length: path.length + 1 }, (_, i) => i === 0);
  for (const { text, isWildcard } of tokens) {
    reached = isWildcard ? spread(text, reached, path) : step(text, reached, path);
  }
  return reached;
}

function step(literal: string, reached: readonly boolean[], path: string): boolean[] {
  return reached.map((_, i) => {
    const start = i - literal.length;
    return start >= 0 && reached[start]! && path.startsWith(literal, start);
  });
}

function spread(wildcard: string, reached: readonly boolean[], path: string): boolean[] {
  let open = false;
  return reached.map((here, i) => {
    const afterSlash = path[i - 1] === "/";
    // Whole folders or none.
    if (wildcard === "**/") {
      const result = here || (open && afterSlash);
      open ||= here;
      return result;
    }
    if (wildcard === "*" && afterSlash) open = false;
    open ||= here;
    return open;
  });
}

function endsAtFolder(reached: readonly boolean[], path: string): boolean {
  return reached.some((here, i) => here && path[i] === "/");
}
