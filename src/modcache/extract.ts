import { chmodSync, existsSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { largestFirst } from "../base/largest-first.ts";
import { allOf, Pool } from "../base/pool.ts";
import { makeDirectorySync } from "../base/small-files.ts";
import { formatModuleVersion } from "../module/module-version.ts";
import type { Hasher } from "./hasher.ts";
import { type ModulePaths, modulePaths } from "./layout.ts";
import { type LockEnv, lockFiles } from "./lock.ts";
import type { PreparedTrees } from "./prepared-trees.ts";
import { removeTree } from "./remove-tree.ts";
import type { ModuleSum } from "./verify.ts";

/** So many trees get their names while one program holds their locks: starting it costs more than a hundred moves. */
const LOCKED_AT_ONCE = 200;

export interface ExtractOptions {
  /** The environment in which a program is found that takes go's locks. */
  readonly env: LockEnv;
  /** Where trees wait for their names; those that are there already need no more than that. */
  readonly prepared: PreparedTrees;
  /** Extracts the others. */
  readonly hasher: Hasher;
  readonly signal?: AbortSignal;
}

/**
 * Gives versions whose zips are in the cache their trees, unless they are there. Each is extracted elsewhere and gets
 * its name whole, with V.lock held, as cmd/go holds it while it extracts (modfetch unzip): so neither finds a part of
 * what the other does, and a killed run leaves no part behind. What another killed program left, beside V.partial, is
 * cleared away as go does it. Files are 0444, folders 0555.
 *
 * Returns how many were made. Throws ZIP_INVALID, HASH_MISMATCH for a zip without the h1 that is given,
 * FILE_UNWRITABLE, TOOL_MISSING, NOT_SUPPORTED.
 */
export async function extractTrees(
  cache: string,
  sums: readonly ModuleSum[],
  options: ExtractOptions,
): Promise<number> {
  const absent = sums.filter(({ module }) => !isExtracted(modulePaths(cache, module)));
  const pool = new Pool(options.hasher.parallel * 2);
  const prepareNext = async (sum: ModuleSum) => {
    options.signal?.throwIfAborted();
    await prepare(sum, { ...options, cache });
  };
  const zipBytes = ({ module }: ModuleSum) =>
    statSync(modulePaths(cache, module).zip, { throwIfNoEntry: false })?.size;
  await allOf(largestFirst(absent, zipBytes).map((sum) => pool.run(() => prepareNext(sum))));
  let made = 0;
  for (let i = 0; i < absent.length; i += LOCKED_AT_ONCE) {
    options.signal?.throwIfAborted();
    made += await placeSome(cache, absent.slice(i, i + LOCKED_AT_ONCE), options);
  }
  return made;
}

async function placeSome(
  cache: string,
  sums: readonly ModuleSum[],
  { env, prepared }: ExtractOptions,
): Promise<number> {
  const places = sums.map(({ module }) => ({
    ready: prepared.of(module)!,
    paths: modulePaths(cache, module),
  }));
  const unlock = await lockFiles(
    places.map(({ paths }) => paths.lock),
    env,
  );
  try {
    return places.filter(({ ready, paths }) => place(ready, paths, prepared.writable)).length;
  } finally {
    await unlock();
  }
}

interface Preparation {
  readonly cache: string;
  readonly prepared: PreparedTrees;
  readonly hasher: Hasher;
}

async function prepare({ module, h1 }: ModuleSum, { cache, prepared, hasher }: Preparation): Promise<void> {
  if (prepared.of(module) !== undefined) return;
  const target = prepared.reserve();
  const { zip } = modulePaths(cache, module);
  const actual = await hasher.hash({ kind: "extract", path: zip, module, ...target });
  if (h1 !== undefined && actual !== h1) {
    throw new ModwharfError("HASH_MISMATCH", "the zip was changed after it had been verified", {
      subject: formatModuleVersion(module),
      expected: h1,
      actual,
      fix: "find out what else writes to this module cache, then run again",
    });
  }
  prepared.add(module, target);
}

/** Moves a tree to its name, whose lock is held. False when it is there already. */
function place(ready: string, paths: ModulePaths, writable: boolean): boolean {
  if (isExtracted(paths)) return false;
  removeTree(paths.tree);
  makeDirectorySync(dirname(paths.tree));
  renameSync(ready, paths.tree);
  rmSync(paths.partial, { force: true });
  // Not before: a folder that may not be written cannot be moved.
  if (!writable) chmodSync(paths.tree, statSync(paths.tree).mode & 0o555);
  return true;
}

/** Whether the tree of a version is there and whole, as go judges before it asks for the lock (modfetch DownloadDir). */
export function isExtracted({ tree, ziphash, partial }: ModulePaths): boolean {
  return existsSync(tree) && existsSync(ziphash) && !existsSync(partial);
}
