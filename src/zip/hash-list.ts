import { createHash } from "node:crypto";
import { sha256Hex } from "../dirhash/h1.ts";
import { sortNames } from "../dirhash/names.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import { checkOpenZip, errorOf } from "./check.ts";
import { isSmall } from "./content.ts";
import type { ZipEntry } from "./directory-record.ts";
import { openZip, type ZipFile } from "./read.ts";

/**
 * The text whose sha256 is the h1 of a module zip: one line `<sha256>  <name>` for each entry, ordered by name
 * bytewise. The zip must obey Go's zip rules. Throws ZIP_INVALID, FILE_UNREADABLE.
 */
export async function hashListOf(module: ModuleVersion, zipFile: string): Promise<string> {
  const zip = openZip(zipFile);
  try {
    const problem = errorOf(checkOpenZip(module, zip), zipFile);
    if (problem !== undefined) throw problem;
    const sums = new Map<string, string>();
    for (const entry of zip.entries) {
      sums.set(entry.name, isSmall(entry) ? sha256Hex(zip.content(entry)) : await hashLarge(zip, entry));
    }
    return sortNames([...sums.keys()])
      .map((name) => `${sums.get(name)}  ${name}\n`)
      .join("");
  } finally {
    zip.close();
  }
}

async function hashLarge(zip: ZipFile, entry: ZipEntry): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of zip.stream(entry)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
