import { ModwharfError } from "../base/errors.ts";
import { compareVersions } from "../module/version.ts";
import { orderByDependency } from "./dependency-order.ts";
import type { Repository } from "./repository.ts";
import { peelTags, resolveRevision } from "./revision-name.ts";
import { isMovingAlias, looksLikeVersionTag } from "./tag-name.ts";
import { type ResolveOptions, readTree, resolveTagIn, type TaggedModule } from "./tags.ts";

/** Everything that is tagged at one commit. */
export interface TagsAtCommit {
  /** Hex. */
  readonly commit: string;
  /** The modules, each behind those that it requires. */
  readonly modules: TaggedModule[];
  /** Groups of module paths that require one another: legal, and no order satisfies them. */
  readonly cycles: string[][];
  /** Tags that look like versions and are refused, each with the reason. */
  readonly refused: { readonly tag: string; readonly error: ModwharfError }[];
  /** Tags that are no versions and do not mean to be (`nightly`, `v1` beside `v1.2.3`). */
  readonly otherTags: string[];
}

/**
 * Resolves every version tag at a revision of a monorepo, in dependency order. A refused tag does not hide the
 * others: the caller decides whether to go on.
 *
 * Throws REVISION_UNKNOWN, OBJECTS_MISSING.
 */
export async function tagsAt(
  repository: Repository,
  revision: string,
  options: Omit<ResolveOptions, "modulePath"> = {},
): Promise<TagsAtCommit> {
  const commit = await resolveRevision(repository, revision);
  const tags = (await peelTags(repository))
    .filter((peeled) => peeled.commit === commit)
    .map(({ tag }) => tag);
  const tree = await readTree(repository, commit);
  const isOther = (tag: string) => !looksLikeVersionTag(tag) || isMovingAlias(tag, tags);
  const refused: { tag: string; error: ModwharfError }[] = [];
  const modules: TaggedModule[] = [];
  for (const tag of tags.filter((name) => !isOther(name))) {
    try {
      modules.push(await resolveTagIn(repository, { tag, tree }, options));
    } catch (error) {
      if (!(error instanceof ModwharfError) || !isRefusal(error)) throw error;
      refused.push({ tag, error });
    }
  }
  const { order, cycles } = orderByDependency(modules.toSorted(byTag).map(dependent));
  return {
    commit,
    modules: order.map(({ module }) => module),
    cycles,
    refused,
    otherTags: tags.filter(isOther),
  };
}

/** What a clone lacks concerns every tag; everything else is the matter of the one. */
function isRefusal({ code, exitCode }: ModwharfError): boolean {
  return exitCode === 1 && code !== "OBJECTS_MISSING" && code !== "HISTORY_MISSING";
}

function byTag(a: TaggedModule, b: TaggedModule): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return compareVersions(a.version, b.version);
}

function dependent(module: TaggedModule) {
  const requires = module.goMod?.parse().require ?? [];
  return { module, path: module.path, requires: requires.map((entry) => entry.module.path) };
}
