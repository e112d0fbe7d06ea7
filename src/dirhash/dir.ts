import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { posix } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { errnoOf } from "../base/files.ts";
import { type H1, Hash1 } from "./h1.ts";
import { fsPath } from "./names.ts";
import { type WalkEntry, walkTree } from "./walk.ts";

const CHUNK_BYTES = 256 * 1024;

/**
 * The files of the tree below `dir` with `prefix` in the place of `dir`, slash-separated, in walking order.
 * Everything but directories counts, symbolic links included (dirhash.DirFiles).
 */
export function dirFiles(dir: string, prefix: string): string[] {
  return listFiles(dir).map(({ path }) => posix.join(prefix, path));
}

function listFiles(dir: string): WalkEntry[] {
  const files: WalkEntry[] = [];
  walkTree(dir, (entry) => {
    if (entry.mode !== "directory") files.push(entry);
    return undefined;
  });
  return files;
}

/**
 * The h1 of a directory whose files are named `prefix/…`; for a module `prefix` is `path@version`.
 * Symbolic links are followed to the files they name (dirhash.HashDir). Throws FILE_UNREADABLE, also for pipes and
 * devices, which Go would wait for or read for ever.
 */
export function hashDir(dir: string, prefix: string): H1 {
  const h1 = new Hash1();
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (const { path, mode } of listFiles(dir)) {
    const file = `${dir}/${path}`;
    if (mode !== "regular" && !isRegular(file)) throw cannotRead(file, "not a regular file");
    h1.add(posix.join(prefix, path), hashFile(file, chunk));
  }
  return h1.sum();
}

/** The sha256 of a file, read through `chunk` so that memory does not grow with the file. */
function hashFile(file: string, chunk: Buffer): Buffer {
  const hash = createHash("sha256");
  try {
    const fd = openSync(fsPath(file), "r");
    try {
      for (let n = readSync(fd, chunk); n > 0; n = readSync(fd, chunk)) hash.update(chunk.subarray(0, n));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw cannotRead(file, errnoOf(error), error);
  }
  return hash.digest();
}

/** What a link leads to, when it leads to something. */
function isRegular(file: string): boolean {
  return statSync(fsPath(file), { throwIfNoEntry: false })?.isFile() === true;
}

function cannotRead(subject: string, actual: string | undefined, cause?: unknown): ModwharfError {
  return new ModwharfError("FILE_UNREADABLE", "cannot read the file", { subject, actual, cause });
}
