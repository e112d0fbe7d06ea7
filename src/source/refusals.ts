import { ModwharfError } from "../base/errors.ts";
import { pathMajorPrefix } from "../module/major.ts";
import { checkPath } from "../module/path.ts";
import { splitPathVersion } from "../module/path-version.ts";
import { majorOf } from "../module/version.ts";
import { type GoModFile, goModPath } from "./go-mod-files.ts";
import type { ModuleRoot } from "./module-root.ts";
import { joinTag, tagDirOf } from "./module-tag.ts";
import type { TagName } from "./tag-name.ts";

/*
 * Why a tag is no version of a module, each with what mends it. Pure: texts only.
 */

/** go.mod's module path and the tag disagree about the major version. */
export function majorMismatch(
  name: TagName,
  { file, path }: { file: GoModFile; path: string },
): ModwharfError {
  // A path that no version fits (…/v1, …/v02) has a better reason of its own.
  checkPath(path);
  const { prefix, pathMajor } = splitPathVersion(path)!;
  const major = majorOf(name.version)!;
  const line = file.parse().module?.position.line ?? 1;
  const wantedPath = pathFor({ prefix, pathMajor }, major);
  const wantedMajor = pathMajorPrefix(pathMajor) || "v0 or v1";
  const ownDir = tagDirOf(file.dir, path);
  return new ModwharfError("TAG_MAJOR_MISMATCH", "the tag's major version is not that of the module path", {
    subject: `${file.file}:${line}`,
    at: { file: file.file, line },
    expected: `module ${wantedPath} for ${joinTag(name.dir, name.version)}, or a tag of ${wantedMajor}`,
    actual: `module ${path}`,
    fix:
      `for a ${wantedMajor} release tag ${joinTag(ownDir, exampleVersion(pathMajor))} instead; ` +
      `for a new major version write module ${wantedPath} (and its import paths), commit and tag again`,
  });
}

function pathFor({ prefix, pathMajor }: { prefix: string; pathMajor: string }, major: string): string {
  if (pathMajor.startsWith(".")) return `${prefix}.${major}`;
  return major === "v0" || major === "v1" ? prefix : `${prefix}/${major}`;
}

function exampleVersion(pathMajor: string): string {
  return `${pathMajorPrefix(pathMajor) || "v1"}.x.y`;
}

/** go refuses every version of a module that two go.mod files claim. */
export function twoGoMods(name: TagName, [here, below]: readonly [GoModFile, GoModFile]): ModwharfError {
  const major = majorOf(name.version)!;
  return new ModwharfError("TAG_AMBIGUOUS", `two go.mod files declare a /${major} module for this tag`, {
    subject: joinTag(name.dir, name.version),
    expected: "one of them",
    actual: `${here.file} and ${below.file}`,
    fix: `keep ${below.file} (a folder for ${major}) or ${here.file} (a branch for ${major}), commit and tag again`,
  });
}

/** The tag is a version of the `vN/` module and of the whole repository without go.mod. */
export function twoReadings(name: TagName, { path, version }: ModuleRoot): ModwharfError {
  const whole = splitPathVersion(path)?.prefix ?? path;
  return new ModwharfError("TAG_AMBIGUOUS", "the tag can be read as versions of two modules", {
    subject: joinTag(name.dir, name.version),
    expected: "one reading",
    actual: `${path}@${version} and, as there is no go.mod at the root, ${whole}@${version}+incompatible`,
    fix: `name the module: --module ${path}, or --module ${whole}`,
  });
}

/** The caller's module is not the one that the commit declares. */
export function pathDiffers(modulePath: string, declared: ModuleRoot): ModwharfError {
  return new ModwharfError("MODULE_PATH_DIFFERS", "the tag belongs to another module", {
    subject: declared.goMod?.file ?? goModPath(declared.dir),
    at: { file: declared.goMod?.file ?? goModPath(declared.dir) },
    expected: `module ${modulePath}`,
    actual: `module ${declared.path}`,
    fix: `drop --module, or name ${declared.path}`,
  });
}

/** No go.mod where the tag points. */
export function noGoMod(name: TagName, modulePath: string | undefined): ModwharfError {
  const isRoot = name.dir === "";
  const hasSuffix = modulePath !== undefined && (splitPathVersion(modulePath)?.pathMajor ?? "") !== "";
  const named = hasSuffix ? ` with module ${modulePath}` : "";
  return new ModwharfError("GO_MOD_MISSING", "there is no go.mod where the tag says there is a module", {
    subject: goModPath(name.dir),
    expected: `a go.mod${named} in ${isRoot ? "the repository's root" : `${name.dir}/`}`,
    actual: "none in the tagged commit",
    fix:
      isRoot && modulePath === undefined
        ? "add a go.mod, commit and tag again; for old code without one name its path with --module"
        : "add a go.mod there, commit and tag again",
  });
}

/** The module stands in a folder whose tags have another prefix. */
export function wrongDirectory(name: TagName, { path, dir }: ModuleRoot): ModwharfError {
  const right = joinTag(tagDirOf(dir, path), name.version);
  return new ModwharfError("TAG_WRONG_DIRECTORY", "go looks for this module's versions under another tag", {
    subject: joinTag(name.dir, name.version),
    expected: `the tag ${right} for ${path} in ${dir}/`,
    actual: joinTag(name.dir, name.version),
    fix: `git tag ${right} ${joinTag(name.dir, name.version)}^{} && git push origin ${right}`,
  });
}

/** The module path does not end in the folder. */
export function subdirMismatch(name: TagName, { path, goMod }: ModuleRoot): ModwharfError {
  const prefix = splitPathVersion(path)?.prefix ?? path;
  return new ModwharfError("MODULE_SUBDIR_MISMATCH", "the module path does not end in the module's folder", {
    subject: goMod?.file,
    expected: `a path ending in /${name.dir}`,
    actual: prefix === path ? path : `${path} (without its major version ${prefix})`,
    fix:
      "move the module or change its path; where a go-import tag names the folder (Go 1.25 and later) " +
      "allow it with --allow-subdir-mismatch",
  });
}

/** The version withdraws itself. */
export function retractsItself(
  root: ModuleRoot,
  retract: { line: number; rationale: string },
): ModwharfError {
  const why = retract.rationale === "" ? "" : ` (${retract.rationale})`;
  return new ModwharfError("VERSION_RETRACTED", "go.mod retracts the version that it is part of", {
    subject: `${root.goMod?.file}:${retract.line}`,
    at: root.goMod && { file: root.goMod.file, line: retract.line },
    expected: `${root.version} outside every retract`,
    actual: `a retract that covers it${why}`,
    fix:
      "narrow the retract and tag again; a version made only to carry retractions may retract itself: " +
      "allow it with --allow-retracted",
  });
}
