import { ModwharfError } from "../base/errors.ts";
import { sha256Hex } from "../dirhash/h1.ts";
import type { FileHashes } from "../dirhash/hash-list.ts";
import type { EntryMode } from "../dirhash/walk.ts";
import { type GoFile, readGoFile } from "./go-file.ts";
import type { ModuleTree } from "./module-tree.ts";

/** Where the content of a module's files is. What it gives is not trusted. */
export interface ContentSource {
  /** For messages. */
  readonly name: string;
  /** What a Go file with this hash says, where a copy of it has been read already. */
  nearbyGoFile(path: string, sha256: string): Promise<GoFile | undefined>;
  /** The content of a copy that should have this hash, undefined when there is none. */
  nearby(path: string, sha256: string): Promise<Uint8Array | undefined>;
  /** Gets everything that `read` will need. */
  fetch(): Promise<void>;
  read(path: string): Promise<Uint8Array>;
}

/** A module whose list of hashes has the h1 of go.sum; contents are fetched as they are needed, and checked. */
export class VerifiedTree implements ModuleTree {
  readonly isLocal = false;
  readonly #content: ContentSource;
  readonly #hashes: FileHashes;
  readonly #listed = new Map<string, ReadonlyMap<string, EntryMode> | undefined>();

  /** `hashes` is what go.sum proves: of a list with the right h1. */
  constructor(hashes: FileHashes, content: ContentSource) {
    this.#hashes = hashes;
    this.#content = content;
  }

  /** Directories are what the files' paths say: `go` makes no others when it extracts. */
  list(dir: string): ReadonlyMap<string, EntryMode> | undefined {
    if (!this.#listed.has(dir)) this.#listed.set(dir, this.#hashes.list(dir));
    return this.#listed.get(dir);
  }

  follow(): undefined {
    return undefined;
  }

  async goFile(path: string): Promise<GoFile> {
    const known = await this.#content.nearbyGoFile(path, this.#hashes.of(path)!);
    return known ?? readGoFile(await this.read(path));
  }

  async read(path: string): Promise<Uint8Array> {
    const sha256 = this.#hashes.of(path)!;
    const copy = await this.#content.nearby(path, sha256);
    if (copy !== undefined && sha256Hex(copy) === sha256) return copy;
    const content = await this.#content.read(path);
    const actual = sha256Hex(content);
    if (actual === sha256) return content;
    throw new ModwharfError(
      "HASH_MISMATCH",
      "a file of the module does not have the hash that go.sum implies",
      {
        subject: `${this.#content.name}: ${path}`,
        expected: sha256,
        actual,
        fix: "do not build with this module cache; clear it and download again",
      },
    );
  }

  fetch(): Promise<void> {
    return this.#content.fetch();
  }

  async sha256(path: string): Promise<string> {
    return this.#hashes.of(path)!;
  }
}
