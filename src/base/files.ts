import { randomBytes } from "node:crypto";
import { createReadStream, readFileSync, rmSync, statSync } from "node:fs";
import { link, mkdir, mkdtemp, open, readFile, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fixForErrno, fixForReading } from "./errno-advice.ts";
import { ModwharfError } from "./errors.ts";

/** Content for an atomic write: bytes, or a function that writes them into the temporary file it is given. */
export type FileContent = string | Uint8Array | ((temporaryPath: string) => Promise<void>);

/** The errno code of a file system error, or undefined for any other value. */
export function errnoOf(error: unknown): string | undefined {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return typeof code === "string" ? code : undefined;
}

/**
 * A file system's error as ours, for those that come from where nobody expected one (a full temporary folder):
 * the user's machine has a problem then, not the program. Undefined for anything else.
 */
export function asFileError(error: unknown): ModwharfError | undefined {
  const errno = errnoOf(error);
  if (errno === undefined || fixForErrno(errno) === undefined || !(error instanceof Error)) return undefined;
  const { path, syscall } = error as NodeJS.ErrnoException;
  const isReading = syscall === "read" || syscall === "scandir";
  return new ModwharfError(
    isReading ? "FILE_UNREADABLE" : "FILE_UNWRITABLE",
    "the file system refused what was needed",
    {
      subject: path ?? syscall,
      actual: errno,
      fix: isReading ? fixForReading(errno) : fixForErrno(errno),
      cause: error,
    },
  );
}

/** Far more than any file has that is read whole. */
const MAX_WHOLE_BYTES = 256 * 1024 * 1024;

/**
 * The bytes of a file, or of a pipe. What has more than `maxBytes` (default 256 MiB) is FILE_UNREADABLE: a link in a
 * merge request may lead to a device that never ends. Otherwise throws as readFile.
 */
export async function readWhole(path: string, maxBytes = MAX_WHOLE_BYTES): Promise<Buffer> {
  const found = await stat(path);
  if (found.isFile() && found.size <= maxBytes) return await readFile(path);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new ModwharfError("FILE_UNREADABLE", "the file is too large", {
        subject: path,
        expected: `at most ${maxBytes} bytes`,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * The bytes of a file of at most `maxBytes` (default 256 MiB), or undefined for whatever is not one that can be read:
 * nothing, a folder, a pipe, a device. For what a caller can do without; sooner there for small files than a promise.
 */
export function readFileOrNothing(path: string, maxBytes = MAX_WHOLE_BYTES): Buffer | undefined {
  try {
    const found = statSync(path);
    return found.isFile() && found.size <= maxBytes ? readFileSync(path) : undefined;
  } catch {
    return undefined;
  }
}

/** The bytes of a file, or undefined when it (or a folder above it) does not exist. Throws FILE_UNREADABLE. */
export async function readIfPresent(path: string): Promise<Buffer | undefined> {
  try {
    return await readWhole(path);
  } catch (error) {
    if (error instanceof ModwharfError) throw error;
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return undefined;
    throw new ModwharfError("FILE_UNREADABLE", "cannot read the file", {
      subject: path,
      cause: error,
      actual: errnoOf(error),
      fix: fixForReading(errnoOf(error)),
    });
  }
}

/** True when the path exists, whatever it is. */
export async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** A name beside `path` that no reader takes for content; the same folder, so that rename and link are atomic. */
export function temporaryBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.${randomBytes(6).toString("hex")}.tmp`);
}

/** Temporary files and folders that exist now, for a program that has to end before its `finally` blocks ran. */
const temporaries = new Set<string>();

/** Removes all temporary files and folders of this process, at its end: whoever still uses one fails. */
export function removeTemporaries(): void {
  for (const path of temporaries) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // What cannot be removed stays, as after a kill.
    }
  }
  temporaries.clear();
}

export interface WriteOptions {
  /**
   * False leaves it to the system when the data reaches the disk: for caches, whose content is checked before use.
   * A killed program still leaves no part of a file; a power failure may. Default true.
   */
  readonly durable?: boolean;
}

/**
 * Creates a folder and those above it, where they are missing. Node's own `recursive` never ends where a file system
 * answers ENOENT for a name below a folder that exists, as /proc does. Throws as mkdir.
 */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (errnoOf(error) === "ENOENT" && dirname(path) !== path) {
      await makeDirectory(dirname(path));
      await mkdir(path).catch(ignoreDirectory(path));
    } else await ignoreDirectory(path)(error);
  }
}

/** Nothing is wrong where a folder stands: some file systems refuse what exists with another errno than EEXIST. */
function ignoreDirectory(path: string): (error: unknown) => Promise<void> {
  return async (error) => {
    if (!(await stat(path).catch(() => undefined))?.isDirectory()) throw error;
  };
}

/**
 * Throws FILE_UNWRITABLE when a file cannot be written there, for a question before work that takes long. Creates the
 * folders above it.
 */
export async function checkWritable(path: string): Promise<void> {
  try {
    if ((await stat(path).catch(() => undefined))?.isDirectory())
      throw Object.assign(new Error("is a folder"), { code: "EISDIR" });
    await discard(await writeTemporary(path, "", false));
  } catch (error) {
    throw unwritable(path, error);
  }
}

async function writeTemporary(path: string, content: FileContent, durable = true): Promise<string> {
  await makeDirectory(dirname(path));
  const temporary = temporaryBeside(path);
  temporaries.add(temporary);
  try {
    if (typeof content === "function") await content(temporary);
    else {
      const file = await open(temporary, "wx", 0o666);
      try {
        await file.writeFile(content);
      } finally {
        await file.close();
      }
    }
    if (durable) await syncFile(temporary);
    return temporary;
  } catch (error) {
    await discard(temporary);
    throw error;
  }
}

async function discard(temporary: string): Promise<void> {
  await rm(temporary, { force: true });
  temporaries.delete(temporary);
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** What failed in writing `path` as FILE_UNWRITABLE; an error that is ours, or no file system's, as it is. */
export function unwritable(path: string, error: unknown): unknown {
  if (error instanceof ModwharfError || errnoOf(error) === undefined) return error;
  return new ModwharfError("FILE_UNWRITABLE", "cannot write the file", {
    subject: path,
    actual: errnoOf(error),
    fix: fixForErrno(errnoOf(error)),
    cause: error,
  });
}

/**
 * Replaces `path` in one step: readers see the old content or the new, never a part, also after a crash
 * (the data is on disk before the rename). Creates the folders above it.
 */
export async function writeFileAtomic(
  path: string,
  content: FileContent,
  { durable }: WriteOptions = {},
): Promise<void> {
  try {
    const temporary = await writeTemporary(path, content, durable);
    try {
      await rename(temporary, path);
      temporaries.delete(temporary);
    } catch (error) {
      await discard(temporary);
      throw error;
    }
  } catch (error) {
    throw unwritable(path, error);
  }
}

/**
 * Creates `path` in one step, or returns false when it exists already; of several writers exactly one wins
 * (link(2) fails with EEXIST, which rename(2) would not).
 */
export async function createFileOnce(path: string, content: FileContent): Promise<boolean> {
  try {
    const temporary = await writeTemporary(path, content);
    try {
      await link(temporary, path);
      return true;
    } catch (error) {
      if (errnoOf(error) === "EEXIST") return false;
      throw withoutHardLinks(path, error) ?? error;
    } finally {
      await discard(temporary).catch(() => {});
    }
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** link(2) of a file of our own fails with these where the file system has no hard links (FAT, some network shares). */
function withoutHardLinks(path: string, error: unknown): ModwharfError | undefined {
  const errno = errnoOf(error);
  if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(errno ?? "")) return undefined;
  return new ModwharfError(
    "FILE_UNWRITABLE",
    "this file system has no hard links, which create a file once",
    {
      subject: path,
      actual: errno,
      fix: "choose a folder on a file system that has them (ext4, xfs, btrfs, APFS, NTFS, NFS)",
      cause: error,
    },
  );
}

/** Copies a file's bytes into `to`, a path that must not exist yet. */
export async function copyInto(from: string, to: string): Promise<void> {
  const file = await open(to, "wx", 0o666);
  await pipeline(createReadStream(from), file.createWriteStream());
}

/** A fresh folder of our own below the system's temporary folder, removed by `dispose`. */
export async function temporaryDirectory(
  prefix = "modwharf-",
): Promise<{ path: string; dispose: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), prefix)).catch((error: unknown) => {
    throw new ModwharfError("FILE_UNWRITABLE", "cannot make a temporary folder", {
      subject: tmpdir(),
      actual: errnoOf(error),
      fix: errnoOf(error) === "ENOSPC" ? fixForErrno("ENOSPC") : "set TMPDIR to a folder that can be written",
      cause: error,
    });
  });
  temporaries.add(path);
  const dispose = async () => {
    await rm(path, { recursive: true, force: true });
    temporaries.delete(path);
  };
  return { path, dispose };
}
