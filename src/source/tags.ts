import { ModwharfError } from "../base/errors.ts";
import { checkModuleVersion } from "../module/module-version.ts";
import { compareVersions } from "../module/version.ts";
import { type Commit, readCommit, type TagObject } from "./commit.ts";
import { findModuleRoot, majorDirOf } from "./find-root.ts";
import { type GoModFile, goModFilesOf, goModPath } from "./go-mod-files.ts";
import { objectsMissing } from "./missing.ts";
import type { ModuleRoot } from "./module-root.ts";
import { endsInDir, tagDirOf } from "./module-tag.ts";
import { findTag } from "./refs.ts";
import { retractsItself, subdirMismatch, wrongDirectory } from "./refusals.ts";
import type { Repository } from "./repository.ts";
import { nearestTag, withRightTags } from "./right-tags.ts";
import { parseTagName, type TagName } from "./tag-name.ts";
import { listTree, type TreeEntry } from "./tree.ts";

export interface ResolveOptions {
  /** The module that the tag must be a version of; needed where the repository has no go.mod. */
  modulePath?: string | undefined;
  /** Accepts a module path that does not end in the module's folder (go-import tags of Go 1.25 and later). */
  allowSubdirMismatch?: boolean;
  /** Accepts a version that its own go.mod retracts, as versions that only carry retractions do. */
  allowRetracted?: boolean;
}

/** One module version in a commit: everything that building it needs. */
export interface TaggedModule extends ModuleRoot {
  /** The tag's short name, `sub/v1.2.3`; undefined for an untagged revision. */
  readonly tag: string | undefined;
  /** The annotated tag's own object, if it has one here. */
  readonly tagObject: TagObject | undefined;
  readonly commit: Commit;
  /** Origin.Subdir as go records it: the tag's folder, without a major version folder. */
  readonly codeDir: string;
  /** Every file of the commit. */
  readonly tree: readonly TreeEntry[];
}

/**
 * Resolves a tag to the module version that `go` would make of it.
 *
 * Throws the refusals of codes.ts (TAG_*, GO_MOD_MISSING, MODULE_*, VERSION_RETRACTED, MODFILE_SYNTAX), naming
 * the tags that would be right in this repository; REVISION_UNKNOWN; OBJECTS_MISSING.
 */
export function resolveTag(
  repository: Repository,
  tag: string,
  options: ResolveOptions = {},
): Promise<TaggedModule> {
  return resolveTagIn(repository, { tag }, options);
}

/** `resolveTag` for callers that have the commit's files already, as when many tags stand at one commit. */
export async function resolveTagIn(
  repository: Repository,
  { tag, tree }: { tag: string; tree?: readonly TreeEntry[] },
  options: ResolveOptions,
): Promise<TaggedModule> {
  const name = parseTagName(tag);
  const ref = findTag(repository.refs, tag);
  if (ref === undefined) throw unknownTag(repository, tag);
  const dirs = moduleDirsOf(name);
  const [{ commit, tagObject, blobs }, files] = await Promise.all([
    readCommit(repository, ref.objectId, dirs.map(goModPath)),
    tree ?? readTree(repository, ref.objectId),
  ]);
  const contents = dirs.map((dir, i) => ({ dir, content: blobs[i] }));
  const goMods = goModFilesOf(repository, files, contents);
  const root = await resolveRoot(repository, { name, tree: files, goMods }, options);
  return { ...root, tag, tagObject, commit, codeDir: name.dir, tree: files };
}

/** The commit's files; OBJECTS_MISSING where a clone lacks the trees themselves. */
export async function readTree(repository: Repository, treeish: string): Promise<TreeEntry[]> {
  try {
    return await listTree(repository, treeish);
  } catch (error) {
    if (repository.isPartialClone) throw objectsMissing(repository, []);
    throw error;
  }
}

/** The folders in which a version's go.mod may stand. */
export function moduleDirsOf(name: TagName): string[] {
  const majorDir = majorDirOf(name);
  return majorDir === undefined ? [name.dir] : [name.dir, majorDir];
}

interface RootCandidates {
  readonly name: TagName;
  readonly tree: readonly TreeEntry[];
  /** Those of `moduleDirsOf(name)`. */
  readonly goMods: readonly (GoModFile | undefined)[];
}

/** Finds and checks the module that a version names in a tree: the part that tags and revisions share. */
export async function resolveRoot(
  repository: Repository,
  { name, tree, goMods: [here, below] }: RootCandidates,
  options: ResolveOptions,
): Promise<ModuleRoot> {
  try {
    const root = findModuleRoot({ name, modulePath: options.modulePath, here, below });
    checkRoot(root, name, options);
    return root;
  } catch (error) {
    throw await withRightTags(error, { repository, tree, name });
  }
}

function checkRoot(root: ModuleRoot, name: TagName, options: ResolveOptions): void {
  checkModuleVersion(root);
  if (!options.allowSubdirMismatch && !endsInDir(root.path, name.dir)) {
    throw tagDirOf(root.dir, root.path) === name.dir
      ? subdirMismatch(name, root)
      : wrongDirectory(name, root);
  }
  if (!options.allowRetracted) refuseRetracted(root);
}

function refuseRetracted(root: ModuleRoot): void {
  const retract = root.goMod
    ?.parse()
    .retract.find(
      ({ interval: { low, high } }) =>
        compareVersions(low, root.version) <= 0 && compareVersions(root.version, high) <= 0,
    );
  if (retract === undefined) return;
  throw retractsItself(root, { line: retract.position.line, rationale: retract.rationale });
}

function unknownTag({ refs, shallowCommits, dir }: Repository, tag: string): ModwharfError {
  const near = nearestTag(refs, tag);
  return new ModwharfError("REVISION_UNKNOWN", "the repository has no such tag", {
    subject: tag,
    expected: "a tag of the repository",
    actual: near === undefined ? `none like it in ${dir}` : `the nearest is ${near}`,
    fix:
      shallowCommits.size > 0 || near === undefined
        ? `git fetch origin tag ${tag} (a CI checkout often fetches no tags)`
        : "name an existing tag, or create and fetch it",
  });
}
