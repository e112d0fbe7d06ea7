import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { readFileOrNothing } from "../base/files.ts";
import { writeSmallAtomic } from "../base/small-files.ts";
import { h1OfList } from "../dirhash/hash-list.ts";

/** Where the lists of a module cache lie; `go` does not look there. */
export function hashListsDir(gomodcache: string): string {
  return join(gomodcache, "cache", "modwharf-hashes");
}

/**
 * Lists of files' hashes (see dirhash/hash-list.ts) kept in a directory, each under the h1 that it stands for. They
 * need no trust: one that was changed no longer has its h1, and is as good as none. So they may lie in a cache that
 * CI restores, and whoever has hashed a whole zip anyway can leave its list for those who need single files.
 */
export class HashLists {
  readonly #dir: string | undefined;

  /** Those of a module cache. */
  static ofCache(gomodcache: string): HashLists {
    return new HashLists(hashListsDir(gomodcache));
  }

  /** Without a directory nothing is kept. */
  constructor(dir: string | undefined) {
    this.#dir = dir;
  }

  /** The list of this h1; undefined when there is none, or something else under its name. */
  read(h1: string): Uint8Array | undefined {
    const bytes = this.#dir === undefined ? undefined : readFileOrNothing(this.#file(h1));
    return bytes !== undefined && h1OfList(bytes) === h1 ? bytes : undefined;
  }

  /** Keeps a list. That it cannot be kept (a read-only module cache, say) is no failure. */
  write(h1: string, list: Uint8Array): void {
    if (this.#dir === undefined) return;
    try {
      writeSmallAtomic(this.#file(h1), list);
    } catch {
      // Whoever needs it hashes the zip again.
    }
  }

  /** Removes the lists of all other h1s, and what else lies there. */
  async prune(h1s: Iterable<string>): Promise<void> {
    const kept = new Set([...h1s].map(fileName));
    const names = this.#dir === undefined ? [] : await readdir(this.#dir).catch(() => []);
    for (const name of names.filter((each) => !kept.has(each))) {
      await rm(join(this.#dir!, name), { force: true, recursive: true });
    }
  }

  #file(h1: string): string {
    return join(this.#dir!, fileName(h1));
  }
}

function fileName(h1: string): string {
  return `${Buffer.from(h1.slice("h1:".length), "base64").toString("hex")}.txt`;
}
