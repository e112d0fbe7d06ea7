import { ModwharfError } from "../base/errors.ts";
import { isSmall } from "../zip/content.ts";
import type { ZipEntry } from "../zip/directory-record.ts";
import { openZip, type ZipFile } from "../zip/read.ts";

/** An open zip holds a file descriptor and a megabyte of buffer. */
const MAX_OPEN = 8;

interface OpenZip {
  readonly zip: ZipFile;
  readonly entries: ReadonlyMap<string, ZipEntry>;
}

/** Reads files out of many zips, the last few of which stay open. */
export class OpenZips {
  readonly #open = new Map<string, OpenZip>();

  /** The content of the entry called `name`. Throws ZIP_INVALID, FILE_UNREADABLE. */
  async read(zipFile: string, name: string): Promise<Uint8Array> {
    const { zip, entries } = this.#get(zipFile);
    const entry = entries.get(name);
    if (entry === undefined) {
      throw new ModwharfError("ZIP_INVALID", "the module zip lacks a file that go.sum says it has", {
        subject: zipFile,
        expected: name,
      });
    }
    // A copy: the content lasts until the next entry is read.
    return isSmall(entry) ? Buffer.from(zip.content(entry)) : await readLarge(zipFile, entry);
  }

  close(): void {
    for (const { zip } of this.#open.values()) zip.close();
    this.#open.clear();
  }

  #get(path: string): OpenZip {
    const known = this.#open.get(path) ?? openIndexed(path);
    this.#open.delete(path);
    this.#open.set(path, known);
    if (this.#open.size > MAX_OPEN) {
      const [oldest, unused] = this.#open.entries().next().value!;
      this.#open.delete(oldest);
      unused.zip.close();
    }
    return known;
  }
}

function openIndexed(path: string): OpenZip {
  const zip = openZip(path);
  return { zip, entries: new Map(zip.entries.map((entry) => [entry.name, entry])) };
}

/** With a file of its own: another read might push a shared one out meanwhile. */
async function readLarge(path: string, entry: ZipEntry): Promise<Uint8Array> {
  const zip = openZip(path);
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of zip.chunks(entry)) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  } finally {
    zip.close();
  }
}
