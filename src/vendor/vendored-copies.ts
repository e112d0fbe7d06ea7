import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { errnoOf } from "../base/files.ts";
import { sha256Hex } from "../dirhash/h1.ts";
import { fsPath } from "../dirhash/names.ts";

/**
 * The files of a vendor directory as they are. Where one has the hash that it should have, it is as good as the
 * module's own file and nearer than that.
 */
export class VendoredCopies {
  readonly dir: string;
  readonly #hashes = new Map<string, string | undefined>();

  constructor(dir: string) {
    this.dir = dir;
  }

  /** The sha256 of a file, hexadecimal; undefined when there is no such file. Each file is read once for it. */
  sha256(path: string): string | undefined {
    if (!this.#hashes.has(path)) this.#read(path);
    return this.#hashes.get(path);
  }

  /** The content of a file when it has this hash. */
  content(path: string, sha256: string): Uint8Array | undefined {
    if (this.#hashes.has(path) && this.#hashes.get(path) !== sha256) return undefined;
    const content = this.#read(path);
    return this.#hashes.get(path) === sha256 ? content : undefined;
  }

  #read(path: string): Uint8Array | undefined {
    const file = join(this.dir, path);
    try {
      const content = readFileSync(fsPath(file));
      this.#hashes.set(path, sha256Hex(content));
      return content;
    } catch (error) {
      const errno = errnoOf(error);
      if (!["ENOENT", "ENOTDIR", "EISDIR", "ELOOP"].includes(errno ?? "")) {
        throw new ModwharfError("FILE_UNREADABLE", "cannot read the vendored file", {
          subject: file,
          actual: errno,
          cause: error,
        });
      }
      this.#hashes.set(path, undefined);
      return undefined;
    }
  }
}
