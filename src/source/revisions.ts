import { ModwharfError } from "../base/errors.ts";
import { matchPathMajor, pathMajorPrefix } from "../module/major.ts";
import { splitPathVersion } from "../module/path-version.ts";
import { isPseudoVersion, makePseudoVersion } from "../module/pseudo.ts";
import { canonicalVersion, compareVersions, majorOf, prereleaseOf } from "../module/version.ts";
import { readCommit } from "./commit.ts";
import { declaredPath, type GoModFile, goModPath, readGoModFiles } from "./go-mod-files.ts";
import { ancestorsOf } from "./history.ts";
import { joinTag, tagDirOf } from "./module-tag.ts";
import { noGoMod } from "./refusals.ts";
import type { Repository } from "./repository.ts";
import { type PeeledTag, peelTags, resolveRevision } from "./revision-name.ts";
import { moduleDirs } from "./right-tags.ts";
import {
  moduleDirsOf,
  type ResolveOptions,
  readTree,
  resolveRoot,
  resolveTag,
  resolveTagIn,
  type TaggedModule,
} from "./tags.ts";
import type { TreeEntry } from "./tree.ts";

/** The module whose version is sought, and the commit's files. */
interface RevisionModule {
  readonly path: string;
  /** The folder that its tags name. */
  readonly codeDir: string;
  readonly pathMajor: string;
  readonly tree: readonly TreeEntry[];
}

/** A tag of the module: its canonical version, and whether the tag is exactly that. */
interface VersionTag extends PeeledTag {
  readonly version: string;
  readonly isCanonical: boolean;
}

/**
 * Resolves any revision to the version that `go get module@revision` makes of it: the highest release tag of
 * the module at the commit, else a pseudo-version above the highest tag in its history (cmd/go coderepo.go,
 * convert). Without `modulePath` the module is the one at the repository's root.
 *
 * Throws what `resolveTag` throws, and HISTORY_MISSING in a shallow clone, where older tags are unknown.
 */
export async function resolveRevisionModule(
  repository: Repository,
  revision: string,
  options: ResolveOptions = {},
): Promise<TaggedModule> {
  const id = await resolveRevision(repository, revision);
  const [{ commit }, tree, peeled] = await Promise.all([
    readCommit(repository, id),
    readTree(repository, id),
    peelTags(repository),
  ]);
  const module = await findModule(repository, tree, options.modulePath);
  const tags = peeled.flatMap((tag) => versionTag(tag, module));
  const isRetracted = await retractionsOf(repository, module, tags);
  const allowed = tags.filter(({ version }) => isAllowed(version, module) && !isRetracted(version));

  const own = { ...options, modulePath: module.path };
  const here = highest(allowed.filter((tag) => tag.isCanonical && tag.commit === id));
  if (here !== undefined) return resolveTagIn(repository, { tag: here.tag, tree }, own);

  const version = makePseudoVersion({
    major: pathMajorPrefix(module.pathMajor),
    older: highest(await olderTags(repository, id, allowed))?.version ?? "",
    time: commit.time,
    revision: id.slice(0, 12),
  });
  const name = { dir: module.codeDir, version };
  const goMods = await readGoModFiles(repository, tree, moduleDirsOf(name));
  const root = await resolveRoot(repository, { name, tree, goMods }, own);
  return { ...root, tag: undefined, tagObject: undefined, commit, codeDir: module.codeDir, tree };
}

async function findModule(
  repository: Repository,
  tree: readonly TreeEntry[],
  modulePath: string | undefined,
): Promise<RevisionModule> {
  const found = await findDeclaration(repository, tree, modulePath);
  const path = found?.path ?? modulePath;
  if (path === undefined) throw noGoMod({ dir: "", version: "v0.0.0" }, undefined);
  if (found === undefined && tree.some((entry) => entry.path === "go.mod")) {
    throw new ModwharfError("MODULE_PATH_DIFFERS", "no go.mod of the commit declares this module", {
      subject: path,
      fix: "name a module of this repository with --module",
    });
  }
  const codeDir = found === undefined ? "" : tagDirOf(found.dir, path);
  return { path, codeDir, pathMajor: splitPathVersion(path)?.pathMajor ?? "", tree };
}

async function findDeclaration(
  repository: Repository,
  tree: readonly TreeEntry[],
  modulePath: string | undefined,
): Promise<{ path: string; dir: string } | undefined> {
  const dirs = modulePath === undefined ? [""] : moduleDirs(tree);
  for (const file of await readGoModFiles(repository, tree, dirs)) {
    if (file === undefined) continue;
    if (modulePath === undefined) return { path: declaredPath(file), dir: file.dir };
    // Another module's broken go.mod is not this one's matter.
    if (declaredOrNothing(file) === modulePath) return { path: modulePath, dir: file.dir };
  }
  return undefined;
}

function declaredOrNothing(file: GoModFile): string | undefined {
  try {
    return declaredPath(file);
  } catch {
    return undefined;
  }
}

/** The tag as a version of the module: cmd/go's tagToVersion, which also takes `v1.2.3+meta` as a base. */
function versionTag(peeled: PeeledTag, { codeDir }: RevisionModule): VersionTag[] {
  const prefix = joinTag(codeDir, "");
  const { tag } = peeled;
  if (!tag.startsWith(prefix) || isPseudoVersion(tag)) return [];
  const rest = tag.slice(prefix.length);
  const version = canonicalVersion(rest);
  if (version === undefined || !rest.startsWith(version)) return [];
  return [{ ...peeled, version, isCanonical: rest === version }];
}

function isAllowed(version: string, { pathMajor, codeDir, tree }: RevisionModule): boolean {
  if (matchPathMajor(version, pathMajor)) return true;
  const has = (file: string) => tree.some((entry) => entry.path === file);
  return codeDir === "" && pathMajor === "" && !has("go.mod") && !has(goModPath(majorOf(version)!));
}

function highest(tags: readonly VersionTag[]): VersionTag | undefined {
  return tags.reduce<VersionTag | undefined>(
    (best, tag) => (best === undefined || compareVersions(tag.version, best.version) > 0 ? tag : best),
    undefined,
  );
}

async function olderTags(repository: Repository, id: string, tags: readonly VersionTag[]) {
  const ancestors = await ancestorsOf(repository, id);
  return tags.filter((tag) => ancestors.has(tag.commit));
}

/** What the go.mod of the module's highest release (else highest version) retracts; unreadable: nothing. */
async function retractionsOf(
  repository: Repository,
  { path, pathMajor }: RevisionModule,
  tags: readonly VersionTag[],
): Promise<(version: string) => boolean> {
  const own = tags.filter(
    ({ version, isCanonical }) =>
      isCanonical && !isPseudoVersion(version) && matchPathMajor(version, pathMajor),
  );
  const newest = highest(own.filter(({ version }) => prereleaseOf(version) === "")) ?? highest(own);
  if (newest === undefined) return () => false;
  const options = { modulePath: path, allowRetracted: true, allowSubdirMismatch: true };
  const resolved = await resolveTag(repository, newest.tag, options).catch(() => undefined);
  const retracts = resolved?.goMod?.parse().retract ?? [];
  return (version) =>
    retracts.some(
      ({ interval: { low, high } }) =>
        compareVersions(low, version) <= 0 && compareVersions(version, high) <= 0,
    );
}
