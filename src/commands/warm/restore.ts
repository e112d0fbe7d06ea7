import { lstatSync, renameSync, rmSync, statSync } from "node:fs";
import { copyFile, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { errnoOf, makeDirectory, readWhole, writeFileAtomic } from "../../base/files.ts";
import { makeDirectorySync } from "../../base/small-files.ts";
import { hashListsDir } from "../../modcache/hash-lists.ts";
import type { Hasher } from "../../modcache/hasher.ts";
import { downloadDir, modulePaths, type Suffix } from "../../modcache/layout.ts";
import type { PreparedTrees } from "../../modcache/prepared-trees.ts";
import { removeTree } from "../../modcache/remove-tree.ts";
import { type CachedModule, scanCache } from "../../modcache/scan.ts";
import { type CacheProblem, type ModuleSum, verifyCache } from "../../modcache/verify.ts";
import { writeLists } from "../../modcache/write.ts";
import { formatModuleVersion, type ModuleVersion } from "../../module/module-version.ts";
import type { CacheService } from "../../platform/platform.ts";
import { type Measured, parseMeasured, STATS } from "./measured.ts";

/*
 * What comes out of a cache service was written by another job, and whoever can run one may have put anything into
 * it. So it is unpacked into a folder of its own, where no `go` looks; each file is held against go.sum there, and
 * only what is right moves into GOMODCACHE. Nothing else of the archive gets there: no tree, no ziphash, no list.
 */

/** Relative to the workspace: the same text on every runner and system, since the service's own key contains it. */
export const STAGE = ".modwharf-cache";

export interface RestoreOptions {
  readonly service: CacheService;
  readonly cwd: string;
  readonly cache: string;
  readonly key: string;
  readonly prefix: string;
  readonly sums: readonly ModuleSum[];
  readonly hasher: Hasher;
  /** Keeps the trees of the zips that are right. */
  readonly prepared?: PreparedTrees | undefined;
}

export interface Restored {
  /** Of the entry that was found. */
  readonly key: string | undefined;
  /** Versions that were right, and moved into GOMODCACHE where it lacked them. */
  readonly modules: number;
  /** Of their zips. */
  readonly bytes: number;
  /** Whatever was not what go.sum says; none of it got into GOMODCACHE. */
  readonly rejected: readonly CacheProblem[];
  readonly restoreSeconds: number;
  readonly verifySeconds: number;
  /** How long a run without an entry took to download what it holds. */
  readonly measured: Measured | undefined;
  /** `path@version` of what stands in GOMODCACHE as it was verified. */
  readonly verified: ReadonlySet<string>;
}

/** Restores an entry, verifies all of it and moves what is right into GOMODCACHE. */
export async function restoreModules(options: RestoreOptions): Promise<Restored> {
  const { service, cwd, cache, sums } = options;
  const stage = resolve(cwd, STAGE);
  removeTree(stage);
  try {
    const start = performance.now();
    const key = await service.restore([STAGE], options.key, [options.prefix]);
    const restored = performance.now();
    refuseLinks(stage);
    const measured = key === undefined ? undefined : await readMeasured(stage);
    const { problems } = await verifyCache(stage, sums, {
      repair: true,
      trees: "drop",
      hasher: options.hasher,
      prepared: options.prepared,
      lists: hashListsDir(cache),
    });
    const moved = key === undefined ? NOTHING_MOVED : await moveInto(cache, stage, sums);
    return {
      key,
      ...moved,
      rejected: problems,
      restoreSeconds: (restored - start) / 1000,
      verifySeconds: (performance.now() - restored) / 1000,
      measured,
    };
  } finally {
    removeTree(stage);
  }
}

/** Removes links in the place of folders: behind one, what does not belong there is somebody's, and would be deleted. */
function refuseLinks(stage: string): void {
  for (const folder of [stage, join(stage, "cache"), downloadDir(stage)]) {
    if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) rmSync(folder);
  }
}

async function readMeasured(stage: string): Promise<Measured | undefined> {
  const file = join(stage, STATS);
  // A pipe would be waited for, and a link may lead to a device without an end.
  if (!lstatSync(file, { throwIfNoEntry: false })?.isFile()) return undefined;
  return parseMeasured(await readWhole(file, 1024).catch(() => undefined));
}

type Moved = Pick<Restored, "modules" | "bytes" | "verified">;

const NOTHING_MOVED: Moved = { modules: 0, bytes: 0, verified: new Set() };

/** Moves verified versions where GOMODCACHE lacks them. */
async function moveInto(cache: string, stage: string, sums: readonly ModuleSum[]): Promise<Moved> {
  const staged = scanCache(stage).modules;
  const present = scanCache(cache).modules;
  const verified = new Set<string>();
  const moved: ModuleVersion[] = [];
  let [modules, bytes] = [0, 0];
  for (const { module } of sums) {
    const key = formatModuleVersion(module);
    const found = staged.get(key);
    if (found === undefined || !isWhole(found)) continue;
    modules++;
    if (found.files.has("zip")) bytes += statSync(modulePaths(stage, module).zip).size;
    const there = present.get(key);
    if (there !== undefined && isAsGood(there, found)) continue;
    await moveVersion(found, stage, cache);
    moved.push(module);
    // What stood there and stays, a tree or a zip beside a lone go.mod, has not been looked at.
    if (there === undefined || isReplacedWhole(there, found)) verified.add(key);
  }
  await writeLists(cache, moved);
  return { modules, bytes, verified };
}

/** A zip with all that go needs beside it, or a lone go.mod. */
function isWhole({ files }: CachedModule): boolean {
  return files.has("mod") && (!files.has("zip") || (files.has("info") && files.has("ziphash")));
}

function isAsGood(there: CachedModule, { files }: CachedModule): boolean {
  return [...files].every((suffix) => there.files.has(suffix));
}

function isReplacedWhole(there: CachedModule, { files }: CachedModule): boolean {
  return !there.hasTree && [...there.files].every((suffix) => suffix === "lock" || files.has(suffix));
}

/** In the order in which a warm writes them. */
const MOVED: readonly Suffix[] = ["zip", "ziphash", "mod", "info"];

async function moveVersion({ module, files }: CachedModule, stage: string, cache: string): Promise<void> {
  const [from, to] = [modulePaths(stage, module), modulePaths(cache, module)];
  makeDirectorySync(to.versions);
  for (const suffix of MOVED) {
    if (files.has(suffix) && !renamed(from[suffix], to[suffix])) await moveBetween(from[suffix], to[suffix]);
  }
}

/** False where a file system ends in between. */
function renamed(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (errnoOf(error) !== "EXDEV") throw error;
    return false;
  }
}

async function moveBetween(from: string, to: string): Promise<void> {
  await writeFileAtomic(to, (temporary) => copyFile(from, temporary), { durable: false });
  await rm(from);
}

/** The folder above a file, made when needed. */
export async function folderOf(file: string): Promise<string> {
  const dir = dirname(file);
  await makeDirectory(dir);
  return dir;
}
