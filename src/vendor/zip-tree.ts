import { createHash } from "node:crypto";
import { ModwharfError } from "../base/errors.ts";
import { Hash1, sha256Hex } from "../dirhash/h1.ts";
import { sortNames } from "../dirhash/names.ts";
import type { EntryMode } from "../dirhash/walk.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import { checkOpenZip, errorOf } from "../zip/check.ts";
import { isSmall } from "../zip/content.ts";
import type { ZipEntry } from "../zip/directory-record.ts";
import { zipPrefix } from "../zip/files.ts";
import { openZip, type ZipFile } from "../zip/read.ts";
import { type ModuleTree, parentOf } from "./module-tree.ts";

/** An open zip holds a file descriptor and a megabyte of buffer. */
const MAX_OPEN = 8;

/** Opens zips again and again, keeping the last few open. */
export class OpenZips {
  readonly #open = new Map<string, ZipFile>();

  get(path: string): ZipFile {
    const zip = this.#open.get(path) ?? openZip(path);
    this.#open.delete(path);
    this.#open.set(path, zip);
    if (this.#open.size > MAX_OPEN) {
      const [oldest, unused] = this.#open.entries().next().value!;
      this.#open.delete(oldest);
      unused.close();
    }
    return zip;
  }

  close(): void {
    for (const zip of this.#open.values()) zip.close();
    this.#open.clear();
  }
}

/** A module zip whose h1 was checked. Each file is checked again when it is read, should the zip have changed. */
export class ZipTree implements ModuleTree {
  readonly isLocal = false;
  readonly #zips: OpenZips;
  readonly #path: string;
  readonly #entries: ReadonlyMap<string, HashedEntry>;
  readonly #dirs: ReadonlyMap<string, ReadonlyMap<string, EntryMode>>;

  /** Use `openVerifiedZip`. */
  constructor(zips: OpenZips, path: string, entries: ReadonlyMap<string, HashedEntry>) {
    this.#zips = zips;
    this.#path = path;
    this.#entries = entries;
    this.#dirs = directoriesOf(entries.keys());
  }

  list(dir: string): ReadonlyMap<string, EntryMode> | undefined {
    return this.#dirs.get(dir);
  }

  follow(): undefined {
    return undefined;
  }

  async read(path: string): Promise<Uint8Array> {
    const { entry, sha256 } = this.#entries.get(path)!;
    const content = isSmall(entry)
      ? this.#zips.get(this.#path).content(entry)
      : await contentOfLarge(this.#path, entry);
    if (sha256Hex(content) === sha256) return content;
    throw new ModwharfError("HASH_MISMATCH", "the module zip changed while it was being read", {
      subject: `${this.#path}: ${path}`,
      fix: "find out who writes to the module cache during this job, then run again",
    });
  }

  async sha256(path: string): Promise<string> {
    return this.#entries.get(path)!.sha256;
  }
}

interface HashedEntry {
  readonly entry: ZipEntry;
  readonly sha256: string;
}

/**
 * Opens a module zip after checking Go's zip rules and its h1. Throws HASH_MISMATCH, ZIP_INVALID, FILE_UNREADABLE.
 */
export async function openVerifiedZip(
  module: ModuleVersion,
  expected: { path: string; h1: string },
  zips: OpenZips,
): Promise<ZipTree> {
  const { path, h1 } = expected;
  const zip = openZip(path);
  try {
    const problem = errorOf(checkOpenZip(module, zip), path);
    if (problem !== undefined) throw problem;
    const { entries, actual } = await hashEntries(zip, zipPrefix(module).length);
    if (actual === h1) return new ZipTree(zips, path, entries);
    throw new ModwharfError("HASH_MISMATCH", "the module zip does not have the hash of go.sum", {
      subject: `${formatModuleVersion(module)} (${path})`,
      expected: h1,
      actual,
      fix: "do not build with this file; clear the module cache and download it again",
    });
  } finally {
    zip.close();
  }
}

async function hashEntries(zip: ZipFile, prefixLength: number) {
  const entries = new Map<string, HashedEntry>();
  const h1 = new Hash1();
  for (const entry of zip.entries) {
    const sha256 = isSmall(entry) ? sha256Hex(zip.content(entry)) : await sha256OfLarge(zip, entry);
    h1.add(entry.name, sha256);
    if (entry.mode === "regular") entries.set(entry.name.slice(prefixLength), { entry, sha256 });
  }
  return { entries, actual: h1.sum() };
}

async function sha256OfLarge(zip: ZipFile, entry: ZipEntry): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of zip.stream(entry)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** With a file of its own: another read might push a shared one out of `OpenZips` meanwhile. */
async function contentOfLarge(path: string, entry: ZipEntry): Promise<Uint8Array> {
  const zip = openZip(path);
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of zip.stream(entry)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } finally {
    zip.close();
  }
}

/** Directories are what the files' paths say: `go` makes no others when it extracts. */
function directoriesOf(paths: Iterable<string>): Map<string, Map<string, EntryMode>> {
  const dirs = new Map<string, Map<string, EntryMode>>([["", new Map()]]);
  for (const path of sortNames([...paths])) {
    let mode: EntryMode = "regular";
    for (let at = path; ; at = parentOf(at)) {
      const parent = parentOf(at);
      const known = dirs.has(parent);
      const entries = dirs.get(parent) ?? new Map<string, EntryMode>();
      dirs.set(parent, entries.set(at.slice(parent === "" ? 0 : parent.length + 1), mode));
      if (known || parent === "") break;
      mode = "directory";
    }
  }
  // A directory sorts where its name does, not where its first file does.
  for (const [dir, entries] of dirs) {
    dirs.set(dir, new Map(sortNames([...entries.keys()]).map((name) => [name, entries.get(name)!])));
  }
  return dirs;
}
