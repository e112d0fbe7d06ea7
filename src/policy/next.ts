import type { ApiChange } from "../api/compare.ts";
import { historyMissing } from "../source/missing.ts";
import { joinTag, tagDirOf } from "../source/module-tag.ts";
import type { Repository } from "../source/repository.ts";
import { peelTags, resolveRevision } from "../source/revision-name.ts";
import { apiChanges } from "./api-change.ts";
import type { DependencyFacts } from "./facts.ts";
import { gitTree } from "./git-tree.ts";
import { unreadSources } from "./go-source.ts";
import { type ImportRewrite, importRewrites } from "./import-rewrites.ts";
import { counterpart } from "./judge.ts";
import { moduleGraph } from "./module-graph.ts";
import { baseVersionOf, type NextVersion, nextVersion } from "./next-version.ts";
import { named, only } from "./proposal.ts";
import { areTagsKnown, publishedVersions } from "./published.ts";
import { type ModuleSnapshot, type RepositorySnapshot, readSnapshot } from "./snapshot.ts";
import { isOwnVersion } from "./versions.ts";

export interface NextOptions {
  head: string;
  modulePath: string | undefined;
  /** `rc`, `beta` … */
  prerelease: string | undefined;
  facts: DependencyFacts | undefined;
}

export interface NextResult extends NextVersion {
  /** The version that head was compared with. */
  base: string | undefined;
  /** The module as it is now. */
  module: ModuleSnapshot;
  /** Imports that a new module path changes. */
  rewrites: ImportRewrite[];
  api: readonly ApiChange[];
  /** False for a clone without any tag, in which a first release cannot be told from a later one. */
  tagsKnown: boolean;
  /** Go files and packages that were too large to be compared, one sentence each. */
  unread: string[];
}

/**
 * The next version of a module that what changed since its newest tag allows.
 *
 * Throws USAGE when the module is not clear, MODFILE_SYNTAX, REVISION_UNKNOWN, and HISTORY_MISSING when the tag's
 * commit is not in the clone, or a shallow clone has no tag of the module: it comes with the tags of its tip alone.
 */
export async function findNext(repository: Repository, options: NextOptions): Promise<NextResult> {
  const { modulePath, facts } = options;
  const head = await readSnapshot(await gitTree(repository, await resolveRevision(repository, options.head)));
  const module = modulePath === undefined ? only(head) : named(modulePath, head);
  const published = publishedVersions(repository, head.modules).get(module.path) ?? [];
  if (published.length === 0 && repository.shallowCommits.size > 0)
    throw historyMissing("the clone has no tag of the module, so its newest version is unknown", module.path);
  const base = baseVersionOf(module.path, published);
  const before = base === undefined ? undefined : await baseSide(repository, { module, version: base });
  const { changes: api, left } =
    before === undefined ? { changes: [], left: [] } : await apiChanges(before, { repository: head, module });
  const selected =
    facts === undefined ? undefined : (await moduleGraph(module, facts)).selected.get(module.path);
  const next = nextVersion({
    modulePath: module.path,
    dir: module.dir,
    published,
    base,
    baseGoMod: before?.module.goMod,
    headGoMod: module.goMod,
    api,
    prerelease: options.prerelease,
    requiredByOthers: selected !== undefined && isOwnVersion(module.path, selected) ? selected : undefined,
  });
  const moves = next.modulePath !== module.path;
  const rewrites = moves ? await importRewrites(head, module, next.modulePath) : [];
  const unread = [...unreadSources(before?.repository ?? head, head), ...left];
  return { ...next, base, module, rewrites, api, tagsKnown: areTagsKnown(repository), unread };
}

/** The module as its base version has it; it may have stood in another folder then. */
async function baseSide(
  repository: Repository,
  { module, version }: { module: ModuleSnapshot; version: string },
): Promise<{ repository: RepositorySnapshot; module: ModuleSnapshot } | undefined> {
  const tag = joinTag(tagDirOf(module.dir, module.path), version);
  const commit = (await peelTags(repository)).find((peeled) => peeled.tag === tag)?.commit;
  if (commit === undefined) throw historyMissing("the commit of the newest version is not in the clone", tag);
  const snapshot = await readSnapshot(await gitTree(repository, commit));
  const before = counterpart(snapshot, module);
  return before === undefined ? undefined : { repository: snapshot, module: before };
}
