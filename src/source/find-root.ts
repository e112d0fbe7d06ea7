import { matchPathMajor } from "../module/major.ts";
import { splitPathVersion } from "../module/path-version.ts";
import { majorOf } from "../module/version.ts";
import { declaredPath, type GoModFile } from "./go-mod-files.ts";
import type { ModuleRoot } from "./module-root.ts";
import { joinTag } from "./module-tag.ts";
import { majorMismatch, noGoMod, pathDiffers, twoGoMods, twoReadings } from "./refusals.ts";
import type { TagName } from "./tag-name.ts";

/** What decides where a module's root is. */
export interface RootQuestion {
  /** The tag's folder, and the version to read there. */
  readonly name: TagName;
  /** The module that the caller expects; needed where there is no go.mod. */
  readonly modulePath: string | undefined;
  /** go.mod of the tag's folder. */
  readonly here: GoModFile | undefined;
  /** go.mod of the `vN` folder below it, for versions of v2 and later. */
  readonly below: GoModFile | undefined;
}

/** The `vN` folder that may hold the module of a tag, or undefined below v2. */
export function majorDirOf({ dir, version }: TagName): string | undefined {
  const major = majorOf(version)!;
  return major === "v0" || major === "v1" ? undefined : joinTag(dir, major);
}

/**
 * Finds the module that a tag is a version of, by the rules of cmd/go's coderepo.findDir: go.mod in the tag's
 * folder or, from v2 on, in `vN/` below it; suffixes compared with the tag, never both, gopkg.in apart; and no
 * go.mod at all only at the root, where the module path must come from outside.
 *
 * Throws TAG_AMBIGUOUS, TAG_MAJOR_MISMATCH, GO_MOD_MISSING, MODULE_PATH_DIFFERS, MODFILE_SYNTAX.
 */
export function findModuleRoot(question: RootQuestion): ModuleRoot {
  const declared = withGoMod(question);
  const bare = withoutGoMod(question);
  const { modulePath } = question;
  if (modulePath !== undefined) {
    const asked = [declared, bare].find((root) => root?.path === modulePath);
    if (asked !== undefined) return asked;
    if (declared !== undefined) throw pathDiffers(modulePath, declared);
  }
  if (declared === undefined) throw refusal(question);
  // Without go.mod at the root, `go` also takes the tag for the +incompatible version of the whole repository.
  if (question.here === undefined && question.name.dir === "") throw twoReadings(question.name, declared);
  return declared;
}

/** The module that a go.mod in one of the two folders declares, if its major version is the tag's. */
function withGoMod({ name, here, below }: RootQuestion): ModuleRoot | undefined {
  const herePath = here && declaredPath(here);
  const hereFits = herePath !== undefined && fits(name.version, herePath);
  // gopkg.in paths end in .vN, which never is a folder.
  if (hereFits && herePath.startsWith("gopkg.in/")) return rootOf(name, here!, herePath);
  const belowPath = below && declaredPath(below);
  const belowFits = belowPath !== undefined && suffixIs(belowPath, `/${majorOf(name.version)}`);
  if (below !== undefined && !belowFits) throw majorMismatch(name, { file: below, path: belowPath! });
  if (hereFits && belowFits) throw twoGoMods(name, [here!, below!]);
  if (hereFits) return rootOf(name, here!, herePath);
  return belowFits ? rootOf(name, below!, belowPath) : undefined;
}

function rootOf(name: TagName, goMod: GoModFile, path: string): ModuleRoot {
  return { path, version: name.version, dir: goMod.dir, goMod };
}

function fits(version: string, path: string): boolean {
  const split = splitPathVersion(path);
  return split !== undefined && matchPathMajor(version, split.pathMajor);
}

function suffixIs(path: string, suffix: string): boolean {
  return splitPathVersion(path)?.pathMajor === suffix;
}

/** The module at the root of a repository without go.mod there, under the path that the caller names. */
function withoutGoMod({ name, modulePath, here }: RootQuestion): ModuleRoot | undefined {
  if (modulePath === undefined || here !== undefined || name.dir !== "") return undefined;
  const pathMajor = splitPathVersion(modulePath)?.pathMajor;
  const root = { path: modulePath, version: name.version, dir: "", goMod: undefined };
  if (pathMajor === undefined || pathMajor.startsWith("/")) return undefined;
  if (matchPathMajor(name.version, pathMajor)) return root;
  return pathMajor === "" ? { ...root, version: `${name.version}+incompatible` } : undefined;
}

function refusal({ name, modulePath, here }: RootQuestion): Error {
  if (here !== undefined) return majorMismatch(name, { file: here, path: declaredPath(here) });
  return noGoMod(name, modulePath);
}
