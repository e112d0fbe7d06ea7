import { createHash } from "node:crypto";
import { join } from "node:path";
import { readIfPresent, writeFileAtomic } from "../base/files.ts";
import { type H1, sha256Hex } from "../dirhash/h1.ts";
import { sortNames } from "../dirhash/names.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import { checkOpenZip, errorOf } from "../zip/check.ts";
import { isSmall } from "../zip/content.ts";
import type { ZipEntry } from "../zip/directory-record.ts";
import { zipPrefix } from "../zip/files.ts";
import { openZip, type ZipFile } from "../zip/read.ts";

/*
 * An h1 is the sha256 of a text: one line `<sha256>  <name>` for each file of the module. Whoever has that text and
 * go.sum knows the hash of each file, and cannot be lied to: a text with another line has another h1. So a list of
 * hashes, kept from an earlier run or restored from any cache, stands in for the zip as far as nothing but hashes is
 * asked for.
 */

/** The h1 that a list stands for. */
export function h1OfList(list: string): H1 {
  return `h1:${createHash("sha256").update(list).digest("base64")}`;
}

/** The sha256 of each file of a module, in hexadecimal form, by its path in the module. */
export function parseHashList(list: string, module: ModuleVersion): Map<string, string> {
  const sums = new Map<string, string>();
  const nameAt = 64 + "  ".length;
  const prefixLength = zipPrefix(module).length;
  for (const line of list.split("\n")) {
    // A name that ends in a slash is a directory's, which some zips have entries for.
    if (line !== "" && !line.endsWith("/")) sums.set(line.slice(nameAt + prefixLength), line.slice(0, 64));
  }
  return sums;
}

/** Makes the list of a module zip, which must obey Go's zip rules. Throws ZIP_INVALID, FILE_UNREADABLE. */
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

/** Lists kept in a directory, by the h1 that they stand for. */
export class HashLists {
  readonly #dir: string | undefined;

  /** Without a directory nothing is kept. */
  constructor(dir: string | undefined) {
    this.#dir = dir;
  }

  /** The list of this h1; undefined when there is none, or something else under its name. */
  async read(h1: string): Promise<string | undefined> {
    const content = this.#dir === undefined ? undefined : await readIfPresent(this.#file(h1));
    const list = content?.toString("utf8");
    return list !== undefined && h1OfList(list) === h1 ? list : undefined;
  }

  /** Keeps a list. That it cannot be kept (a read-only module cache, say) is no failure. */
  async write(h1: string, list: string): Promise<void> {
    if (this.#dir === undefined) return;
    await writeFileAtomic(this.#file(h1), list).catch(() => {});
  }

  #file(h1: string): string {
    return join(this.#dir!, `${Buffer.from(h1.slice("h1:".length), "base64").toString("hex")}.txt`);
  }
}
