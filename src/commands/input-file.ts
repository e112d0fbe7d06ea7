import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { fixForReading } from "../base/errno-advice.ts";
import { ModwharfError } from "../base/errors.ts";
import { errnoOf } from "../base/files.ts";
import { redact } from "../base/redact.ts";

/** A file or folder that an input names, as an absolute path, with what it is. Throws FILE_UNREADABLE. */
export async function findInputFile(named: string, cwd: string): Promise<{ path: string; found: Stats }> {
  const path = resolve(cwd, named);
  try {
    return { path, found: await stat(path) };
  } catch (error) {
    const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(named);
    throw new ModwharfError("FILE_UNREADABLE", "cannot read the file", {
      subject: isUrl ? redact(named) : path,
      expected: isUrl ? "a file on this machine" : undefined,
      actual: isUrl ? "a URL" : errnoOf(error),
      fix: isUrl ? "download it first" : fixForReading(errnoOf(error)),
      cause: error,
    });
  }
}
