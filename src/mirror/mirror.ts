import { ModwharfError } from "../base/errors.ts";
import { temporaryDirectory } from "../base/files.ts";
import { Pool } from "../base/pool.ts";
import type { ModuleSet, NeededModule } from "../manifest/module-set.ts";
import { type Hasher, openHasher } from "../modcache/hasher.ts";
import { formatModuleVersion } from "../module/module-version.ts";
import { matchPrefixPatterns } from "../module/patterns.ts";
import type { GoproxyClient } from "../proxy/client.ts";
import type { Store } from "../store/store.ts";
import { type AcquireOptions, acquireGoMod, acquireModule } from "./acquire.ts";
import { errorOfFailures, type Failure } from "./failures.ts";
import { type MirrorRules, refusalOf } from "./rules.ts";
import { type Vouched, type VouchOptions, vouchFor } from "./vouch.ts";

export interface MirrorOptions {
  readonly set: ModuleSet;
  readonly client: GoproxyClient;
  readonly store: Store;
  readonly rules: MirrorRules;
  readonly vouch: VouchOptions;
  /** GONOPROXY patterns: modules of one's own, which no proxy is asked for and which are therefore left out. */
  readonly gonoproxy?: string;
  /** Versions under way at once. Default 32. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal | undefined;
  /** Told of each version that is done. */
  readonly progress?: (done: number, all: number) => void;
}

/** What became of one module version. */
export interface MirrorOutcome {
  readonly needed: NeededModule;
  /** `private`: left out, as GONOPROXY says. */
  readonly status: "copied" | "unchanged" | "refused" | "private";
  /** For what was refused. */
  readonly reason: string | undefined;
  /** `go.sum`, the checksum database; empty for what was allowed unverified, refused or private. */
  readonly vouchedBy: readonly string[];
  /** Of the zip that was copied. */
  readonly zipBytes: number;
}

/**
 * Copies modules from proxies into a store, each verified against go.sum and the checksum database first. What the
 * store has with the same hashes is left alone, so that a run that broke off is taken up by the next. Outcomes are in
 * the order of the set.
 *
 * One module's failure does not keep the others away; at the end it is thrown, an integrity error before all others:
 * HASH_MISMATCH, VERSION_CHANGED, LOG_*, and what proxies, the database and the store throw.
 */
export async function mirrorModules(options: MirrorOptions): Promise<MirrorOutcome[]> {
  const { set, signal, progress } = options;
  const work = await temporaryDirectory();
  const hasher = openHasher();
  const pool = new Pool(options.concurrency ?? 32);
  const failures: Failure[] = [];
  let done = 0;
  try {
    const outcomes = await Promise.all(
      set.modules.map((needed) =>
        pool.run(async () => {
          try {
            signal?.throwIfAborted();
            return await mirrorOne(needed, options, { hasher, workDir: work.path });
          } catch (error) {
            failures.push({ module: needed.module, error });
            return undefined;
          } finally {
            progress?.(++done, set.modules.length);
          }
        }),
      ),
    );
    signal?.throwIfAborted();
    if (failures.length > 0) throw errorOfFailures(failures);
    return outcomes.filter((outcome) => outcome !== undefined);
  } finally {
    await Promise.all([work.dispose(), hasher.close()]);
  }
}

type Work = { readonly hasher: Hasher; readonly workDir: string };

async function mirrorOne(needed: NeededModule, options: MirrorOptions, work: Work): Promise<MirrorOutcome> {
  const { module } = needed;
  const outcome = { needed, reason: undefined, vouchedBy: [], zipBytes: 0 };
  if (matchPrefixPatterns(options.gonoproxy ?? "", module.path)) return { ...outcome, status: "private" };
  const refusal = refusalOf(module, options.rules);
  if (refusal !== undefined) return { ...outcome, status: "refused", reason: refusal };
  const vouched = await vouchFor(needed, options.vouch);
  if ("refused" in vouched) return { ...outcome, status: "refused", reason: vouched.refused };
  const copied = { ...outcome, vouchedBy: vouched.by };
  const acquire = { client: options.client, ...work };
  if (needed.needs === "mod")
    return { ...copied, status: await copyGoMod(needed, options.store, { vouched, acquire }) };
  if (await isThere(needed, options.store, vouched)) return { ...copied, status: "unchanged" };
  const verified = await acquireModule(module, vouched, acquire);
  try {
    const status = await options.store.publish(verified);
    return status === "unchanged"
      ? { ...copied, status }
      : { ...copied, status: "copied", zipBytes: verified.zipBytes };
  } finally {
    await verified.dispose();
  }
}

async function copyGoMod(
  { module }: NeededModule,
  store: Store,
  { vouched, acquire }: { vouched: Vouched; acquire: AcquireOptions },
): Promise<"copied" | "unchanged"> {
  if (vouched.goModH1 !== undefined && (await store.goModHash(module)) === vouched.goModH1)
    return "unchanged";
  const verified = await acquireGoMod(module, vouched, acquire);
  return (await store.publishGoMod(verified)) === "unchanged" ? "unchanged" : "copied";
}

/**
 * True when the store has the whole version with the very hashes that it must have, for which the stored zip is read.
 * Without hashes to compare with, the download decides.
 */
async function isThere({ module }: NeededModule, store: Store, { h1, goModH1 }: Vouched): Promise<boolean> {
  if (h1 === undefined || goModH1 === undefined) return false;
  const stored = await store.hashes(module);
  if (stored === undefined) return false;
  if (stored.h1 === h1 && stored.goModH1 === goModH1) return true;
  throw new ModwharfError("VERSION_CHANGED", "the store has this version with other content", {
    subject: `${formatModuleVersion(module)} in ${store.url}`,
    expected: `${h1} (go.mod ${goModH1}), as vouched for`,
    actual: `${stored.h1} (go.mod ${stored.goModH1})`,
    fix: "do not let anybody use this version from here; find out who wrote it",
  });
}
