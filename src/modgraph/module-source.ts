import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { exists, readFileOrNothing } from "../base/files.ts";
import { HashLists } from "../modcache/hash-lists.ts";
import { modulePaths } from "../modcache/layout.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import type { GoproxyClient } from "../proxy/client.ts";

/** Where modules come from. What it gives is checked against go.sum before it is used. */
export interface ModuleSource {
  /** The `.mod` file. */
  mod(module: ModuleVersion): Promise<Uint8Array>;
  /** The path of the module zip on this machine, which stays as it is while vendoring. */
  zip(module: ModuleVersion): Promise<string>;
  /** A directory that may hold the module's extracted files: reading those takes less time than inflating the zip. */
  tree?(module: ModuleVersion): string | undefined;
  /** How large the zip is, where that is known without asking anybody. */
  sizeBytes?(module: ModuleVersion): number | undefined;
  /** Lists of files' hashes from earlier runs. */
  readonly hashLists?: HashLists;
}

export interface ModuleSourceOptions {
  /**
   * GOMODCACHE: what is there is not downloaded. Nothing is written into it but lists of hashes, in
   * cache/modwharf-hashes.
   */
  readonly gomodcache?: string | undefined;
  readonly client: Pick<GoproxyClient, "mod" | "zip">;
  /** An existing directory for downloads; the caller removes it. */
  readonly workDir: string;
}

/** The modules of a module cache, and those that it lacks from proxies. */
export function moduleSource({ gomodcache, client, workDir }: ModuleSourceOptions): ModuleSource {
  const cached = (module: ModuleVersion, part: "mod" | "zip" | "tree") =>
    gomodcache === undefined ? undefined : modulePaths(gomodcache, module)[part];
  let downloads = 0;
  return {
    hashLists: gomodcache === undefined ? new HashLists(undefined) : HashLists.ofCache(gomodcache),
    mod: async (module) => readCached(cached(module, "mod")) ?? (await client.mod(module)),
    tree: (module) => {
      const dir = cached(module, "tree");
      return dir !== undefined && existsSync(dir) ? dir : undefined;
    },
    sizeBytes: (module) => {
      const file = cached(module, "zip");
      return file === undefined ? undefined : statSync(file, { throwIfNoEntry: false })?.size;
    },
    zip: async (module) => {
      const file = cached(module, "zip");
      if (file !== undefined && (await exists(file))) return file;
      const target = join(workDir, `${downloads++}.zip`);
      await client.zip(module, target);
      return target;
    },
  };
}

function readCached(file: string | undefined): Uint8Array | undefined {
  return file === undefined ? undefined : readFileOrNothing(file);
}
