import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import type { ExtractTarget } from "../zip/extract.ts";
import { removeTree } from "./remove-tree.ts";

const PREFIX = "modwharf-trees-";

/** Unfinished trees this old belong to no program that is still at work. */
const ABANDONED_MS = 60 * 60 * 1000;

export interface PreparedTreesOptions {
  /** Leaves folders writable, as `go` does with -modcacherw. */
  readonly writable?: boolean;
  /** Of which zips that are there already (`path@version`) trees are wanted; default all. */
  readonly wants?: (key: string) => boolean;
}

/**
 * Trees that are extracted while their zips are verified, and wait for go's lock to get their names. They lie in
 * `GOMODCACHE/cache`, where no go looks, on the file system on which they are to stay.
 */
export class PreparedTrees {
  readonly writable: boolean;
  readonly #wants: (key: string) => boolean;
  readonly #root: string;
  readonly #trees = new Map<string, string>();
  #reserved = 0;

  constructor(cache: string, { writable = false, wants = () => true }: PreparedTreesOptions = {}) {
    const base = join(cache, "cache");
    removeAbandoned(base);
    this.#root = join(base, `${PREFIX}${process.pid}-${randomBytes(4).toString("hex")}`);
    this.writable = writable;
    this.#wants = wants;
  }

  /** Whether the tree of a zip is wanted that is read for another purpose. */
  wants(module: ModuleVersion): boolean {
    return this.#wants(formatModuleVersion(module));
  }

  /** A folder that does not exist yet, for the tree of a version. */
  reserve(): ExtractTarget {
    return { dir: join(this.#root, String(this.#reserved++)), readOnlyFolders: !this.writable };
  }

  /** Notes that the folder holds the tree of a version whose zip has been verified. */
  add(module: ModuleVersion, { dir }: ExtractTarget): void {
    this.#trees.set(formatModuleVersion(module), dir);
  }

  /** Where the tree of a version is, if there is one. */
  of(module: ModuleVersion): string | undefined {
    return this.#trees.get(formatModuleVersion(module));
  }

  /** Removes what has not been moved away. */
  dispose(): void {
    removeTree(this.#root);
  }
}

/** What runs that were killed have left. */
function removeAbandoned(base: string): void {
  const names = existsSync(base) ? readdirSync(base) : [];
  for (const name of names.filter((each) => each.startsWith(PREFIX))) {
    const stat = statSync(join(base, name), { throwIfNoEntry: false });
    if (stat !== undefined && Date.now() - stat.mtimeMs > ABANDONED_MS) removeTree(join(base, name));
  }
}
