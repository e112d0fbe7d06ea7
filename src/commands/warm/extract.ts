import { Pool } from "../../base/pool.ts";
import { extractTree } from "../../modcache/extract.ts";
import { openHasher } from "../../modcache/hasher.ts";
import type { PreparedTrees } from "../../modcache/prepared-trees.ts";
import { scanCache } from "../../modcache/scan.ts";
import { identitiesOf, provenByStamp, writeStamp } from "../../modcache/stamp.ts";
import { wantedSums } from "../../modcache/warm.ts";
import { formatModuleVersion } from "../../module/module-version.ts";
import type { Env } from "../../platform/platform.ts";
import type { WarmPlan } from "./plan.ts";

/** More than there are threads to extract: the others wait for go's locks meanwhile. */
const AT_ONCE = 8;

export interface ExtractOptions {
  readonly cache: string;
  readonly env: Env;
  readonly signal: AbortSignal;
  /** Trees that a warm just before has made already. */
  readonly prepared: PreparedTrees;
}

/** Extracts the trees of a plan's zips as `go` does; returns how many were not there yet. */
export async function extractAll(
  plan: WarmPlan,
  { cache, env, signal, prepared }: ExtractOptions,
): Promise<number> {
  const { modules } = scanCache(cache);
  const zips = wantedSums(plan.sums, plan.wanted).filter(({ module, h1 }) => {
    const cached = modules.get(formatModuleVersion(module));
    // As go does before it asks for the lock (modfetch DownloadDir).
    const isThere = cached?.hasTree === true && cached.files.has("ziphash") && !cached.files.has("partial");
    return h1 !== undefined && cached?.files.has("zip") === true && !isThere;
  });
  const writable = /(?:^|\s)-{1,2}modcacherw(?:=true)?(?:\s|$)/.test(env.GOFLAGS ?? "");
  const proven = await provenByStamp(cache, identitiesOf(cache, plan.sums));
  const pool = new Pool(AT_ONCE);
  const hasher = openHasher();
  const extract = { env: { PATH: env.PATH }, writable, hasher, prepared };
  const made = await Promise.all(
    zips.map(({ module }) =>
      pool.run(async () => {
        signal.throwIfAborted();
        return await extractTree(cache, module, extract);
      }),
    ),
  ).finally(() => hasher.close());
  // The trees are changes that a stamp notices; they come from zips that were verified a moment ago.
  const now = [...identitiesOf(cache, plan.sums)].filter(([key]) => proven.has(key));
  await writeStamp(cache, new Map(now));
  return made.filter(Boolean).length;
}
