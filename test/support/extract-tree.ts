import { extractTrees } from "../../src/modcache/extract.ts";
import { openHasher } from "../../src/modcache/hasher.ts";
import type { LockEnv } from "../../src/modcache/lock.ts";
import { PreparedTrees } from "../../src/modcache/prepared-trees.ts";
import type { ModuleVersion } from "../../src/module/module-version.ts";

/** Extracts the tree of one zip in a GOMODCACHE; false when it is there already. */
export async function extractTree(
  cache: string,
  module: ModuleVersion,
  { env, writable = false }: { env: LockEnv; writable?: boolean },
): Promise<boolean> {
  const prepared = new PreparedTrees(cache, { writable });
  try {
    return (await extractTrees(cache, [{ module }], { env, prepared, hasher: openHasher() })) === 1;
  } finally {
    prepared.dispose();
  }
}
