import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { chunksOf, contentOf } from "./content.ts";
import { type ReadAt, readDirectoryEnd } from "./directory-end.ts";
import { isRecord, MAX_RECORD_BYTES, parseRecord, type ZipEntry } from "./directory-record.ts";
import { notAZip, unreadable, zipInvalid } from "./problem.ts";

/** One read fetches this much, so that most entries cost no read of their own. */
const WINDOW_BYTES = 1024 * 1024;

/** More entries than any module zip can have in 500 MiB of sane content; bounds the memory for hostile ones. */
const MAX_ENTRIES = 1_000_000;

/** An open zip file. Reading is sequential: one entry at a time. */
export class ZipFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly #fd: number;
  #entries: readonly ZipEntry[] | undefined;
  /** Filled again and again: fresh pages from the system would cost as much as inflating. */
  readonly #buffer = Buffer.allocUnsafeSlow(WINDOW_BYTES);
  #window = this.#buffer.subarray(0, 0);
  #windowOffset = 0;

  /** Use `openZip`. */
  constructor(path: string, fd: number) {
    this.path = path;
    this.#fd = fd;
    this.sizeBytes = fstatSync(fd).size;
  }

  /** The entries in the directory's order; the directory is read when they are first asked for. Throws ZIP_INVALID. */
  get entries(): readonly ZipEntry[] {
    this.#entries ??= readDirectory(this.readAt, this.sizeBytes, this.path);
    return this.#entries;
  }

  /** `length` bytes from `offset`, fewer where the file ends; they change with the next call. */
  readonly readAt: ReadAt = (offset, length) => {
    const at = offset - this.#windowOffset;
    if (at < 0 || at + length > this.#window.length) {
      this.#fill(offset, length);
      return this.#window.subarray(0, length);
    }
    return this.#window.subarray(at, at + length);
  };

  #fill(offset: number, length: number): void {
    const wanted = Math.max(0, Math.min(Math.max(length, WINDOW_BYTES), this.sizeBytes - offset));
    const buffer = wanted > WINDOW_BYTES ? Buffer.allocUnsafeSlow(wanted) : this.#buffer;
    let got = 0;
    while (got < wanted) {
      const n = readSync(this.#fd, buffer, got, wanted - got, offset + got);
      if (n === 0) break;
      got += n;
    }
    this.#window = buffer.subarray(0, got);
    this.#windowOffset = offset;
  }

  /**
   * The content of an entry until the next one of any zip is read in this thread, its size and CRC-32 checked; a directory has none. Throws
   * ZIP_INVALID. For entries of at most `WHOLE_BYTES`; larger ones are for `chunks`.
   */
  content(entry: ZipEntry): Buffer {
    return contentOf(this, entry);
  }

  /**
   * The content of an entry in pieces, each valid until the next is asked for or anything else of this zip is read.
   * Throws ZIP_INVALID, at the latest after the last piece, when size or CRC-32 turn out wrong.
   */
  chunks(entry: ZipEntry): AsyncIterable<Buffer> {
    return chunksOf(this, entry);
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/**
 * Opens a zip file. Its directory is read as Go's archive/zip reads it, except that entries that overlap (the trick of
 * zip bombs) and more than a million of them are refused. Throws FILE_UNREADABLE. Close it.
 */
export function openZip(path: string): ZipFile {
  let fd: number | undefined;
  try {
    fd = openSync(path, "r");
    return new ZipFile(path, fd);
  } catch (error) {
    if (fd !== undefined) closeSync(fd);
    throw unreadable(path, error);
  }
}

function readDirectory(readAt: ReadAt, sizeBytes: number, subject: string): ZipEntry[] {
  const { directoryOffset, baseOffset, records } = readDirectoryEnd(readAt, sizeBytes, subject);
  const entries: ZipEntry[] = [];
  let offset = directoryOffset;
  // The count is not to be trusted; Go reads to the first thing that is no record, then compares 16 bits.
  for (;;) {
    const length = Math.max(0, Math.min(MAX_RECORD_BYTES, sizeBytes - offset));
    const parsed = parseRecord(readAt(offset, length), 0);
    if (!isRecord(parsed)) {
      if (parsed === "end" || BigInt(entries.length & 0xffff) !== (records & 0xffffn)) {
        throw notAZip(subject, `${entries.length} directory records where ${records} are declared`);
      }
      break;
    }
    const { entry, next } = parsed;
    entries.push(baseOffset === 0 ? entry : { ...entry, headerOffset: entry.headerOffset + baseOffset });
    if (entries.length > MAX_ENTRIES) throw notAZip(subject, `more than ${MAX_ENTRIES} entries`);
    offset += next;
  }
  refuseOverlap(entries, subject);
  return entries;
}

const LOCAL_HEADER_BYTES = 30;

function refuseOverlap(entries: readonly ZipEntry[], subject: string): void {
  const byOffset = entries.toSorted((a, b) => a.headerOffset - b.headerOffset);
  for (let i = 1; i < byOffset.length; i++) {
    const { name, headerOffset, compressedBytes } = byOffset[i - 1]!;
    // The local header's own name and extra field are not read here, so this is the least that it takes.
    if (headerOffset + LOCAL_HEADER_BYTES + compressedBytes <= byOffset[i]!.headerOffset) continue;
    throw zipInvalid("entries of the zip overlap", {
      subject,
      actual: `${JSON.stringify(name)} reaches into ${JSON.stringify(byOffset[i]!.name)}`,
      fix: "do not use this file: it was made to mislead",
    });
  }
}
