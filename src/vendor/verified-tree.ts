import { ModwharfError } from "../base/errors.ts";
import { sha256Hex } from "../dirhash/h1.ts";
import { sortNames } from "../dirhash/names.ts";
import type { EntryMode } from "../dirhash/walk.ts";
import { type ModuleTree, parentOf } from "./module-tree.ts";

/** Where the content of a module's files is. */
export interface ContentSource {
  /** For messages. */
  readonly name: string;
  /** The content of a file, from wherever; it is checked. `sha256` is what it should have. */
  read(path: string, sha256: string): Promise<Uint8Array>;
}

/** A module whose list of hashes has the h1 of go.sum; contents are fetched as they are needed, and checked. */
export class VerifiedTree implements ModuleTree {
  readonly isLocal = false;
  readonly #content: ContentSource;
  readonly #sums: ReadonlyMap<string, string>;
  readonly #dirs: ReadonlyMap<string, ReadonlyMap<string, EntryMode>>;

  /** `sums` is what go.sum proves: from `parseHashList` of a list with the right h1. */
  constructor(sums: ReadonlyMap<string, string>, content: ContentSource) {
    this.#sums = sums;
    this.#content = content;
    this.#dirs = directoriesOf(sums.keys());
  }

  list(dir: string): ReadonlyMap<string, EntryMode> | undefined {
    return this.#dirs.get(dir);
  }

  follow(): undefined {
    return undefined;
  }

  async read(path: string): Promise<Uint8Array> {
    const sha256 = this.#sums.get(path)!;
    const content = await this.#content.read(path, sha256);
    if (sha256Hex(content) === sha256) return content;
    throw new ModwharfError(
      "HASH_MISMATCH",
      "a file of the module does not have the hash that go.sum implies",
      {
        subject: `${this.#content.name}: ${path}`,
        expected: sha256,
        actual: sha256Hex(content),
        fix: "do not build with this module cache; clear it and download again",
      },
    );
  }

  async sha256(path: string): Promise<string> {
    return this.#sums.get(path)!;
  }
}

/** Directories are what the files' paths say: `go` makes no others when it extracts. */
function directoriesOf(paths: Iterable<string>): Map<string, Map<string, EntryMode>> {
  const dirs = new Map<string, Map<string, EntryMode>>([["", new Map()]]);
  for (const path of sortNames([...paths])) {
    let mode: EntryMode = "regular";
    for (let at = path; ; at = parentOf(at)) {
      const parent = parentOf(at);
      const known = dirs.has(parent);
      const entries = dirs.get(parent) ?? new Map<string, EntryMode>();
      dirs.set(parent, entries.set(at.slice(parent === "" ? 0 : parent.length + 1), mode));
      if (known || parent === "") break;
      mode = "directory";
    }
  }
  // A directory sorts where its name does, not where its first file does.
  for (const [dir, entries] of dirs) {
    dirs.set(dir, new Map(sortNames([...entries.keys()]).map((name) => [name, entries.get(name)!])));
  }
  return dirs;
}
