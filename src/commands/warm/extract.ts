import { existsSync } from "node:fs";
import { extractTrees, isExtracted } from "../../modcache/extract.ts";
import { openHasher } from "../../modcache/hasher.ts";
import { modulePaths } from "../../modcache/layout.ts";
import type { PreparedTrees } from "../../modcache/prepared-trees.ts";
import { identitiesOf, writeStamp } from "../../modcache/stamp.ts";
import { wantedSums } from "../../modcache/warm.ts";
import type { Env } from "../../platform/platform.ts";
import type { WarmPlan } from "./plan.ts";

export interface ExtractOptions {
  readonly cache: string;
  readonly env: Env;
  readonly signal: AbortSignal;
  /** Trees that were made while zips were verified. */
  readonly prepared: PreparedTrees;
  /** `path@version` of what the stamp vouches for. */
  readonly proven: ReadonlySet<string>;
}

/** True when `go` is told to leave the folders of trees writable. */
export function wantsWritableTrees({ GOFLAGS }: Env): boolean {
  return /(?:^|\s)-{1,2}modcacherw(?:=true)?(?:\s|$)/.test(GOFLAGS ?? "");
}

/** Extracts the trees of a plan's zips as `go` does; returns how many were not there yet. */
export async function extractAll(
  plan: WarmPlan,
  { cache, env, signal, prepared, proven }: ExtractOptions,
): Promise<number> {
  const zips = wantedSums(plan.sums, plan.wanted).filter(({ module, h1 }) => {
    if (h1 === undefined) return false;
    const paths = modulePaths(cache, module);
    return existsSync(paths.zip) && !isExtracted(paths);
  });
  if (zips.length === 0) return 0;
  const hasher = openHasher();
  const made = await extractTrees(cache, zips, { env: { PATH: env.PATH }, prepared, hasher, signal }).finally(
    () => hasher.close(),
  );
  // The trees are changes that a stamp notices; they come from zips that were verified a moment ago.
  const now = [...identitiesOf(cache, plan.sums)].filter(([key]) => proven.has(key));
  await writeStamp(cache, new Map(now));
  return made;
}
