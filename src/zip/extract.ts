import { createHash, type Hash } from "node:crypto";
import { closeSync, mkdirSync, openSync, readdirSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { errnoOf } from "../base/files.ts";
import { Hash1, sha256Hex } from "../dirhash/h1.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import { checkOpenZip, checkZipVersion, errorOf } from "./check.ts";
import { isSmall } from "./content.ts";
import type { ZipEntry } from "./directory-record.ts";
import { zipPrefix } from "./files.ts";
import { openZip, type ZipFile } from "./read.ts";

/** Read-only, as `go` leaves the files of the module cache: a build must not change them. */
const FILE_MODE = 0o444;

/**
 * Extracts a module zip into `dir`, which must be empty or not exist (zip.Unzip). Every zip rule is checked before
 * anything is written; sizes and CRC-32s while writing, so an error may leave files behind. Directories without
 * files are not made. Throws ZIP_INVALID, MODULE_PATH, MODULE_VERSION, FILE_UNREADABLE, FILE_UNWRITABLE.
 */
export async function extractZip(mv: ModuleVersion, zipFile: string, dir: string): Promise<void> {
  await extract(mv, zipFile, { dir, h1: undefined });
}

/** `extractZip` that returns the digest of what it wrote, for a zip that is inflated once only. Throws as that. */
export async function extractAndDigestZip(
  mv: ModuleVersion,
  zipFile: string,
  dir: string,
): Promise<Hash1> {
  const h1 = new Hash1();
  await extract(mv, zipFile, { dir, h1 });
  return h1;
}

interface Target {
  readonly dir: string;
  /** Told of every entry, when the hash is wanted. */
  readonly h1: Hash1 | undefined;
}

async function extract(mv: ModuleVersion, zipFile: string, { dir, h1 }: Target): Promise<void> {
  refuseFull(dir);
  checkZipVersion(mv);
  const zip = openZip(zipFile);
  try {
    const problem = errorOf(checkOpenZip(mv, zip), zipFile);
    if (problem !== undefined) throw problem;
    await extractAll(zip, zipPrefix(mv), { dir, h1 });
  } catch (error) {
    throw unwritable(dir, error);
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

async function extractAll(zip: ZipFile, prefix: string, { dir, h1 }: Target): Promise<void> {
  mkdirSync(dir, { recursive: true });
  const made = new Set<string>([dir]);
  for (const entry of zip.entries) {
    const name = entry.name.slice(prefix.length);
    if (name === "" || entry.mode === "directory") {
      h1?.add(entry.name, sha256Hex(zip.content(entry)));
      continue;
    }
    const target = join(dir, name);
    const parent = dirname(target);
    if (!made.has(parent)) {
      mkdirSync(parent, { recursive: true });
      made.add(parent);
    }
    const sha256 = await extractFile(zip, entry, { target, hash: h1 && createHash("sha256") });
    if (sha256 !== undefined) h1?.add(entry.name, sha256);
  }
}

/** The sha256 of the file when a hash was given for it. */
async function extractFile(
  zip: ZipFile,
  entry: ZipEntry,
  { target, hash }: { target: string; hash: Hash | undefined },
): Promise<Buffer | undefined> {
  // Exclusive: nothing is followed or overwritten that appeared since the directory was found empty.
  const fd = openSync(target, "wx", FILE_MODE);
  const take = (bytes: Uint8Array) => {
    hash?.update(bytes);
    writeAll(fd, bytes);
  };
  try {
    if (isSmall(entry)) take(zip.content(entry));
    else for await (const chunk of zip.stream(entry)) take(chunk as Buffer);
  } finally {
    closeSync(fd);
  }
  return hash?.digest();
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

function unwritable(dir: string, error: unknown): unknown {
  if (error instanceof ModwharfError || errnoOf(error) === undefined) return error;
  return new ModwharfError("FILE_UNWRITABLE", "cannot extract the module", {
    subject: dir,
    actual: errnoOf(error),
    cause: error,
  });
}
