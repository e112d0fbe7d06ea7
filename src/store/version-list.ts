import { isPseudoVersion } from "../module/pseudo.ts";
import { isSemver, sortVersions } from "../module/version.ts";

/**
 * The versions named by the body of `@v/list`, sorted; lines that are no versions (and what follows a space:
 * some proxies append a time) are dropped, as `go` drops them.
 */
export function parseVersionList(body: string): string[] {
  const versions = body.split("\n").map((line) => line.trim().split(/\s+/)[0] ?? "");
  return mergeVersions([], versions);
}

/** The body of `@v/list`: one version a line. */
export function formatVersionList(versions: readonly string[]): string {
  return versions.map((version) => `${version}\n`).join("");
}

/** Both lists as one: sorted, each once, without what has no place in `@v/list`. */
export function mergeVersions(a: readonly string[], b: readonly string[]): string[] {
  return sortVersions([...new Set([...a, ...b])].filter(isListed));
}

/**
 * Pseudo-versions are never listed: `go` takes a list that has nothing else for an empty one and then asks
 * `@latest`, which a static store cannot answer.
 */
export function isListed(version: string): boolean {
  return isSemver(version) && !isPseudoVersion(version);
}
