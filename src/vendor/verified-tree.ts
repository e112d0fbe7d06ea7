import { ModwharfError } from "../base/errors.ts";
import { sha256Hex } from "../dirhash/h1.ts";
import type { EntryMode } from "../dirhash/walk.ts";
import type { FileHashes } from "./hash-list.ts";
import type { ModuleTree } from "./module-tree.ts";

/** Where the content of a module's files is. What it gives is not trusted. */
export interface ContentSource {
  /** For messages. */
  readonly name: string;
  /**
   * Hands the content to `use` when it is at hand and has this hash, and returns what `use` makes of it. The content
   * holds only until `use` returns.
   */
  nearby<T>(path: string, sha256: string, use: (content: Uint8Array) => T): T | undefined;
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

  async inspect<T>(path: string, use: (content: Uint8Array) => T): Promise<T> {
    const found = this.#content.nearby(path, this.#hashes.of(path)!, (content) => ({ result: use(content) }));
    return found === undefined ? use(await this.#readChecked(path)) : found.result;
  }

  async read(path: string): Promise<Uint8Array> {
    const copy = this.#content.nearby(path, this.#hashes.of(path)!, (content) => Uint8Array.from(content));
    return copy ?? (await this.#readChecked(path));
  }

  async #readChecked(path: string): Promise<Uint8Array> {
    const sha256 = this.#hashes.of(path)!;
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
