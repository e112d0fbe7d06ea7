import { compareBytewise } from "../base/bytewise.ts";
import { ModwharfError } from "../base/errors.ts";
import { pathMajorError, problemOfPathMajor } from "./major.ts";
import { checkPath } from "./path.ts";
import { splitPathVersion } from "./path-version.ts";
import { display } from "./unicode/quote.ts";
import { compareVersions, isSemver } from "./version.ts";

/** One version of one module, both in plain (unescaped) form. */
export interface ModuleVersion {
  /** Such as `golang.org/x/text` or `rsc.io/quote/v2`. */
  readonly path: string;
  /** Usually a canonical semantic version. */
  readonly version: string;
}

/** `path@version`, or the path alone when there is no version. */
export function formatModuleVersion({ path, version }: ModuleVersion): string {
  return version === "" ? path : `${path}@${version}`;
}

/**
 * Throws unless path and version are valid and belong together (module.Check): MODULE_PATH for the path,
 * MODULE_VERSION for the version. The version need not be canonical: v1.2 and v1.2.3+meta pass.
 */
export function checkModuleVersion(module: ModuleVersion): void {
  const { path, version } = module;
  checkPath(path);
  if (!isSemver(version)) {
    throw new ModwharfError("MODULE_VERSION", "not a semantic version", {
      subject: `${path}@${display(version)}`,
      expected: "vMAJOR.MINOR.PATCH, such as v1.2.3 or v1.2.3-rc.1",
      fix: isSemver(`v${version}`) ? `put a v in front: v${version}` : undefined,
    });
  }
  const problem = problemOfPathMajor(version, splitPathVersion(path)?.pathMajor ?? "");
  if (problem !== undefined) throw pathMajorError(formatModuleVersion(module), problem);
}

/** The part of a go.sum version up to the slash of `v1.2.3/go.mod`, and the part from it on. */
function splitAtSlash(version: string): [string, string] {
  const at = version.indexOf("/");
  return at < 0 ? [version, ""] : [version.slice(0, at), version.slice(at)];
}

/**
 * The order of module.Sort: by path bytewise, then by version precedence, then bytewise by what follows a slash in
 * the version, as go.sum has it (`v0.0.1/go.mod`). Versions of one precedence (build metadata, invalid ones) are equal,
 * but not to what follows a slash: as in Go, a list with several of those has no definite order.
 */
export function compareModuleVersions(a: ModuleVersion, b: ModuleVersion): -1 | 0 | 1 {
  if (a.path !== b.path) return compareBytewise(a.path, b.path);
  const [aVersion, aFile] = splitAtSlash(a.version);
  const [bVersion, bFile] = splitAtSlash(b.version);
  if (aVersion !== bVersion) return compareVersions(aVersion, bVersion);
  return compareBytewise(aFile, bFile);
}

/** A copy sorted by `compareModuleVersions`; stable. */
export function sortModuleVersions<M extends ModuleVersion>(modules: readonly M[]): M[] {
  return modules.toSorted(compareModuleVersions);
}
