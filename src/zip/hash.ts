import { createHash } from "node:crypto";
import { type H1, Hash1, sha256Hex } from "../dirhash/h1.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import { checkOpenZip, errorOf } from "./check.ts";
import { isSmall } from "./content.ts";
import type { ZipEntry } from "./directory-record.ts";
import { MAX_ZIP_BYTES } from "./files.ts";
import { zipInvalid } from "./problem.ts";
import { openZip, type ZipFile } from "./read.ts";

/**
 * The h1 of a zip's content (dirhash.HashZip): names and contents count; compression, times and modes do not.
 * Sizes and CRC-32s are checked on the way; the zip rules are for `checkZip`. Memory does not grow with the zip,
 * and one whose content is larger than any module's is refused unread: a bomb of 500 MiB would take many minutes.
 * Throws FILE_UNREADABLE, ZIP_INVALID.
 */
export async function hashZip(file: string): Promise<H1> {
  return (await digestZip(file)).sum();
}

/** `hashZip` before it is summed up. */
export async function digestZip(file: string): Promise<Hash1> {
  return await withZip(file, digestOpenZip);
}

/** `digestZip` for a module's zip, every zip rule checked first. Throws like it. */
export async function digestModuleZip(module: ModuleVersion, file: string): Promise<Hash1> {
  return await withZip(file, async (zip) => {
    const problem = errorOf(checkOpenZip(module, zip), file);
    if (problem !== undefined) throw problem;
    return await digestOpenZip(zip);
  });
}

/** `hashZip` for a zip that is open already. */
export async function hashOpenZip(zip: ZipFile): Promise<H1> {
  return (await digestOpenZip(zip)).sum();
}

async function digestOpenZip(zip: ZipFile): Promise<Hash1> {
  // Of entries with one name Go reads the last and hashes it for each.
  const byName = new Map<string, ZipEntry>();
  for (const entry of zip.entries) byName.set(entry.name, entry);
  refuseBomb(zip, byName.values());
  const h1 = new Hash1();
  for (const entry of [...byName.values()].sort((a, b) => a.headerOffset - b.headerOffset)) {
    h1.add(entry.name, isSmall(entry) ? sha256Hex(zip.content(entry)) : await hashLarge(zip, entry));
  }
  if (byName.size < zip.entries.length) {
    for (const entry of zip.entries) if (byName.get(entry.name) !== entry) h1.repeat(entry.name);
  }
  return h1;
}

async function withZip<T>(file: string, use: (zip: ZipFile) => Promise<T>): Promise<T> {
  const zip = openZip(file);
  try {
    return await use(zip);
  } finally {
    zip.close();
  }
}

/** What an entry declares is the most that is read of it. */
function refuseBomb({ path }: ZipFile, entries: Iterable<ZipEntry>): void {
  let bytes = 0;
  for (const { uncompressedBytes } of entries) bytes += Math.max(0, uncompressedBytes);
  if (bytes <= MAX_ZIP_BYTES) return;
  throw zipInvalid("the content of the zip is larger than any module's", {
    subject: path,
    expected: `at most ${MAX_ZIP_BYTES} bytes`,
    actual: `${bytes}`,
  });
}

async function hashLarge(zip: ZipFile, entry: ZipEntry): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of zip.chunks(entry)) hash.update(chunk);
  return hash.digest("hex");
}
