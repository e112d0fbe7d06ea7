import { isPseudoVersion } from "../module/pseudo.ts";
import { buildOf, canonicalVersion, sortVersions } from "../module/version.ts";
import { historyMissing } from "../source/missing.ts";
import { tagDirOf } from "../source/module-tag.ts";
import type { Repository } from "../source/repository.ts";
import type { ModuleSnapshot } from "./snapshot.ts";
import { isOwnVersion } from "./versions.ts";

/**
 * False for a clone without any tag: its remote may have some, and git asks no network here. A repository that was
 * never cloned from anywhere holds all tags that there are.
 */
export function areTagsKnown({ refs, originUrl }: Repository): boolean {
  if (refs.some((ref) => ref.name.startsWith("refs/tags/"))) return true;
  return originUrl === undefined && !refs.some((ref) => ref.name.startsWith("refs/remotes/"));
}

/**
 * Versions of each module that the repository has tags for, oldest first: tags of the module's folder that fit its
 * path. Throws HISTORY_MISSING in a shallow clone without any tag: whether a version exists is then unknown.
 */
export function publishedVersions(
  repository: Repository,
  modules: readonly ModuleSnapshot[],
): Map<string, string[]> {
  const tags = repository.refs
    .filter((ref) => ref.name.startsWith("refs/tags/"))
    .map((ref) => ref.name.slice("refs/tags/".length));
  if (tags.length === 0 && repository.shallowCommits.size > 0) {
    throw historyMissing("the clone has no tags, so published versions are unknown", repository.dir);
  }
  return new Map(modules.map((module) => [module.path, versionsOf(module, tags)]));
}

function versionsOf(module: ModuleSnapshot, tags: readonly string[]): string[] {
  const dir = tagDirOf(module.dir, module.path);
  const prefix = dir === "" ? "" : `${dir}/`;
  const versions = tags
    .filter((tag) => tag.startsWith(prefix))
    .map((tag) => tag.slice(prefix.length))
    .filter((text) => canonicalVersion(text) === text && buildOf(text) === "" && !isPseudoVersion(text))
    .filter((version) => isOwnVersion(module.path, version));
  return sortVersions(versions);
}
