import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Header } from "tar-stream";
import { unwritable } from "../../base/files.ts";
import { MAX_ZIP_BYTES } from "../../zip/files.ts";
import { invalidBundle } from "./bundle-index.ts";

/** An entry of a tar file while it is read. */
export type Entry = AsyncIterable<Uint8Array> & { readonly header: Header };

/** Far more than the index of any bundle; bounds the memory for hostile ones. */
export const MAX_INDEX_BYTES = 256 * 1024 * 1024;

/** An entry's content. Throws BUNDLE_INVALID when it is larger than `maxBytes`. */
export async function bytesOfEntry(entry: Entry, maxBytes: number): Promise<Buffer> {
  checkSize(entry, maxBytes);
  const chunks: Uint8Array[] = [];
  for await (const chunk of entry) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * Writes a module zip into a file and returns its hex SHA-256. Throws BUNDLE_INVALID beyond Go's limit, FILE_UNWRITABLE;
 * an error of reading the tar file as it is.
 */
export async function writeZipEntry(entry: Entry, file: string): Promise<string> {
  checkSize(entry, MAX_ZIP_BYTES);
  const hash = createHash("sha256");
  const tee = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  try {
    await pipeline(entry, tee, createWriteStream(file));
  } catch (error) {
    const isOfZip = ["open", "write", "close"].includes((error as NodeJS.ErrnoException).syscall ?? "");
    throw isOfZip ? unwritable(file, error) : error;
  }
  return hash.digest("hex");
}

function checkSize({ header }: Entry, maxBytes: number): void {
  if (header.size <= maxBytes) return;
  throw invalidBundle("an entry is too large", {
    subject: header.name,
    expected: `at most ${maxBytes} bytes`,
    actual: `${header.size}`,
  });
}
