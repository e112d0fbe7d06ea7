import { extractTrees } from "../../modcache/extract.ts";
import { openHasher } from "../../modcache/hasher.ts";
import type { PreparedTrees } from "../../modcache/prepared-trees.ts";
import { scanCache } from "../../modcache/scan.ts";
import { identitiesOf, provenByStamp, writeStamp } from "../../modcache/stamp.ts";
import { wantedSums } from "../../modcache/warm.ts";
import { formatModuleVersion } from "../../module/module-version.ts";
import type { Env } from "../../platform/platform.ts";
import type { WarmPlan } from "./plan.ts";

export interface ExtractOptions {
  readonly cache: string;
  readonly env: Env;
  readonly signal: AbortSignal;
  /** Trees that were made while zips were verified. */
  readonly prepared: PreparedTrees;
}

/** True when `go` is told to leave the folders of trees writable. */
export function wantsWritableTrees({ GOFLAGS }: Env): boolean {
  return /(?:^|\s)-{1,2}modcacherw(?:=true)?(?:\s|$)/.test(GOFLAGS ?? "");
}

/** Extracts the trees of a plan's zips as `go` does; returns how many were not there yet. */
export async function extractAll(
  plan: WarmPlan,
  { cache, env, signal, prepared }: ExtractOptions,
): Promise<number> {
  const contents = scanCache(cache);
  const zips = wantedSums(plan.sums, plan.wanted).filter(({ module, h1 }) => {
    const cached = contents.modules.get(formatModuleVersion(module));
    const isThere = cached?.hasTree === true && cached.files.has("ziphash") && !cached.files.has("partial");
    return h1 !== undefined && cached?.files.has("zip") === true && !isThere;
  });
  if (zips.length === 0) return 0;
  const proven = await provenByStamp(cache, identitiesOf(cache, plan.sums, contents));
  const hasher = openHasher();
  const made = await extractTrees(cache, zips, { env: { PATH: env.PATH }, prepared, hasher, signal }).finally(
    () => hasher.close(),
  );
  // The trees are changes that a stamp notices; they come from zips that were verified a moment ago.
  const now = [...identitiesOf(cache, plan.sums)].filter(([key]) => proven.has(key));
  await writeStamp(cache, new Map(now));
  return made;
}
