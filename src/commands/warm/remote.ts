import { rm } from "node:fs/promises";
import { isIntegrityError } from "../../base/errors.ts";
import { temporaryDirectory } from "../../base/files.ts";
import { Pool } from "../../base/pool.ts";
import { acquireGoMod, acquireModule } from "../../mirror/acquire.ts";
import { openHasher } from "../../modcache/hasher.ts";
import type { ModuleSum } from "../../modcache/verify.ts";
import { wantedSums } from "../../modcache/warm.ts";
import { compareModuleVersions, type ModuleVersion } from "../../module/module-version.ts";
import type { GoproxyClient } from "../../proxy/client.ts";
import { isNotFound } from "../../proxy/goproxy-list.ts";
import type { WarmPlan } from "./plan.ts";

export interface RemoteOptions {
  readonly plan: WarmPlan;
  /** Asks the one proxy that is warmed. */
  readonly client: GoproxyClient;
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly progress: (done: number, all: number) => void;
}

/** `altered`: the proxy serves something else than go.sum or the checksum database say. */
export type RemoteStatus = "proven" | "missing" | "altered" | "failed";

export interface RemoteOutcome {
  readonly module: ModuleVersion;
  readonly status: RemoteStatus;
  /** Of the zip that was fetched and proven. */
  readonly bytes: number;
  readonly error: unknown;
}

/**
 * Makes a proxy fetch every version of a plan (Athens, Artifactory, Nexus keep what they were asked for) and proves
 * what it serves. Nothing is kept here. Outcomes are sorted by module.
 */
export async function warmRemote(options: RemoteOptions): Promise<RemoteOutcome[]> {
  const { plan, concurrency } = options;
  const work = await temporaryDirectory();
  const hasher = openHasher();
  const pool = new Pool(concurrency);
  const sums = wantedSums(plan.sums, plan.wanted);
  let done = 0;
  const prove = async (sum: ModuleSum): Promise<RemoteOutcome> => {
    const { module } = sum;
    try {
      options.signal.throwIfAborted();
      const bytes = await proveOne(sum, { client: options.client, hasher, workDir: work.path });
      return { module, status: "proven", bytes, error: undefined };
    } catch (error) {
      const status = isNotFound(error) ? "missing" : isAlteration(error) ? "altered" : "failed";
      return { module, status, bytes: 0, error };
    } finally {
      options.progress(++done, sums.length);
    }
  };
  try {
    const outcomes = await Promise.all(sums.map((sum) => pool.run(() => prove(sum))));
    options.signal.throwIfAborted();
    return outcomes.sort((a, b) => compareModuleVersions(a.module, b.module));
  } finally {
    await Promise.all([work.dispose(), hasher.close()]);
  }
}

type Acquire = Parameters<typeof acquireModule>[2];

async function proveOne({ module, h1, goModH1 }: ModuleSum, acquire: Acquire): Promise<number> {
  const expected = { h1, goModH1, by: [] };
  if (h1 === undefined) {
    await acquireGoMod(module, expected, acquire);
    return 0;
  }
  const verified = await acquireModule(module, expected, acquire);
  await rm(verified.zipFile, { force: true });
  return verified.zipBytes;
}

/** A zip that breaks the zip rules is no copy of one that a go.sum vouches for. */
export function isAlteration(error: unknown): boolean {
  return isIntegrityError(error) || (error as { code?: unknown } | undefined)?.code === "ZIP_INVALID";
}
