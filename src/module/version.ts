import { compareBytewise } from "../base/bytewise.ts";

/*
 * Versions as golang.org/x/mod/semver reads them:
 *
 *     vMAJOR[.MINOR[.PATCH[-PRERELEASE][+BUILD]]]
 *
 * Semantic Versioning 2.0.0 with a mandatory v, with v1 and v1.2 as short forms of v1.0.0 and v1.2.0, and with
 * numbers of any length. The npm package semver knows neither the short forms nor numbers beyond 2^53 nor texts
 * beyond 256 characters, so its answers would differ from Go's; what is Go's is decided here alone.
 */

interface Parsed {
  /** Decimal digits without leading zero, as is every number here. */
  readonly major: string;
  readonly minor: string;
  readonly patch: string;
  /** With its hyphen, or "". */
  readonly prerelease: string;
  /** With its plus sign, or "". */
  readonly build: string;
  /** What a short form leaves out: "", ".0" or ".0.0". */
  readonly omitted: string;
}

const NUMBER = "(0|[1-9][0-9]*)";
const IDENTIFIER = "[0-9A-Za-z-]+";
/** An identifier of digits alone must not begin with a zero; one with a letter or hyphen may. */
const PRERELEASE_IDENTIFIER = "(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)";
const PRERELEASE = `(-${PRERELEASE_IDENTIFIER}(?:\\.${PRERELEASE_IDENTIFIER})*)`;
const BUILD = `(\\+${IDENTIFIER}(?:\\.${IDENTIFIER})*)`;
const VERSION = new RegExp(`^v${NUMBER}(?:\\.${NUMBER}(?:\\.${NUMBER}${PRERELEASE}?${BUILD}?)?)?$`);

function parse(version: string): Parsed | undefined {
  const match = VERSION.exec(version);
  if (match === null) return undefined;
  const [, major, minor, patch, prerelease = "", build = ""] = match;
  const omitted = minor === undefined ? ".0.0" : patch === undefined ? ".0" : "";
  return { major: major!, minor: minor ?? "0", patch: patch ?? "0", prerelease, build, omitted };
}

/** True for a semantic version with `v`; short forms and build metadata count (semver.IsValid). */
export function isSemver(version: string): boolean {
  return VERSION.test(version);
}

/**
 * The version in full and without build metadata (semver.Canonical): v1 → v1.0.0, v1.2.3+meta → v1.2.3.
 * undefined for what is no semantic version, where Go returns "". For module versions see
 * `canonicalModuleVersion`, which keeps +incompatible.
 */
export function canonicalVersion(version: string): string | undefined {
  const parsed = parse(version);
  if (parsed === undefined) return undefined;
  return version.slice(0, version.length - parsed.build.length) + parsed.omitted;
}

/** `v2` of v2.1.0 (semver.Major); undefined for what is no semantic version. */
export function majorOf(version: string): string | undefined {
  const parsed = parse(version);
  return parsed && `v${parsed.major}`;
}

/** `v2.1` of v2.1.0 and `v2.0` of v2 (semver.MajorMinor); undefined for what is no semantic version. */
export function majorMinorOf(version: string): string | undefined {
  const parsed = parse(version);
  return parsed && `v${parsed.major}.${parsed.minor}`;
}

/** `-pre` of v2.1.0-pre+meta (semver.Prerelease); "" without one and for what is no semantic version. */
export function prereleaseOf(version: string): string {
  return parse(version)?.prerelease ?? "";
}

/** `+meta` of v2.1.0-pre+meta (semver.Build); "" without one and for what is no semantic version. */
export function buildOf(version: string): string {
  return parse(version)?.build ?? "";
}

type Order = -1 | 0 | 1;

/** Numbers of any length: without leading zeros the longer one is greater. */
function compareNumbers(a: string, b: string): Order {
  if (a === b) return 0;
  if (a.length !== b.length) return a.length < b.length ? -1 : 1;
  return a < b ? -1 : 1;
}

/** Semantic Versioning 2.0.0, section 11.4: numbers among themselves by value and below all else. */
function compareIdentifiers(a: string, b: string): Order {
  const numeric = /^[0-9]+$/;
  const aIsNumber = numeric.test(a);
  if (aIsNumber !== numeric.test(b)) return aIsNumber ? -1 : 1;
  return aIsNumber ? compareNumbers(a, b) : compareBytewise(a, b);
}

function comparePrereleases(a: string, b: string): Order {
  if (a === b) return 0;
  // A release is above its prereleases.
  if (a === "") return 1;
  if (b === "") return -1;
  const as = a.slice(1).split(".");
  const bs = b.slice(1).split(".");
  for (let i = 0; i < Math.min(as.length, bs.length); i++) {
    const order = compareIdentifiers(as[i]!, bs[i]!);
    if (order !== 0) return order;
  }
  return as.length < bs.length ? -1 : 1;
}

/**
 * Orders by precedence (semver.Compare): build metadata does not count, and whatever is no semantic version is
 * below all that are and equal among itself.
 */
export function compareVersions(a: string, b: string): Order {
  const pa = parse(a);
  const pb = parse(b);
  if (pa === undefined || pb === undefined) return pa === pb ? 0 : pa === undefined ? -1 : 1;
  return (
    compareNumbers(pa.major, pb.major) ||
    compareNumbers(pa.minor, pb.minor) ||
    compareNumbers(pa.patch, pb.patch) ||
    comparePrereleases(pa.prerelease, pb.prerelease)
  );
}

/** A sorted copy (semver.Sort): by precedence, equals bytewise, so that the result is one and the same always. */
export function sortVersions(versions: readonly string[]): string[] {
  return versions.toSorted((a, b) => compareVersions(a, b) || compareBytewise(a, b));
}
