import { ModwharfError } from "../base/errors.ts";
import { decrementDecimal, incrementDecimal } from "./decimal.ts";
import { display, quote } from "./unicode/quote.ts";
import { buildOf, canonicalVersion, isSemver, majorOf, prereleaseOf } from "./version.ts";

/*
 * Pseudo-versions name a commit without tag and order it among the tagged versions (golang.org/x/mod/module,
 * pseudo.go; go.dev/ref/mod#pseudo-versions):
 *
 *     vX.0.0-yyyymmddhhmmss-abcdef123456        no earlier tag
 *     vX.Y.(Z+1)-0.yyyymmddhhmmss-abcdef123456  after tag vX.Y.Z
 *     vX.Y.Z-pre.0.yyyymmddhhmmss-abcdef123456  after tag vX.Y.Z-pre
 *
 * each but the first possibly with the build metadata of the tag (+incompatible).
 */
const PSEUDO_VERSION =
  /^v[0-9]+\.(?:0\.0-|[0-9]+\.[0-9]+-(?:[^+]*\.)?0\.)[0-9]{14}-[A-Za-z0-9]+(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

export interface PseudoVersionSource {
  /** `v2`; `v0` when left out. Used when there is no older tag. */
  readonly major?: string;
  /** The newest tagged version before the commit, such as v1.2.3 or v1.2.3-pre+incompatible. */
  readonly older?: string;
  /** The commit's time; seconds count. Years 0 to 9999. */
  readonly time: Date;
  /** Usually the first 12 characters of the commit's hash. */
  readonly revision: string;
}

export interface PseudoVersion {
  /** The tagged version that the commit came after, with its build metadata; undefined when there was none. */
  readonly base: string | undefined;
  readonly time: Date;
  readonly revision: string;
}

/** `yyyymmddhhmmss` in UTC. */
function formatTimestamp(time: Date): string {
  const iso = Number.isNaN(time.getTime()) ? "" : time.toISOString();
  // Years beyond 9999 and before 0 are written with a sign and six digits.
  if (!/^[0-9]{4}-/.test(iso)) {
    throw new ModwharfError("MODULE_VERSION", "a pseudo-version cannot hold this commit time", {
      subject: String(time),
      expected: "a year from 0 to 9999",
    });
  }
  return iso.slice(0, 19).replace(/[^0-9]/g, "");
}

/** The pseudo-version of a commit (module.PseudoVersion). An `older` that is no semantic version counts as none. */
export function makePseudoVersion({ major, older = "", time, revision }: PseudoVersionSource): string {
  const segment = `${formatTimestamp(time)}-${revision}`;
  const build = buildOf(older);
  const base = canonicalVersion(older);
  if (base === undefined) return `${major || "v0"}.0.0-${segment}`;
  if (prereleaseOf(base) !== "") return `${base}.0.${segment}${build}`;
  const patchAt = base.lastIndexOf(".") + 1;
  return `${base.slice(0, patchAt)}${incrementDecimal(base.slice(patchAt))}-0.${segment}${build}`;
}

/** The placeholder of a version that is not known, `vX.0.0-00010101000000-000000000000` (module.ZeroPseudoVersion). */
export function zeroPseudoVersion(major?: string): string {
  return `${major || "v0"}.0.0-00010101000000-000000000000`;
}

/** True when it is the placeholder that `zeroPseudoVersion` makes (module.IsZeroPseudoVersion). */
export function isZeroPseudoVersion(version: string): boolean {
  return version === zeroPseudoVersion(majorOf(version));
}

/** True for the form of a pseudo-version; its time need not exist (module.IsPseudoVersion). */
export function isPseudoVersion(version: string): boolean {
  return isSemver(version) && PSEUDO_VERSION.test(version);
}

function invalid(version: string, reason: string): never {
  throw new ModwharfError("MODULE_VERSION", `invalid pseudo-version: ${reason}`, {
    subject: display(version),
  });
}

interface Parts {
  /** vX.0.0, vX.Y.(Z+1)-0 or vX.Y.Z-pre.0 */
  readonly start: string;
  readonly timestamp: string;
  readonly revision: string;
  readonly build: string;
}

function split(version: string): Parts {
  if (!isPseudoVersion(version)) return invalid(version, "syntax error");
  const build = buildOf(version);
  const [, start, timestamp, revision] = /^(.*)[-.]([0-9]{14})-([A-Za-z0-9]+)$/.exec(
    version.slice(0, version.length - build.length),
  ) as unknown as [string, string, string, string];
  return { start, timestamp, revision, build };
}

/** The commit time in a pseudo-version (module.PseudoVersionTime); throws MODULE_VERSION. */
export function pseudoVersionTime(version: string): Date {
  const { timestamp } = split(version);
  const iso = timestamp.replace(/^(....)(..)(..)(..)(..)(..)$/, "$1-$2-$3T$4:$5:$6.000Z");
  const time = new Date(iso);
  // Date takes 24:00 and, in months with fewer, day 31: only what reads back the same is a time.
  if (Number.isNaN(time.getTime()) || time.toISOString() !== iso) {
    return invalid(version, `malformed time ${quote(timestamp)}`);
  }
  return time;
}

/** The revision identifier in a pseudo-version (module.PseudoVersionRev); throws MODULE_VERSION. */
export function pseudoVersionRevision(version: string): string {
  return split(version).revision;
}

/**
 * The tagged version that a pseudo-version builds on (module.PseudoVersionBase); undefined for vX.0.0-….
 * Throws MODULE_VERSION for what is no pseudo-version, and for two forms that have no possible base.
 */
export function pseudoVersionBase(version: string): string | undefined {
  const { start, build } = split(version);
  const prerelease = prereleaseOf(start);
  if (prerelease === "") {
    if (build === "") return undefined;
    return invalid(version, `lacks base version, but has build metadata ${quote(build)}`);
  }
  if (prerelease !== "-0") return start.slice(0, -".0".length) + build;
  const next = start.slice(0, -"-0".length);
  const patchAt = next.lastIndexOf(".") + 1;
  const patch = decrementDecimal(next.slice(patchAt));
  if (patch === undefined) return invalid(version, `version before ${next} would have negative patch number`);
  return next.slice(0, patchAt) + patch + build;
}

/** All that a pseudo-version says; throws MODULE_VERSION when any part of it is invalid. */
export function parsePseudoVersion(version: string): PseudoVersion {
  return {
    base: pseudoVersionBase(version),
    time: pseudoVersionTime(version),
    revision: pseudoVersionRevision(version),
  };
}
