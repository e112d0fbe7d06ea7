import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { errnoOf } from "../base/files.ts";
import { sha256Hex } from "../dirhash/h1.ts";
import { fsPath } from "../dirhash/names.ts";

const FIRST_BUFFER_BYTES = 1024 * 1024;

/**
 * The files of a vendor directory as they are. Where one has the hash that it should have, it is as good as the
 * module's own file and nearer than that.
 */
export class VendoredCopies {
  readonly dir: string;
  readonly #hashes = new Map<string, string | undefined>();
  /** One for all files: a buffer for each would cost more than reading it. */
  #buffer = Buffer.allocUnsafe(FIRST_BUFFER_BYTES);

  constructor(dir: string) {
    this.dir = dir;
  }

  /** The sha256 of a file, hexadecimal; undefined when there is no such file. Each file is read once for it. */
  sha256(path: string): string | undefined {
    if (!this.#hashes.has(path)) this.#read(path);
    return this.#hashes.get(path);
  }

  /** What `use` makes of a file's content when it has this hash; the content holds only until `use` returns. */
  inspect<T>(path: string, sha256: string, use: (content: Uint8Array) => T): T | undefined {
    if (this.#hashes.has(path) && this.#hashes.get(path) !== sha256) return undefined;
    const content = this.#read(path);
    return content !== undefined && this.#hashes.get(path) === sha256 ? use(content) : undefined;
  }

  #read(path: string): Uint8Array | undefined {
    const content = this.#contentOf(join(this.dir, path));
    this.#hashes.set(path, content && sha256Hex(content));
    return content;
  }

  #contentOf(file: string): Uint8Array | undefined {
    let fd: number | undefined;
    try {
      fd = openSync(fsPath(file), "r");
      let length = 0;
      for (;;) {
        if (length === this.#buffer.length) this.#grow();
        const got = readSync(fd, this.#buffer, length, this.#buffer.length - length, null);
        if (got === 0) return this.#buffer.subarray(0, length);
        length += got;
      }
    } catch (error) {
      const errno = errnoOf(error);
      if (["ENOENT", "ENOTDIR", "EISDIR", "ELOOP"].includes(errno ?? "")) return undefined;
      throw new ModwharfError("FILE_UNREADABLE", "cannot read the vendored file", {
        subject: file,
        actual: errno,
        cause: error,
      });
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  }

  #grow(): void {
    const larger = Buffer.allocUnsafe(this.#buffer.length * 2);
    this.#buffer.copy(larger);
    this.#buffer = larger;
  }
}
