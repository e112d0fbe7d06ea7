import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { errnoOf } from "../base/files.ts";
import { sha256Hex } from "../dirhash/h1.ts";
import { fsPath } from "../dirhash/names.ts";
import type { EntryMode } from "../dirhash/walk.ts";
import { readDirectory } from "./directory-tree.ts";
import { type GoFile, readGoFile } from "./go-file.ts";
import { joinPath } from "./module-tree.ts";

/** What stands in a vendor directory under one path. */
export interface ScannedFile {
  readonly mode: EntryMode;
  /** Of regular files: the sha256, hexadecimal. */
  readonly sha256?: string;
  /** Of regular files with Go's ending: what vendoring needs to know of the very content that has this hash. */
  readonly go?: GoFile;
}

/** Everything in a vendor directory that is no directory, by path; empty when there is no such directory. */
export type VendorScan = ReadonlyMap<string, ScannedFile>;

/** Reads every file of a vendor directory once. Throws FILE_UNREADABLE. */
export function scanVendor(root: string): VendorScan {
  const reader = new FileReader();
  const scan = new Map<string, ScannedFile>();
  const walk = (dir: string): void => {
    for (const [name, mode] of readDirectory(join(root, dir)) ?? []) {
      const path = joinPath(dir, name);
      if (mode === "directory") walk(path);
      else scan.set(path, mode === "regular" ? scanFile(reader.read(join(root, path)), name) : { mode });
    }
  };
  walk("");
  return scan;
}

function scanFile(content: Uint8Array, name: string): ScannedFile {
  const sha256 = sha256Hex(content);
  return name.endsWith(".go")
    ? { mode: "regular", sha256, go: readGoFile(content) }
    : { mode: "regular", sha256 };
}

const FIRST_BUFFER_BYTES = 1024 * 1024;

/** Reads files into one buffer: one for each file would cost more than reading it. */
class FileReader {
  #buffer = Buffer.allocUnsafe(FIRST_BUFFER_BYTES);

  /** The content, which holds until the next call. */
  read(file: string): Uint8Array {
    let fd: number | undefined;
    try {
      fd = openSync(fsPath(file), "r");
      for (let length = 0; ; ) {
        if (length === this.#buffer.length) this.#grow();
        const got = readSync(fd, this.#buffer, length, this.#buffer.length - length, null);
        if (got === 0) return this.#buffer.subarray(0, length);
        length += got;
      }
    } catch (error) {
      throw new ModwharfError("FILE_UNREADABLE", "cannot read the vendored file", {
        subject: file,
        actual: errnoOf(error),
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
