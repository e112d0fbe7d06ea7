/*
 * The major version at the end of a module path. Apart from major.ts so that path.ts can use it without a circle.
 */

export interface SplitPath {
  /** The path without its major version suffix. */
  readonly prefix: string;
  /** `/vN` with N of 2 and more, `.vN` or `.vN-unstable` for gopkg.in, or "" for a path without suffix. */
  readonly pathMajor: string;
}

const GOPKG_IN = "gopkg.in/";

/**
 * Splits a module path so that `prefix + pathMajor === path` (module.SplitPathVersion).
 * Returns undefined for an ending that checkPath refuses: `/v1`, `/v02`, `/v2.1`, gopkg.in without `.vN`.
 */
export function splitPathVersion(path: string): SplitPath | undefined {
  return path.startsWith(GOPKG_IN) ? splitGopkgIn(path) : splitOrdinary(path);
}

function splitOrdinary(path: string): SplitPath | undefined {
  const at = indexOfSuffix(path, /[0-9.]/, path.length);
  if (at === path.length || path.slice(at - 2, at) !== "/v") return { prefix: path, pathMajor: "" };
  const major = path.slice(at);
  if (!/^[1-9][0-9]*$/.test(major) || major === "1") return undefined;
  return { prefix: path.slice(0, at - 2), pathMajor: path.slice(at - 2) };
}

function splitGopkgIn(path: string): SplitPath | undefined {
  const end = path.length - (path.endsWith("-unstable") ? "-unstable".length : 0);
  const at = indexOfSuffix(path, /[0-9]/, end);
  if (path.slice(at - 2, at) !== ".v") return undefined;
  const major = path.slice(at);
  // Without a number there is no suffix; yet `.v-unstable` is one, since module.splitGopkgIn lets it pass.
  if (major === "" || (major.startsWith("0") && major !== "0")) return undefined;
  return { prefix: path.slice(0, at - 2), pathMajor: path.slice(at - 2) };
}

/** Where the characters of this class begin that end at `end`; a regular expression would be quadratic here. */
function indexOfSuffix(path: string, charClass: RegExp, end: number): number {
  let at = end;
  while (at > 0 && charClass.test(path[at - 1]!)) at--;
  return at;
}
