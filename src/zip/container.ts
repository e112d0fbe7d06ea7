import { Zip, type ZipInputFile } from "fflate";
import { DirectoryRecords, endOfDirectory } from "./directory-write.ts";

/** Deflate. Also for content that it does not shrink: readers that stream refuse a stored entry with a descriptor. */
const METHOD = 8;

/** An entry whose deflated content arrives in chunks. */
export interface OpenEntry {
  /** The next chunk of raw deflate data. */
  write(chunk: Uint8Array): void;
  /** The CRC-32 and size of the content before deflating; ends the entry. */
  end(crc32: number, sizeBytes: number): void;
}

const NOTHING = new Uint8Array(0);

/**
 * The zip container: fflate writes names, CRCs and sizes around content that is deflated already. Bytes depend on
 * names and content alone. Entries are written one after the other; `emit` takes the zip's bytes in order.
 *
 * Each entry is a zip of fflate's of its own, whose one directory record is kept: a single one for all would hold a
 * kilobyte of objects for each file to its end.
 */
export class ZipContainer {
  readonly #emit: (bytes: Uint8Array) => void;
  readonly #directory = new DirectoryRecords();
  /** The first day that a zip can name, in the zone in which fflate reads it; Go's zips name none at all. */
  readonly #time = new Date(1980, 0, 1, 12);
  #bytes = 0;

  constructor(emit: (bytes: Uint8Array) => void) {
    this.#emit = emit;
  }

  /** Bytes emitted so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Writes a whole entry: its name, raw deflate data, and the CRC-32 and size of the content. */
  add(name: string, deflated: readonly Uint8Array[], crc: number, sizeBytes: number): void {
    const entry = this.open(name);
    for (const part of deflated) entry.write(part);
    entry.end(crc, sizeBytes);
  }

  /** Begins an entry; its `end` must come before the next `open`. */
  open(name: string): OpenEntry {
    const offset = this.#bytes;
    const zip = new Zip((error, bytes, final) => {
      if (error !== null) throw error;
      if (final) this.#directory.add(bytes, offset);
      else this.#write(bytes);
    });
    const entry: ZipInputFile = { filename: name, size: 0, crc: 0, compression: METHOD, mtime: this.#time };
    zip.add(entry);
    return {
      write: (chunk) => entry.ondata?.(null, chunk as Uint8Array<ArrayBuffer>, false),
      end: (crc32, sizeBytes) => {
        entry.crc = crc32;
        entry.size = sizeBytes;
        entry.ondata?.(null, NOTHING, true);
        zip.end();
      },
    };
  }

  /** Writes the central directory. */
  end(): void {
    const { records, count } = this.#directory;
    const end = endOfDirectory({ count, offset: this.#bytes, bytes: records.length });
    this.#write(records);
    this.#write(end);
  }

  #write(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#bytes += bytes.length;
    this.#emit(bytes);
  }
}
