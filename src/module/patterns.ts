import { matchGlob } from "./glob.ts";

/**
 * True when the first elements of `path` match one of the comma-separated glob patterns, as GOPRIVATE, GONOPROXY and
 * GONOSUMDB are read (module.MatchPrefixPatterns; `go help module-private`). A pattern of n elements is held against
 * the first n of the path. Empty and malformed patterns match nothing; one slash at a pattern's end is ignored.
 */
export function matchPrefixPatterns(globs: string, path: string): boolean {
  const elements = path.split("/");
  return globs.split(",").some((entry) => {
    const glob = entry.endsWith("/") ? entry.slice(0, -1) : entry;
    if (glob === "") return false;
    const count = glob.split("/").length;
    return count <= elements.length && matchGlob(glob, elements.slice(0, count).join("/"));
  });
}
