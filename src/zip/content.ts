import { crc32 } from "node:zlib";
import { quote } from "../module/unicode/quote.ts";
import type { ReadAt } from "./directory-end.ts";
import type { ZipEntry } from "./directory-record.ts";
import { inflateChunks, inflateWhole } from "./inflate.ts";
import { zipInvalid } from "./problem.ts";

/** Entries up to this size, compressed and not, are read whole; memory stays bounded by it. */
export const WHOLE_BYTES = 4 * 1024 * 1024;

const STREAM_CHUNK_BYTES = 256 * 1024;

const STORED = 0;
const DEFLATED = 8;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
const DESCRIPTOR_SIGNATURE = 0x08074b50;
const DESCRIPTOR_BYTES = 16;

/** What content is read from. */
interface Source {
  readonly path: string;
  readonly readAt: ReadAt;
}

/** True when `contentOf` may hold the entry whole. */
export function isSmall(entry: ZipEntry): boolean {
  return entry.compressedBytes <= WHOLE_BYTES && entry.uncompressedBytes <= WHOLE_BYTES;
}

function damaged(source: Source, entry: ZipEntry, actual: string, cause?: unknown): Error {
  return zipInvalid("an entry of the zip is damaged or lies about itself", {
    subject: `${source.path}: ${quote(entry.name)}`,
    actual,
    fix: "download or build it again",
    cause,
  });
}

/**
 * The whole content of an entry, valid until the next entry of any zip is read in this thread; size and CRC-32 checked
 * as archive/zip checks them. Throws ZIP_INVALID.
 */
export function contentOf(source: Source, entry: ZipEntry): Buffer {
  const start = findBody(source, entry);
  if (isDirectory(source, entry)) return Buffer.alloc(0);
  const { compressedBytes } = entry;
  const stored = source.readAt(start, compressedBytes + DESCRIPTOR_BYTES);
  const content = wholeContent(source, entry, stored.subarray(0, compressedBytes));
  if (content.length !== entry.uncompressedBytes) {
    throw damaged(source, entry, `${content.length} bytes where ${entry.uncompressedBytes} are declared`);
  }
  checkCrc(source, entry, crc32(content), stored.subarray(compressedBytes));
  return content;
}

/**
 * The content in pieces for what is too large to hold, each valid until the next is asked for. Throws ZIP_INVALID, at
 * the latest after the last piece.
 */
export async function* chunksOf(source: Source, entry: ZipEntry): AsyncGenerator<Buffer> {
  const start = findBody(source, entry);
  if (isDirectory(source, entry)) return;
  let bytes = 0;
  let crc = 0;
  for await (const chunk of inflatedChunks(source, entry, start)) {
    bytes += chunk.length;
    if (bytes > entry.uncompressedBytes) {
      throw damaged(source, entry, `larger than the declared ${entry.uncompressedBytes} bytes`);
    }
    crc = crc32(chunk, crc);
    yield chunk;
  }
  if (bytes !== entry.uncompressedBytes) {
    throw damaged(source, entry, `${bytes} bytes where ${entry.uncompressedBytes} are declared`);
  }
  checkCrc(source, entry, crc, source.readAt(start + entry.compressedBytes, DESCRIPTOR_BYTES));
}

/** The offset of the content behind the local header, whose own claims do not count (findBodyOffset). */
function findBody(source: Source, entry: ZipEntry): number {
  const { headerOffset, compressedBytes, isEncrypted } = entry;
  if (isEncrypted) throw damaged(source, entry, "encrypted content, which no module zip has");
  if (compressedBytes < 0) throw damaged(source, entry, "an impossible size");
  const ahead = LOCAL_BYTES + Buffer.byteLength(entry.name) + compressedBytes + DESCRIPTOR_BYTES;
  // Asked for with its content, so that one read usually gets both.
  const length = isSmall(entry) ? Math.max(LOCAL_BYTES, ahead) : LOCAL_BYTES;
  const header = headerOffset < 0 ? Buffer.alloc(0) : source.readAt(headerOffset, length);
  if (header.length < LOCAL_BYTES || header.readUInt32LE(0) !== LOCAL_SIGNATURE) {
    throw damaged(source, entry, "no local header where the directory says");
  }
  return headerOffset + LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
}

function isDirectory(source: Source, entry: ZipEntry): boolean {
  if (!entry.name.endsWith("/")) return false;
  if (entry.uncompressedBytes !== 0) throw damaged(source, entry, "a directory with content");
  return true;
}

function wholeContent(source: Source, entry: ZipEntry, stored: Buffer): Buffer {
  if (stored.length < entry.compressedBytes) throw damaged(source, entry, "the file ends within the entry");
  if (entry.method === STORED) return stored;
  if (entry.method !== DEFLATED)
    throw damaged(source, entry, `unsupported compression method ${entry.method}`);
  try {
    return inflateWhole(stored, entry.uncompressedBytes);
  } catch (error) {
    throw damaged(source, entry, "content that cannot be inflated", error);
  }
}

async function* inflatedChunks(source: Source, entry: ZipEntry, start: number): AsyncGenerator<Buffer> {
  if (entry.method === STORED) return yield* storedChunks(source, entry, start);
  if (entry.method !== DEFLATED)
    throw damaged(source, entry, `unsupported compression method ${entry.method}`);
  try {
    yield* inflateChunks(storedChunks(source, entry, start));
  } catch (error) {
    throw error instanceof Error && "code" in error && error.code === "ZIP_INVALID"
      ? error
      : damaged(source, entry, "content that cannot be inflated", error);
  }
}

function* storedChunks(source: Source, entry: ZipEntry, start: number): Generator<Buffer> {
  for (let at = 0; at < entry.compressedBytes; at += STREAM_CHUNK_BYTES) {
    const length = Math.min(STREAM_CHUNK_BYTES, entry.compressedBytes - at);
    const chunk = source.readAt(start + at, length);
    if (chunk.length < length) throw damaged(source, entry, "the file ends within the entry");
    yield chunk;
  }
}

/** With a data descriptor both copies must agree and hold; without one a CRC-32 of 0 counts as not set. */
function checkCrc(source: Source, entry: ZipEntry, actual: number, behind: Buffer): void {
  const expected = entry.crc32;
  if (!entry.hasDescriptor) {
    if (expected === 0 || expected === actual) return;
  } else {
    const at = behind.length >= 4 && behind.readUInt32LE(0) === DESCRIPTOR_SIGNATURE ? 4 : 0;
    // Both sizes follow, in 32 or 64 bits as the writer liked; the directory has them.
    if (behind.length < 12) throw damaged(source, entry, "the file ends within the data descriptor");
    if (expected === actual && behind.readUInt32LE(at) === expected) return;
  }
  throw damaged(source, entry, "content with another CRC-32");
}
