/**
 * Go versions as go.mod writes them (`1.21`, `1.21rc1`, `1.21.0`), ordered as cmd/go and go/version order them.
 * They are not semantic versions: 1.21 is the language, older than 1.21rc1, which is older than 1.21.0.
 */

interface GoVersion {
  /** Decimal digits, compared by value; "" where a part is left out. */
  readonly major: string;
  readonly minor: string;
  readonly patch: string;
  /** `alpha`, `beta`, `rc` or any other lower-case word. */
  readonly kind: string;
  readonly prerelease: string;
}

const pattern = /^(0|[1-9][0-9]*)(?:\.(0|[1-9][0-9]*)(?:\.(0|[1-9][0-9]*)|([a-z]+)(0|[1-9][0-9]*)?)?)?$/;

function parse(version: string): GoVersion | undefined {
  const match = pattern.exec(version);
  if (match === null) return undefined;
  const [, major = "", minor, patch, kind = "", prerelease = ""] = match;
  if (minor === undefined) return { major, minor: "0", patch: "0", kind, prerelease };
  // Before 1.21 a version without patch is the release; since then it is the language, older than any release.
  const implied = kind === "" && compareDecimals(minor, "21") < 0 ? "0" : "";
  return { major, minor, patch: patch ?? implied, kind, prerelease };
}

/** Orders decimal numbers of any length; "" is below all of them. */
function compareDecimals(a: string, b: string): number {
  if (a.length !== b.length) return a.length < b.length ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}

/** True for a version that Go could have; `1.21.0-suffix` and `go1.21` are not. */
export function isGoVersion(version: string): boolean {
  return parse(version) !== undefined;
}

/** -1, 0 or 1, as go/version.Compare (without its `go` prefix). What is no version is below all versions. */
export function compareGoVersions(a: string, b: string): -1 | 0 | 1 {
  const [x, y] = [parse(a), parse(b)];
  if (x === undefined || y === undefined) return x === y ? 0 : x === undefined ? -1 : 1;
  const order =
    compareDecimals(x.major, y.major) ||
    compareDecimals(x.minor, y.minor) ||
    compareDecimals(x.patch, y.patch) ||
    (x.kind === y.kind ? 0 : x.kind < y.kind ? -1 : 1) ||
    compareDecimals(x.prerelease, y.prerelease);
  return order as -1 | 0 | 1;
}

/** The language version: `1.21` of 1.21.3 and 1.21rc1; "" for what is no version. */
export function languageVersion(version: string): string {
  const parsed = parse(version);
  if (parsed === undefined) return "";
  const { major, minor } = parsed;
  return major === "1" && minor === "0" ? "1" : `${major}.${minor}`;
}

/** The Go version in the name of a toolchain: 1.21.3 of go1.21.3 and go1.21.3-custom; "" when there is none. */
export function toolchainVersion(name: string): string {
  const version = name.split("-", 1)[0]!;
  return version.startsWith("go") && isGoVersion(version.slice(2)) ? version.slice(2) : "";
}

/**
 * True for the go line of a go.mod that lists all modules of its build, indirect ones too, so that who requires it
 * needs no more of the module graph behind it (go.dev/ref/mod, "Module graph pruning"); without a go line, false.
 */
export function isPrunedAt(goVersion: string | undefined): boolean {
  return compareGoVersions(goVersion ?? "", "1.17") >= 0;
}
