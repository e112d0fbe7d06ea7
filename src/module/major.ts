import { ModwharfError } from "../base/errors.ts";
import type { PathProblem } from "./path.ts";
import { display } from "./unicode/quote.ts";
import { buildOf, canonicalVersion, majorOf } from "./version.ts";

/** The build suffix of a version v2 or later of a module without go.mod, whose path has no major suffix. */
const INCOMPATIBLE = "+incompatible";

/** gopkg.in serves a major version under development as `.vN-unstable`; its versions are those of `.vN`. */
function stableMajor(pathMajor: string): string {
  return pathMajor.startsWith(".v") ? pathMajor.replace(/-unstable$/, "") : pathMajor;
}

/** What the major version must be for this path suffix when it is another; undefined when they agree. */
function wantedMajor(version: string, pathMajor: string): string | undefined {
  const suffix = stableMajor(pathMajor);
  // Early Go tools wrote v0.0.0- pseudo-versions for gopkg.in paths ending in .v1, and go.mod files hold them.
  if (version.startsWith("v0.0.0-") && suffix === ".v1") return undefined;
  const major = majorOf(version) ?? "";
  if (suffix === "") {
    if (major === "v0" || major === "v1" || buildOf(version) === INCOMPATIBLE) return undefined;
    return "v0 or v1";
  }
  if (!/^[/.]/.test(suffix)) return suffix;
  const wanted = suffix.slice(1);
  return major === wanted ? undefined : wanted;
}

/** Why a version does not belong to a module path with this suffix, or undefined when it does. */
export function problemOfPathMajor(version: string, pathMajor: string): PathProblem | undefined {
  const wanted = wantedMajor(version, pathMajor);
  if (wanted === undefined) return undefined;
  const major = majorOf(version) ?? "";
  return {
    reason: `should be ${wanted}, not ${major}`,
    expected: `${wanted} for a module path ${pathMajor === "" ? "without version suffix" : `ending in ${pathMajor}`}`,
    fix: fixFor(major, pathMajor),
  };
}

/** True when a version belongs to a module path with this major suffix (module.MatchPathMajor). */
export function matchPathMajor(version: string, pathMajor: string): boolean {
  return wantedMajor(version, pathMajor) === undefined;
}

/**
 * Throws MODULE_VERSION unless the version belongs to a module path with this suffix, as `splitPathVersion`
 * returns it (module.CheckPathMajor): v0 and v1 to "", any version to "" when it ends in +incompatible, vN to `/vN`
 * and `.vN`. Does not check the version itself.
 */
export function checkPathMajor(version: string, pathMajor: string): void {
  const problem = problemOfPathMajor(version, pathMajor);
  if (problem !== undefined) throw pathMajorError(display(version), problem);
}

/** The error for a version that `problemOfPathMajor` refuses. */
export function pathMajorError(subject: string, { reason, expected, fix }: PathProblem): ModwharfError {
  const what = `version does not fit the module path: ${reason}`;
  return new ModwharfError("MODULE_VERSION", what, { subject, expected, fix });
}

function fixFor(major: string, pathMajor: string): string {
  const other = pathMajor.startsWith(".") ? `.${major}` : `/${major}`;
  if (major === "") return "use a semantic version such as v1.2.3";
  if (/^\/v[01]$/.test(other))
    return `take the suffix ${pathMajor} off the module path, or use another version`;
  return `end the module path in ${other}, or use another version`;
}

/**
 * The major version that tags of a module with this path suffix begin with (module.PathMajorPrefix): `v2` for `/v2`
 * and `.v2`, "" for "" (v0 or v1). Throws MODULE_PATH for what `splitPathVersion` does not return.
 */
export function pathMajorPrefix(pathMajor: string): string {
  if (pathMajor === "") return "";
  const major = stableMajor(pathMajor).slice(1);
  if (/^[/.]/.test(pathMajor) && major === (majorOf(major) ?? "")) return major;
  throw new ModwharfError("MODULE_PATH", "not a major version suffix of a module path", {
    subject: display(pathMajor),
    expected: "/vN or .vN",
  });
}

/**
 * The canonical form of a module's version (module.CanonicalVersion): in full, without build metadata except
 * +incompatible. undefined for what is no semantic version.
 */
export function canonicalModuleVersion(version: string): string | undefined {
  const canonical = canonicalVersion(version);
  return canonical && canonical + (buildOf(version) === INCOMPATIBLE ? INCOMPATIBLE : "");
}
