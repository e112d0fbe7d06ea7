import { readdir, rm, rmdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { formatModuleVersion } from "../module/module-version.ts";
import { downloadDir, modulePaths } from "./layout.ts";
import { writeList } from "./list-file.ts";
import { removeTree } from "./remove-tree.ts";
import { scanCache } from "./scan.ts";

export interface Pruned {
  /** `path@version` of what was removed, in the order of the scan. */
  readonly versions: readonly string[];
  /** Bytes of the zips and other files below cache/download; trees are not counted. */
  readonly bytes: number;
}

/** Unfinished files this old belong to no program that is still at work. */
const ABANDONED_MS = 60 * 60 * 1000;

/**
 * Removes from a GOMODCACHE every version that `keep` (`path@version`) does not name: files, trees and lists, then
 * empty folders; also unfinished files that a killed program left more than an hour ago. Not meant for a cache that
 * a go is using: it would download again what it had just found.
 */
export async function pruneCache(
  cache: string,
  keep: ReadonlySet<string>,
  nowMs = Date.now(),
): Promise<Pruned> {
  const contents = scanCache(cache);
  const versions: string[] = [];
  let bytes = 0;
  for (const [key, { module, hasTree, files }] of contents.modules) {
    if (keep.has(key)) continue;
    const paths = modulePaths(cache, module);
    if (hasTree) removeTree(paths.tree);
    for (const suffix of files) bytes += await removeFile(paths[suffix]);
    if (hasTree) await removeEmpty(dirname(paths.tree), cache);
    versions.push(formatModuleVersion(module));
  }
  for (const file of contents.temporary) {
    if (nowMs - ((await stat(file).catch(() => undefined))?.mtimeMs ?? nowMs) > ABANDONED_MS)
      bytes += await removeFile(file);
  }
  for (const dir of contents.versionDirs) await tidyVersions(dir, downloadDir(cache));
  return { versions, bytes };
}

async function removeFile(file: string): Promise<number> {
  const size = (await stat(file).catch(() => undefined))?.size ?? 0;
  await rm(file, { force: true });
  return size;
}

async function tidyVersions(dir: string, downloads: string): Promise<void> {
  const names = await readdir(dir);
  if (names.some((name) => name.endsWith(".mod"))) return writeList(dir);
  if (names.includes("list")) await rm(`${dir}/list`, { force: true });
  await removeEmpty(dir, downloads);
}

/** Removes `dir` and the folders above it while they are empty, up to, not including, `root`. */
async function removeEmpty(dir: string, root: string): Promise<void> {
  for (let at = dir; at !== root; at = dirname(at)) {
    const removed = await rmdir(at).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}
