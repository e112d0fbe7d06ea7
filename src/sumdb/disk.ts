import { join } from "node:path";
import { exists, readIfPresent, writeFileAtomic } from "../base/files.ts";
import { writeSmallAtomic } from "../base/small-files.ts";
import type { SumdbOps } from "./ops.ts";

export interface SumdbDiskOptions {
  /** `GOMODCACHE/cache/download/sumdb`; undefined keeps nothing. */
  readonly cacheDir: string | undefined;
  /** `GOPATH/pkg/sumdb`, where go keeps the newest tree head; undefined keeps it in memory only. */
  readonly latestDir: string | undefined;
}

type DiskOps = Omit<SumdbOps, "readRemote">;

/**
 * The files of a checksum database client where go keeps them, so that both share what they have seen.
 *
 * cmd/go holds a file lock (flock) while it rewrites the tree head in place, which Node cannot take; this replaces
 * the file by a rename instead. Two writers at once may lose the newer of two heads, never get a torn or a false
 * one: each has been checked before, and a lost head turns up again with the next lookup. A head that go is just
 * rewriting can read as empty, which counts as having seen nothing.
 */
export function sumdbDisk({ cacheDir, latestDir }: SumdbDiskOptions): DiskOps {
  const memory = new Map<string, Buffer>();
  // A run asks for each of many files once: where no cache was at its start, none of them is looked for.
  let hasCache: Promise<boolean> | undefined;
  const readLatest = async (file: string) =>
    (latestDir === undefined ? memory.get(file) : await readIfPresent(join(latestDir, file))) ??
    Buffer.alloc(0);
  return {
    readLatest,
    async replaceLatest(file, old, next) {
      const current = await readLatest(file);
      if (current.length > 0 && !current.equals(old)) return false;
      if (latestDir === undefined) memory.set(file, next);
      else await writeFileAtomic(join(latestDir, file), next);
      return true;
    },
    async readCache(file) {
      hasCache ??= cacheDir === undefined ? Promise.resolve(false) : exists(cacheDir);
      const data = (await hasCache) ? await readIfPresent(join(cacheDir!, file)) : undefined;
      // go creates a file before it fills it.
      return data?.length === 0 ? undefined : data;
    },
    async writeCache(file, data) {
      if (cacheDir === undefined) return;
      try {
        writeSmallAtomic(join(cacheDir, file), data);
      } catch {
        // A full disk costs the next run a download, and this one nothing.
      }
    },
  };
}
