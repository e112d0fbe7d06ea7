import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import { removeTree } from "./remove-tree.ts";

const PREFIX = "modwharf-trees-";

/** Unfinished trees this old belong to no program that is still at work. */
const ABANDONED_MS = 60 * 60 * 1000;

/**
 * Trees that were extracted while their zips were verified, and wait for go's lock to get their names. They lie in
 * `GOMODCACHE/cache`, where no go looks, on the file system on which they are to stay.
 */
export class PreparedTrees {
  readonly #root: string;
  readonly #trees = new Map<string, string>();
  #reserved = 0;

  constructor(cache: string) {
    const base = join(cache, "cache");
    removeAbandoned(base);
    this.#root = join(base, `${PREFIX}${process.pid}-${randomBytes(4).toString("hex")}`);
  }

  /** A folder that does not exist yet, for one tree. */
  reserve(): string {
    return join(this.#root, String(this.#reserved++));
  }

  /** Notes that the folder holds the tree of a version whose zip has been verified. */
  add(module: ModuleVersion, dir: string): void {
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
