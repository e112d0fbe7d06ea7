import { createReadStream, createWriteStream } from "node:fs";
import { access, constants, lstat, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { checkWritable, type FileContent, temporaryDirectory, unwritable, writeFileAtomic } from "./files.ts";

/**
 * Writes a file that the user named: in one step (`writeFileAtomic`), but into what is there where that is a pipe, a
 * terminal or a device. A rename would put a file in the place of /dev/null, or of /dev/stdout, for the whole machine.
 * Throws FILE_UNWRITABLE.
 */
export async function writeOutputFile(path: string, content: FileContent): Promise<void> {
  if (!(await isStream(path))) return writeFileAtomic(path, content);
  try {
    if (typeof content === "function") await copyThrough(content, path);
    else await pipeline(Readable.from([content]), appendTo(path));
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Throws FILE_UNWRITABLE when `writeOutputFile` could not write there, for a question before work that takes long. */
export async function checkOutputFile(path: string): Promise<void> {
  if (!(await isStream(path))) return checkWritable(path);
  await access(path, constants.W_OK).catch((error: unknown) => {
    throw unwritable(path, error);
  });
}

/**
 * A pipe, a terminal or a device, or a name for an open file (/dev/stdout, /dev/fd/1). A link elsewhere is none
 * whatever it leads to: it may have come with a merge request, and is replaced.
 */
async function isStream(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined || found.isFile() || found.isDirectory()) return false;
  if (!found.isSymbolicLink()) return true;
  const folder = await realpath(dirname(path)).catch(() => "");
  return folder === "/dev" || /^\/proc\/[^/]+\/fd$/.test(folder);
}

/** At the end of an open file: what was printed into it before stays. */
function appendTo(path: string) {
  return createWriteStream(path, { flags: "a" });
}

async function copyThrough(write: (temporaryPath: string) => Promise<void>, path: string): Promise<void> {
  const work = await temporaryDirectory();
  try {
    const whole = join(work.path, "whole");
    await write(whole);
    await pipeline(createReadStream(whole), appendTo(path));
  } finally {
    await work.dispose();
  }
}
