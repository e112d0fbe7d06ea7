import { stat } from "node:fs/promises";
import { verifyModule } from "../artifact/verify.ts";
import { ModwharfError } from "../base/errors.ts";
import { allOf, Pool } from "../base/pool.ts";
import { compareModuleVersions, formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import type { GoproxyClient } from "../proxy/client.ts";
import { hashListsDir } from "./hash-lists.ts";
import { type Hasher, openHasher } from "./hasher.ts";
import type { PreparedTrees } from "./prepared-trees.ts";
import { type CacheContents, scanCache } from "./scan.ts";
import { type Identities, identitiesOf, provenByStamp, writeStamp } from "./stamp.ts";
import { type CacheVerification, type ModuleSum, verifyCache } from "./verify.ts";
import { makeModule, writeGoMod, writeLists } from "./write.ts";

const MAX_THREADS = 2;

export interface WarmOptions {
  /** Absolute path of the GOMODCACHE. */
  readonly cache: string;
  /** All hashes that are known: whatever the cache holds of these versions is checked. */
  readonly sums: readonly ModuleSum[];
  /**
   * What the cache shall hold, by `path@version`, all of it in `sums`: zip, mod and info, or the mod alone. Default:
   * everything that `sums` has a hash for.
   */
  readonly wanted?: Wanted | undefined;
  readonly client: GoproxyClient;
  /** Versions under way at once; the client limits requests by itself. Default 32. */
  readonly concurrency?: number;
  /** `path@version` of what the caller has just put there verified; it is not read again. */
  readonly verified?: ReadonlySet<string> | undefined;
  /** As for verifyCache: what becomes of trees that are there already. Default `hash`. */
  readonly trees?: "hash" | "drop";
  /** As for verifyCache. */
  readonly extra?: "distrust" | "leave";
  readonly hasher?: Hasher;
  /** Keeps the trees of zips that are read anyway, which are inflated once only that way. */
  readonly prepared?: PreparedTrees | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told of each download that has ended. */
  readonly progress?: (done: number, all: number) => void;
}

/** What a cache shall hold of versions, by `path@version`. */
export type Wanted = ReadonlyMap<string, "zip" | "mod">;

export interface WarmResult {
  /** What was wrong with what was there; all of it has been removed, and downloaded again where it was wanted. */
  readonly before: CacheVerification;
  /** In the order of go.sum files. */
  readonly downloaded: readonly ModuleVersion[];
  /** Bytes of the downloaded zips. */
  readonly bytes: number;
  /** Versions that were there, and right. */
  readonly kept: number;
  readonly failed: readonly { readonly module: ModuleVersion; readonly error: unknown }[];
  /** `path@version` of all that is now as go.sum says, as the stamp has it. */
  readonly proven: ReadonlySet<string>;
}

/**
 * Makes a GOMODCACHE hold `sums`: verifies what is there, downloads the difference and checks each file against
 * go.sum before it gets its name. A run that was killed is finished by the next one. Failures are collected, so that
 * one bad module does not keep the others away; their errors tell a lie (HASH_MISMATCH) from a missing answer. What
 * cannot be written ends it: throws FILE_UNWRITABLE, with what is complete kept.
 */
export async function warmCache(options: WarmOptions): Promise<WarmResult> {
  // Downloads keep the main thread's memory busy; two further threads stay below 250 MB together with it.
  const hasher = options.hasher ?? openHasher(MAX_THREADS);
  try {
    return await warm(options, hasher);
  } finally {
    if (options.hasher === undefined) await hasher.close();
  }
}

async function warm({ cache, sums, client, ...options }: WarmOptions, hasher: Hasher): Promise<WarmResult> {
  const contents = scanCache(cache);
  const identities = identitiesOf(cache, sums, contents);
  const stamped = await provenByStamp(cache, identities);
  const isVerified = (key: string) => options.verified?.has(key) === true || stamped.has(key);
  const proven = new Set([...identities.keys()].filter(isVerified));
  const wanted = wantedSums(sums, options.wanted);
  const isProven =
    options.extra === "leave" && proven.size === identities.size && contents.foreign.length === 0;
  if (isProven && missingOf(cache, wanted, contents).length === 0) {
    if (stamped.size < proven.size) await writeStamp(cache, identities);
    return nothingToDo(wanted.length, proven);
  }
  const trees = options.trees ?? "hash";
  const extra = options.extra ?? "distrust";
  const lists = hashListsDir(cache);
  const { prepared } = options;
  const before = await verifyCache(cache, sums, {
    repair: true,
    trees,
    extra,
    proven,
    prepared,
    hasher,
    lists,
  });
  const missing = missingOf(cache, wanted);
  const pool = new Pool(options.concurrency ?? 32);
  const downloaded: ModuleVersion[] = [];
  const failed: { module: ModuleVersion; error: unknown }[] = [];
  let bytes = 0;
  let ended = 0;
  let unwritable: ModwharfError | undefined;
  const download = async (sum: ModuleSum) => {
    try {
      options.signal?.throwIfAborted();
      if (unwritable !== undefined) throw unwritable;
      const zipBytes = await fetchInto(cache, sum, { client, hasher, prepared });
      bytes += zipBytes;
      downloaded.push(sum.module);
    } catch (error) {
      failed.push({ module: sum.module, error });
      if (isUnwritable(error)) unwritable ??= error;
    }
    options.progress?.(++ended, missing.length);
  };
  await Promise.all(missing.map((sum) => pool.run(() => download(sum))));
  await writeLists(cache, downloaded);
  const verified = verifiedNow(cache, sums, { identities, downloaded });
  await writeStamp(cache, verified);
  options.signal?.throwIfAborted();
  if (unwritable !== undefined) throw unwritable;
  downloaded.sort(compareModuleVersions);
  failed.sort((a, b) => compareModuleVersions(a.module, b.module));
  return {
    before,
    downloaded,
    bytes,
    kept: wanted.length - missing.length,
    failed,
    proven: new Set(verified.keys()),
  };
}

/** A full disk, say, which the others would meet too. */
function isUnwritable(error: unknown): error is ModwharfError {
  return error instanceof ModwharfError && error.code === "FILE_UNWRITABLE";
}

function nothingToDo(kept: number, proven: ReadonlySet<string>): WarmResult {
  const before = { checked: 0, problems: [], missing: [], extra: [], droppedTrees: 0 };
  return { before, downloaded: [], bytes: 0, kept, failed: [], proven };
}

/** The sums of what is wanted; of what is wanted as go.mod alone without the zip's hash. */
export function wantedSums(sums: readonly ModuleSum[], wanted: Wanted | undefined): readonly ModuleSum[] {
  if (wanted === undefined) return sums;
  return sums.flatMap((sum) => {
    const needs = wanted.get(formatModuleVersion(sum.module));
    return needs === undefined ? [] : needs === "zip" ? [sum] : [{ ...sum, h1: undefined }];
  });
}

/** What of `sums` the cache does not hold whole. */
export function missingOf(
  cache: string,
  sums: readonly ModuleSum[],
  { modules }: CacheContents = scanCache(cache),
): ModuleSum[] {
  return sums.filter(({ module, h1 }) => {
    const files = modules.get(formatModuleVersion(module))?.files;
    const needed = h1 === undefined ? (["mod"] as const) : (["zip", "ziphash", "mod", "info"] as const);
    return !needed.every((suffix) => files?.has(suffix));
  });
}

interface Fetching {
  readonly client: GoproxyClient;
  readonly hasher: Hasher;
  readonly prepared: PreparedTrees | undefined;
}

/** Downloads a version; returns the bytes of its zip. */
async function fetchInto(
  cache: string,
  { module, h1, goModH1 }: ModuleSum,
  { client, hasher, prepared }: Fetching,
): Promise<number> {
  if (goModH1 === undefined) throw nothingToCompare(module);
  if (h1 === undefined) {
    await writeGoMod(cache, module, await client.mod(module), goModH1);
    return 0;
  }
  const target = prepared?.reserve();
  const job =
    target === undefined ? ({ kind: "module" } as const) : ({ kind: "extract", ...target } as const);
  const verified = await makeModule(cache, module, async (zipFile) => {
    const [mod, info] = await allOf([client.mod(module), client.info(module), client.zip(module, zipFile)]);
    return await verifyModule({
      module,
      zipFile,
      mod,
      info,
      expected: { h1, goModH1 },
      // A replacement's go.mod may declare the path of what it replaces; go.sum vouches for it.
      declaredPath: "any",
      hash: async () => ({
        h1: await hasher.hash({ ...job, path: zipFile, module, lists: hashListsDir(cache) }),
        zipBytes: (await stat(zipFile)).size,
      }),
      dispose: async () => {},
    });
  });
  if (target !== undefined) prepared!.add(module, target);
  return verified.zipBytes;
}

/** The identities of what was made here just now, and of what has not changed since before it was verified. */
function verifiedNow(
  cache: string,
  sums: readonly ModuleSum[],
  run: { identities: Identities; downloaded: readonly ModuleVersion[] },
): Identities {
  const made = new Set(run.downloaded.map(formatModuleVersion));
  const now = [...identitiesOf(cache, sums)];
  return new Map(now.filter(([key, identity]) => made.has(key) || run.identities.get(key) === identity));
}

function nothingToCompare(module: ModuleVersion): ModwharfError {
  return new ModwharfError("HASH_MISMATCH", "go.sum has no hash to check this version against", {
    subject: formatModuleVersion(module),
    expected: "a line for its go.mod",
    fix: "run `go mod tidy`, or look the hash up in the checksum database",
  });
}
