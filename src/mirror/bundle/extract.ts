import { randomBytes } from "node:crypto";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fixForErrno } from "../../base/errno-advice.ts";
import { isIntegrityError, ModwharfError } from "../../base/errors.ts";
import { errnoOf, makeDirectory, writeFileAtomic } from "../../base/files.ts";
import { Pool } from "../../base/pool.ts";
import { downloadDir } from "../../modcache/layout.ts";
import { writeGoMod, writeLists, writeModule } from "../../modcache/write.ts";
import { FileBackend } from "../../store/file.ts";
import { Store } from "../../store/store.ts";
import type { BundleContents } from "./read.ts";

/** `goproxy`: a tree for GOPROXY=file://…; `gomodcache`: one for GOMODCACHE, with such a tree in cache/download. */
export type Layout = "goproxy" | "gomodcache";

export interface ExtractOptions {
  readonly layout: Layout;
  /** True writes the checksum database's files too: once they are proven. */
  readonly database: boolean;
}

/**
 * Writes what was read from a bundle, and proven, into a directory. A new one appears in one step. In one that is there
 * already, and keeps its place, owner and mode, each version is added in one step; what it has with the same hashes
 * stays.
 *
 * Throws VERSION_CHANGED where a version is there with other content, FILE_UNWRITABLE.
 */
export async function extractToDirectory(
  contents: BundleContents,
  dir: string,
  options: ExtractOptions,
): Promise<void> {
  if (await isThere(dir)) return await extractInto(contents, dir, options);
  const temporary = join(dirname(dir), `.${basename(dir)}.${randomBytes(6).toString("hex")}.tmp`);
  await makeDirectory(dirname(dir));
  try {
    // Exclusive: nothing stands in it that somebody else has put there.
    await mkdir(temporary);
    await extractInto(contents, temporary, options);
    if (!(await takePlace(temporary, dir))) await extractInto(contents, dir, options);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Gives a directory its name; false when somebody else has made and filled one of that name meanwhile. */
async function takePlace(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (["ENOTEMPTY", "EEXIST", "EBUSY"].includes(errnoOf(error) ?? "")) return false;
    throw error;
  }
}

async function extractInto(
  contents: BundleContents,
  dir: string,
  { layout, database }: ExtractOptions,
): Promise<void> {
  if (layout === "gomodcache") await extractToCache(contents, dir);
  else await extractToStore(contents, new Store(new FileBackend(dir)));
  if (database) await writeDatabase(contents, dir, layout);
}

/** Publishes what was read from a bundle, and proven, in a store. Throws as `Store.publish`. */
export async function extractToStore(
  { modules, goMods }: BundleContents,
  store: Store,
): Promise<ExtractedCounts> {
  const pool = new Pool(16);
  // All end before the first failure is told: nothing may still be written when the caller cleans up.
  const settled = await Promise.allSettled([
    ...goMods.map((goMod) => pool.run(() => store.publishGoMod(goMod))),
    ...modules.map((module) => pool.run(() => store.publish(module))),
  ]);
  const failures = settled.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
  if (failures.length > 0) throw failures.find(isIntegrityError) ?? failures[0];
  const statuses = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const unchanged = statuses.filter((status) => status === "unchanged").length;
  return { published: statuses.length - unchanged, unchanged };
}

export interface ExtractedCounts {
  readonly published: number;
  readonly unchanged: number;
}

async function extractToCache({ modules, goMods }: BundleContents, cache: string): Promise<void> {
  for (const verified of modules) await writeModule(cache, verified);
  for (const { module, mod, goModH1 } of goMods) await writeGoMod(cache, module, mod, goModH1);
  await writeLists(
    cache,
    [...modules, ...goMods].map(({ module }) => module),
  );
}

/** Where the files of a checksum database stand. */
export function databaseDir(dir: string, layout: Layout, name: string): string {
  return join(layout === "gomodcache" ? downloadDir(dir) : dir, "sumdb", ...name.split("/"));
}

/** Tiles before lookups: whoever finds a lookup finds its proofs. */
async function writeDatabase(
  { index, lookups, tiles }: BundleContents,
  dir: string,
  layout: Layout,
): Promise<void> {
  if (index.database === undefined) return;
  const base = databaseDir(dir, layout, index.database.name);
  for (const [path, data] of tiles) await writeFileAtomic(join(base, ...path.split("/")), data);
  for (const [key, data] of lookups) await writeFileAtomic(join(base, "lookup", ...key.split("/")), data);
  await writeFileAtomic(join(base, "supported"), "");
}

async function isThere(dir: string): Promise<boolean> {
  try {
    await readdir(dir);
    return true;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return false;
    throw new ModwharfError("FILE_UNWRITABLE", "cannot extract into this directory", {
      subject: dir,
      actual: errnoOf(error),
      fix: fixForErrno(errnoOf(error)),
      cause: error,
    });
  }
}
