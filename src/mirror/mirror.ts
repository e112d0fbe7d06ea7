import { ModwharfError } from "../base/errors.ts";
import { temporaryDirectory } from "../base/files.ts";
import type { ModuleSet, NeededModule } from "../manifest/module-set.ts";
import { type Hasher, openHasher } from "../modcache/hasher.ts";
import { formatModuleVersion } from "../module/module-version.ts";
import type { GoproxyClient } from "../proxy/client.ts";
import type { Store, StoreSnapshot } from "../store/store.ts";
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
    const { modules } = options.set;
    const snapshot =
      modules.length < LISTING_PAYS
        ? undefined
        : await options.store.snapshot(modules.length * LISTED_PER_MODULE);
    const place = { hasher, workDir: work.path, snapshot };
    return await forEachModule(modules, options, (needed) => mirrorOne(needed, options, place));
  } finally {
    await Promise.all([work.dispose(), hasher.close()]);
  }
}

/** From so many modules on, one listing of the store costs less than a question for each. */
const LISTING_PAYS = 20;

/** A store with more files for each module of the run is not listed to its end: asking for each is quicker. */
const LISTED_PER_MODULE = 40;

interface Work {
  readonly hasher: Hasher;
  readonly workDir: string;
  /** What the store had at the start. */
  readonly snapshot: StoreSnapshot | undefined;
}

async function mirrorOne(needed: NeededModule, options: MirrorOptions, work: Work): Promise<MirrorOutcome> {
  const judged = await judgeModule(needed, options);
  const outcome = { needed, reason: undefined, vouchedBy: [], zipBytes: 0 };
  if (judged.status === "private") return { ...outcome, status: "private" };
  if (judged.status === "refused") return { ...outcome, ...judged };
  const { vouched } = judged;
  const copied = { ...outcome, vouchedBy: vouched.by };
  const copy: Copy = {
    needed,
    store: options.store,
    vouched,
    acquire: { client: options.client, ...work },
    ...work,
  };
  if (needed.needs === "mod") return { ...copied, status: await copyGoMod(copy) };
  return { ...copied, ...(await copyModule(copy)) };
}

/** A module on its way into the store. */
interface Copy {
  readonly needed: NeededModule;
  readonly store: Store;
  readonly vouched: Vouched;
  readonly acquire: AcquireOptions;
  readonly snapshot: StoreSnapshot | undefined;
}

type Copied = Pick<MirrorOutcome, "zipBytes"> & { readonly status: "copied" | "unchanged" };

async function copyModule(copy: Copy): Promise<Copied> {
  const { needed, store, vouched, acquire, snapshot } = copy;
  const { path } = needed.module;
  const found = await find(copy);
  if (found === "there") return { status: "unchanged", zipBytes: 0 };
  const verified = await acquireModule(needed.module, vouched, acquire);
  try {
    const status = await store.publish(verified, {
      isAbsent: found === "absent",
      isModAbsent: snapshot !== undefined && !snapshot.has({ ...needed.module, kind: "mod" }),
      isListAbsent: snapshot !== undefined && !snapshot.has({ path, kind: "list" }),
      // Whoever fetches it from the store checks the hashes again: go does, and so do the next mirrors.
      readBack: false,
    });
    return status === "unchanged"
      ? { status, zipBytes: 0 }
      : { status: "copied", zipBytes: verified.zipBytes };
  } finally {
    await verified.dispose();
  }
}

async function copyGoMod({ needed, store, vouched, acquire, snapshot }: Copy): Promise<Copied["status"]> {
  const { module } = needed;
  const isAbsent = snapshot !== undefined && !snapshot.has({ ...module, kind: "mod" });
  const stored = isAbsent ? undefined : await store.goModHash(module);
  const isThere = stored !== undefined && stored === vouched.goModH1;
  if (isThere && (await store.hasCopies(module, ["mod"]))) return "unchanged";
  const verified = await acquireGoMod(module, vouched, acquire);
  return (await store.publishGoMod(verified)) === "unchanged" ? "unchanged" : "copied";
}

/**
 * Whether the store has the whole version with the very hashes that it must have, for which the stored zip is read.
 * Without hashes to compare with, the download decides.
 */
async function find(copy: Copy): Promise<"there" | "absent" | "unclear"> {
  const { needed, store, vouched, snapshot } = copy;
  const { module } = needed;
  const { h1, goModH1 } = vouched;
  if (h1 === undefined || goModH1 === undefined) return "unclear";
  const isThere =
    snapshot === undefined ? await store.has(module) : snapshot.has({ ...module, kind: "info" });
  if (!isThere) {
    await checkLoneGoMod(copy);
    return "absent";
  }
  const stored = await store.hashes(module);
  if (stored === undefined) return "unclear";
  if (stored.h1 === h1 && stored.goModH1 === goModH1) return "there";
  throw changed(copy, `${h1} (go.mod ${goModH1})`, `${stored.h1} (go.mod ${stored.goModH1})`);
}

/** An earlier mirror may have put the go.mod alone: builds rely on it already. */
async function checkLoneGoMod(copy: Copy): Promise<void> {
  const { needed, store, vouched, snapshot } = copy;
  const isThere = snapshot?.has({ ...needed.module, kind: "mod" }) ?? true;
  const stored = isThere ? await store.goModHash(needed.module) : undefined;
  if (stored !== undefined && stored !== vouched.goModH1)
    throw changed(copy, `go.mod ${vouched.goModH1}`, `go.mod ${stored}`);
}

function changed({ needed, store }: Copy, expected: string, actual: string): ModwharfError {
  return new ModwharfError("VERSION_CHANGED", "the store has this version with other content", {
    subject: `${formatModuleVersion(needed.module)} in ${store.url}`,
    expected: `${expected}, as vouched for`,
    actual,
    fix: "do not let anybody use this version from here; find out who wrote it",
  });
}
