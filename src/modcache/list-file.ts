import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { readIfPresent, writeFileAtomic } from "../base/files.ts";
import { sortVersions } from "../module/version.ts";
import { parseFileName } from "./layout.ts";

/**
 * Writes the `list` of an `@v` folder: every version that has a `.mod`, as cmd/go does after each `.mod` it writes
 * (rewriteVersionList). Go holds a lock meanwhile, which this cannot take; so the folder is read once more after
 * the list was replaced, and what another program added in between is listed too.
 */
export async function writeList(versionsDir: string): Promise<void> {
  const file = join(versionsDir, "list");
  for (let written = await readIfPresent(file); ; ) {
    const text = Buffer.from((await versionsIn(versionsDir)).map((version) => `${version}\n`).join(""));
    if (written?.equals(text)) return;
    await writeFileAtomic(file, text, { durable: false });
    written = text;
  }
}

async function versionsIn(versionsDir: string): Promise<string[]> {
  const names = basename(versionsDir) === "@v" ? await readdir(versionsDir) : [];
  // Go lists the file names themselves, so escaped versions stay out (they are no canonical versions).
  const versions = names.flatMap((name) => {
    const parsed = name.endsWith(".mod") ? parseFileName(name) : undefined;
    return parsed !== undefined && `${parsed.version}.mod` === name ? [parsed.version] : [];
  });
  return sortVersions(versions);
}
