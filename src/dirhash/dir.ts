import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { posix } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { errnoOf } from "../base/files.ts";
import { type H1, Hash1, sha256Hex } from "./h1.ts";
import { fsPath } from "./names.ts";
import { type WalkEntry, walkTree } from "./walk.ts";

const BUFFER_BYTES = 256 * 1024;

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
  return digestDir(dir, prefix).sum();
}

/** `hashDir` before it is summed up. */
export function digestDir(dir: string, prefix: string): Hash1 {
  const h1 = new Hash1();
  const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  for (const { path, mode } of listFiles(dir)) {
    const file = `${dir}/${path}`;
    if (mode !== "regular" && !isRegular(file)) throw cannotRead(file, "not a regular file");
    h1.add(posix.join(prefix, path), hashFile(file, buffer));
  }
  return h1;
}

/** The sha256 of a file, read through `buffer` so that memory does not grow with the file. */
function hashFile(file: string, buffer: Buffer): string {
  try {
    const fd = openSync(fsPath(file), "r");
    try {
      return hashContent(fd, buffer);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw cannotRead(file, errnoOf(error), error);
  }
}

/** Most files fit into the buffer: hashed in one call they cost less than with a hash object of their own. */
function hashContent(fd: number, buffer: Buffer): string {
  const filled = fill(fd, buffer);
  if (filled < buffer.length) return sha256Hex(buffer.subarray(0, filled));
  const hash = createHash("sha256");
  for (let n = filled; n > 0; n = readSync(fd, buffer)) hash.update(buffer.subarray(0, n));
  return hash.digest("hex");
}

/** How much of the buffer the file fills. */
function fill(fd: number, buffer: Buffer): number {
  let filled = 0;
  for (let n = -1; n !== 0 && filled < buffer.length; filled += n) {
    n = readSync(fd, buffer, filled, buffer.length - filled, null);
  }
  return filled;
}

/** What a link leads to, when it leads to something. */
function isRegular(file: string): boolean {
  return statSync(fsPath(file), { throwIfNoEntry: false })?.isFile() === true;
}

function cannotRead(subject: string, actual: string | undefined, cause?: unknown): ModwharfError {
  return new ModwharfError("FILE_UNREADABLE", "cannot read the file", { subject, actual, cause });
}
