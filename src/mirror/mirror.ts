import { ModwharfError } from "../base/errors.ts";
import { temporaryDirectory } from "../base/files.ts";
import type { ModuleSet, NeededModule } from "../manifest/module-set.ts";
import { type Hasher, openHasher } from "../modcache/hasher.ts";
import { formatModuleVersion } from "../module/module-version.ts";
import type { GoproxyClient } from "../proxy/client.ts";
import type { Store } from "../store/store.ts";
import { type AcquireOptions, acquireGoMod, acquireModule } from "./acquire.ts";
import { type EachOptions, forEachModule } from "./each.ts";
import { type JudgeOptions, judgeModule } from "./judge.ts";
import type { Vouched } from "./vouch.ts";

export interface MirrorOptions extends EachOptions, JudgeOptions {
  readonly set: ModuleSet;
  readonly client: GoproxyClient;
  readonly store: Store;
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
  const work = await temporaryDirectory();
  const hasher = openHasher();
  try {
    const place = { hasher, workDir: work.path };
    return await forEachModule(options.set.modules, options, (needed) => mirrorOne(needed, options, place));
  } finally {
    await Promise.all([work.dispose(), hasher.close()]);
  }
}

type Work = { readonly hasher: Hasher; readonly workDir: string };

async function mirrorOne(needed: NeededModule, options: MirrorOptions, work: Work): Promise<MirrorOutcome> {
  const { module } = needed;
  const judged = await judgeModule(needed, options);
  const outcome = { needed, reason: undefined, vouchedBy: [], zipBytes: 0 };
  if (judged.status === "private") return { ...outcome, status: "private" };
  if (judged.status === "refused") return { ...outcome, ...judged };
  const { vouched } = judged;
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
