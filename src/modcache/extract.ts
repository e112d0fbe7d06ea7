import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { exists } from "../base/files.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import { extractZip } from "../zip/extract.ts";
import type { Hasher } from "./hasher.ts";
import { type ModulePaths, modulePaths } from "./layout.ts";
import { type LockEnv, lockFile } from "./lock.ts";
import type { PreparedTrees } from "./prepared-trees.ts";
import { makeFoldersReadOnly, removeTree } from "./remove-tree.ts";

export interface ExtractOptions {
  /** The environment in which a program is found that takes go's lock. */
  readonly env: LockEnv;
  /** Leaves folders writable, as `go` does with -modcacherw. */
  readonly writable?: boolean;
  /** Extracts on another thread. */
  readonly hasher?: Hasher;
  /** Trees that need no more than their names. */
  readonly prepared?: PreparedTrees | undefined;
}

/**
 * Extracts the tree of a version whose zip in the cache was verified, by cmd/go's own protocol (modfetch unzip): with
 * V.lock held, V.partial exists from before the first file until after the last. So a go that wants the tree waits
 * for this one, and what a killed run leaves is cleared away by whoever comes next. Files are 0444, folders 0555.
 *
 * Returns false when the tree was there already. Throws ZIP_INVALID, FILE_UNWRITABLE, TOOL_MISSING, NOT_SUPPORTED.
 */
export async function extractTree(
  cache: string,
  module: ModuleVersion,
  options: ExtractOptions,
): Promise<boolean> {
  const paths = modulePaths(cache, module);
  const unlock = await lockFile(paths.lock, options.env);
  try {
    const complete = (await exists(paths.ziphash)) && !(await exists(paths.partial));
    if (complete && (await exists(paths.tree))) return false;
    removeTree(paths.tree);
    await mkdir(dirname(paths.tree), { recursive: true });
    await writeFile(paths.partial, "");
    try {
      await makeTree(module, paths, options);
    } catch (error) {
      removeTree(paths.tree);
      await rm(paths.partial, { force: true });
      throw error;
    }
    await rm(paths.partial);
    if (options.writable !== true) makeFoldersReadOnly(paths.tree);
    return true;
  } finally {
    await unlock();
  }
}

async function makeTree(
  module: ModuleVersion,
  { zip, tree }: ModulePaths,
  { hasher, prepared }: ExtractOptions,
): Promise<void> {
  const ready = prepared?.of(module);
  if (ready !== undefined) await rename(ready, tree);
  else if (hasher === undefined) await extractZip(module, zip, tree);
  else await hasher.hash({ kind: "extract", path: zip, module, dir: tree });
}
