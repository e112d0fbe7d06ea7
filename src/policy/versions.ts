import { matchPathMajor } from "../module/major.ts";
import { splitPathVersion } from "../module/path-version.ts";
import { prereleaseOf } from "../module/version.ts";
import type { ChangeContext, RepositoryContext } from "./rule.ts";

/** True when a version belongs to a module path by its major (`/v2` and v2.3.4). */
export function isOwnVersion(path: string, version: string): boolean {
  const split = splitPathVersion(path);
  return split !== undefined && matchPathMajor(version, split.pathMajor);
}

/** Tagged versions of a module that belong to its path, oldest first. */
export function ownVersions(context: RepositoryContext, path: string): string[] {
  return (context.published.get(path) ?? []).filter((version) => isOwnVersion(path, version));
}

/** True for v1 and later releases: from then on users may rely on the exported names. */
export function isStable(version: string): boolean {
  return !version.startsWith("v0.") && prereleaseOf(version) === "";
}

/**
 * True when the module has promised compatibility: a stable version of its path was released, before or as what
 * is proposed now the first stable one does not count.
 */
export function hasStableRelease(context: ChangeContext): boolean {
  return ownVersions(context, context.module.path).some(isStable);
}
