import { readFileSync } from "node:fs";
import { join } from "node:path";
import { exists } from "../base/files.ts";
import { HashLists } from "../modcache/hash-lists.ts";
import { escapePath, escapeVersion } from "../module/escape.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import type { GoproxyClient } from "../proxy/client.ts";

/** Where modules come from. What it gives is checked against go.sum before it is used. */
export interface ModuleSource {
  /** The `.mod` file. */
  mod(module: ModuleVersion): Promise<Uint8Array>;
  /** The path of the module zip on this machine, which stays as it is while vendoring. */
  zip(module: ModuleVersion): Promise<string>;
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
  const cached = ({ path, version }: ModuleVersion, suffix: string) =>
    gomodcache === undefined
      ? undefined
      : join(gomodcache, "cache", "download", escapePath(path), "@v", `${escapeVersion(version)}.${suffix}`);
  let downloads = 0;
  return {
    hashLists: gomodcache === undefined ? new HashLists(undefined) : HashLists.ofCache(gomodcache),
    mod: async (module) => readPresent(cached(module, "mod")) ?? (await client.mod(module)),
    zip: async (module) => {
      const file = cached(module, "zip");
      if (file !== undefined && (await exists(file))) return file;
      const target = join(workDir, `${downloads++}.zip`);
      await client.zip(module, target);
      return target;
    },
  };
}

/** Not as a promise: that would take longer than reading the small file. */
function readPresent(file: string | undefined): Uint8Array | undefined {
  try {
    return file === undefined ? undefined : readFileSync(file);
  } catch {
    return undefined;
  }
}
