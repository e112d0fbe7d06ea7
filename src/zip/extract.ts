import { createHash } from "node:crypto";
import { chmodSync, closeSync, mkdirSync, openSync, readdirSync, statSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { fixForErrno } from "../base/errno-advice.ts";
import { ModwharfError } from "../base/errors.ts";
import { errnoOf, makeDirectory } from "../base/files.ts";
import { Hash1, sha256Hex } from "../dirhash/h1.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import { checkOpenZip, checkZipVersion, errorOf } from "./check.ts";
import { isSmall } from "./content.ts";
import type { ZipEntry } from "./directory-record.ts";
import { zipPrefix } from "./files.ts";
import { openZip, type ZipFile } from "./read.ts";

/** Read-only, as `go` leaves the files of the module cache: a build must not change them. */
const FILE_MODE = 0o444;

export interface ExtractTarget {
  /** Must be empty or not exist. */
  readonly dir: string;
  /** Takes the right to write from the folders inside `dir`; not from `dir` itself, which could not be moved then. */
  readonly readOnlyFolders?: boolean;
}

/**
 * Extracts a module zip (zip.Unzip) and returns the digest of what it wrote, so that a zip is inflated once to prove and
 * to extract it. Every zip rule is checked before anything is written; sizes and CRC-32s while writing, so an error
 * may leave files behind. Directories without files are not made.
 *
 * Throws ZIP_INVALID, MODULE_PATH, MODULE_VERSION, FILE_UNREADABLE, FILE_UNWRITABLE.
 */
export async function extractZip(mv: ModuleVersion, zipFile: string, target: ExtractTarget): Promise<Hash1> {
  refuseFull(target.dir);
  checkZipVersion(mv);
  const zip = openZip(zipFile);
  try {
    const problem = errorOf(checkOpenZip(mv, zip), zipFile);
    if (problem !== undefined) throw problem;
    return await extractAll(zip, zipPrefix(mv), target);
  } catch (error) {
    throw unwritable(target.dir, error);
  } finally {
    zip.close();
  }
}

function refuseFull(dir: string): void {
  let names: string[] = [];
  try {
    names = readdirSync(dir);
  } catch {
    // Missing, or no directory: making it shows which.
  }
  if (names.length === 0) return;
  throw new ModwharfError("FILE_UNWRITABLE", "the target directory is not empty", {
    subject: dir,
    fix: "extract into a new directory",
  });
}

async function extractAll(
  zip: ZipFile,
  prefix: string,
  { dir, readOnlyFolders }: ExtractTarget,
): Promise<Hash1> {
  await makeDirectory(dir);
  const made = new Set<string>([dir]);
  const h1 = new Hash1();
  for (const entry of zip.entries) {
    const name = entry.name.slice(prefix.length);
    if (name === "" || entry.mode === "directory") {
      h1.add(entry.name, sha256Hex(zip.content(entry)));
      continue;
    }
    const target = join(dir, name);
    makeFolder(dirname(target), made);
    h1.add(entry.name, await extractFile(zip, entry, target));
  }
  made.delete(dir);
  if (readOnlyFolders === true) takeWriteRight(made, statSync(dir).mode);
  return h1;
}

function takeWriteRight(folders: Iterable<string>, mode: number): void {
  for (const folder of folders) chmodSync(folder, mode & 0o555);
}

/** Makes a folder with those above it, each of which is noted in `made`. */
function makeFolder(folder: string, made: Set<string>): void {
  if (made.has(folder)) return;
  makeFolder(dirname(folder), made);
  mkdirSync(folder);
  made.add(folder);
}

/** The sha256 of the file. */
async function extractFile(zip: ZipFile, entry: ZipEntry, target: string): Promise<string> {
  // Exclusive: nothing is followed or overwritten that appeared since the directory was found empty.
  const fd = openSync(target, "wx", FILE_MODE);
  try {
    if (isSmall(entry)) {
      const content = zip.content(entry);
      writeAll(fd, content);
      return sha256Hex(content);
    }
    const hash = createHash("sha256");
    for await (const chunk of zip.chunks(entry)) {
      hash.update(chunk);
      writeAll(fd, chunk);
    }
    return hash.digest("hex");
  } finally {
    closeSync(fd);
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

function unwritable(dir: string, error: unknown): unknown {
  if (error instanceof ModwharfError || errnoOf(error) === undefined) return error;
  return new ModwharfError("FILE_UNWRITABLE", "cannot extract the module", {
    subject: dir,
    actual: errnoOf(error),
    fix: fixForErrno(errnoOf(error)),
    cause: error,
  });
}
