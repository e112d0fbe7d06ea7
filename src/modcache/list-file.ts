import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { readFileOrNothing } from "../base/files.ts";
import { writeSmallAtomic } from "../base/small-files.ts";
import { sortVersions } from "../module/version.ts";
import { parseFileName } from "./layout.ts";

/**
 * Writes the `list` of an `@v` folder: every version that has a `.mod`, as cmd/go does after each `.mod` it writes
 * (rewriteVersionList). Go holds a lock meanwhile, which this cannot take; so the folder is read once more after
 * the list was replaced, and what another program added in between is listed too.
 */
export function writeList(versionsDir: string): void {
  const file = join(versionsDir, "list");
  for (let written: Uint8Array | undefined = readFileOrNothing(file); ; ) {
    const text = Buffer.from(
      versionsIn(versionsDir)
        .map((version) => `${version}\n`)
        .join(""),
    );
    if (written !== undefined && text.equals(written)) return;
    writeSmallAtomic(file, text);
    written = text;
  }
}

function versionsIn(versionsDir: string): string[] {
  const names = basename(versionsDir) === "@v" ? readdirSync(versionsDir) : [];
  // Go lists the file names themselves, so escaped versions stay out (they are no canonical versions).
  const versions = names.flatMap((name) => {
    const parsed = name.endsWith(".mod") ? parseFileName(name) : undefined;
    return parsed !== undefined && `${parsed.version}.mod` === name ? [parsed.version] : [];
  });
  return sortVersions(versions);
}
