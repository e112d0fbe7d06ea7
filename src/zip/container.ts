import { Zip, type ZipInputFile } from "fflate";
import { endWithZip64, needsZip64 } from "./zip64-end.ts";

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
 * The zip container, written by fflate: names, CRCs and sizes around content that is deflated already. Bytes depend
 * on names and content alone. Entries are written one after the other; `emit` takes the zip's bytes in order.
 */
export class ZipContainer {
  readonly #zip: Zip;
  /** The first day that a zip can name, in the zone in which fflate reads it; Go's zips name none at all. */
  readonly #time = new Date(1980, 0, 1, 12);
  #entries = 0;
  #bytes = 0;

  constructor(emit: (bytes: Uint8Array) => void) {
    this.#zip = new Zip((error, bytes, final) => {
      if (error !== null) throw error;
      const out = final ? this.#finish(bytes) : bytes;
      this.#bytes += out.length;
      if (out.length > 0) emit(out);
    });
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
    const entry: ZipInputFile = { filename: name, size: 0, crc: 0, compression: METHOD, mtime: this.#time };
    this.#zip.add(entry);
    this.#entries += 1;
    return {
      write: (chunk) => entry.ondata?.(null, chunk as Uint8Array<ArrayBuffer>, false),
      end: (crc32, sizeBytes) => {
        entry.crc = crc32;
        entry.size = sizeBytes;
        entry.ondata?.(null, NOTHING, true);
      },
    };
  }

  /** Writes the central directory. */
  end(): void {
    this.#zip.end();
  }

  #finish(directory: Uint8Array): Uint8Array {
    return needsZip64(this.#entries) ? endWithZip64(directory, this.#entries, this.#bytes) : directory;
  }
}
