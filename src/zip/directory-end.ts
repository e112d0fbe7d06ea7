import { isRecord, MAX_RECORD_BYTES, parseRecord } from "./directory-record.ts";
import { notAZip } from "./problem.ts";

/** Random access to a zip: `length` bytes from `offset`, fewer only where the file ends. */
export type ReadAt = (offset: number, length: number) => Buffer;

/** Where the central directory stands and what it claims to hold. */
export interface DirectoryEnd {
  /** Offset of the first directory record in the file. */
  readonly directoryOffset: number;
  /** What to add to each entry's offset: zips may stand behind other data. */
  readonly baseOffset: number;
  /** Number of records; a zip without zip64 data has it modulo 65,536. */
  readonly records: bigint;
}

interface Claims {
  records: bigint;
  size: bigint;
  offset: bigint;
}

const END_BYTES = 22;
const END64_BYTES = 56;
const LOCATOR64_BYTES = 20;
const END_SIGNATURE = 0x06054b50;
const END64_SIGNATURE = 0x06064b50;
const LOCATOR64_SIGNATURE = 0x07064b50;

/**
 * Finds the central directory as Go's archive/zip does (readDirectoryEnd), quirks included: the end record is
 * sought in the last 1 KiB, then in the last 65 KiB; zip64 data count when a 32-bit field is full. Throws ZIP_INVALID.
 */
export function readDirectoryEnd(readAt: ReadAt, sizeBytes: number, subject: string): DirectoryEnd {
  const { end, endOffset } = findEnd(readAt, sizeBytes, subject);
  const claims: Claims = {
    records: BigInt(end.readUInt16LE(10)),
    size: BigInt(end.readUInt32LE(12)),
    offset: BigInt(end.readUInt32LE(16)),
  };
  let directoryEnd = BigInt(endOffset);
  // 0xffff for the size is archive/zip's own: the format says 0xffffffff. A mere look for zip64 data does no harm.
  if (claims.records === 0xffffn || claims.size === 0xffffn || claims.offset === 0xffffffffn) {
    const end64 = findEnd64(readAt, endOffset);
    if (end64 !== undefined) {
      readEnd64(readAt, { end64, sizeBytes, subject }, claims);
      directoryEnd = end64;
    }
  }
  return locate(readAt, { claims, directoryEnd, sizeBytes, subject });
}

function findEnd(readAt: ReadAt, sizeBytes: number, subject: string): { end: Buffer; endOffset: number } {
  for (const tail of [1024, 65 * 1024]) {
    const length = Math.min(tail, sizeBytes);
    const block = readAt(sizeBytes - length, length);
    const at = findEndIn(block);
    if (at !== undefined) return { end: block.subarray(at), endOffset: sizeBytes - length + at };
    if (length === sizeBytes) break;
  }
  throw notAZip(subject, "no end-of-directory record");
}

/** The last end record whose comment fits into the block; one whose comment does not fit ends the search. */
function findEndIn(block: Buffer): number | undefined {
  for (let at = block.length - END_BYTES; at >= 0; at--) {
    if (block[at] !== 0x50 || block.readUInt32LE(at) !== END_SIGNATURE) continue;
    return at + END_BYTES + block.readUInt16LE(at + 20) <= block.length ? at : undefined;
  }
  return undefined;
}

/** The offset of the zip64 end record that the locator before the end record names. */
function findEnd64(readAt: ReadAt, endOffset: number): bigint | undefined {
  if (endOffset < LOCATOR64_BYTES) return undefined;
  const locator = readAt(endOffset - LOCATOR64_BYTES, LOCATOR64_BYTES);
  if (locator.readUInt32LE(0) !== LOCATOR64_SIGNATURE) return undefined;
  const isSingleDisk = locator.readUInt32LE(4) === 0 && locator.readUInt32LE(16) === 1;
  const offset = locator.readBigInt64LE(8);
  return isSingleDisk && offset >= 0n ? offset : undefined;
}

function readEnd64(
  readAt: ReadAt,
  { end64, sizeBytes, subject }: { end64: bigint; sizeBytes: number; subject: string },
  claims: Claims,
): void {
  const record =
    end64 + BigInt(END64_BYTES) <= BigInt(sizeBytes) ? readAt(Number(end64), END64_BYTES) : undefined;
  if (record?.readUInt32LE(0) !== END64_SIGNATURE) throw notAZip(subject, "no zip64 end-of-directory record");
  claims.records = record.readBigUInt64LE(32);
  claims.size = record.readBigUInt64LE(40);
  claims.offset = record.readBigUInt64LE(48);
}

interface Location {
  readonly claims: Claims;
  readonly directoryEnd: bigint;
  readonly sizeBytes: number;
  readonly subject: string;
}

function locate(readAt: ReadAt, { claims, directoryEnd, sizeBytes, subject }: Location): DirectoryEnd {
  const maxInt64 = (1n << 63n) - 1n;
  if (claims.size > maxInt64 || claims.offset > maxInt64) throw notAZip(subject, "directory out of range");
  // int64 arithmetic wraps around in Go.
  let base = BigInt.asIntN(64, directoryEnd - claims.size - claims.offset);
  const start = BigInt.asIntN(64, base + claims.offset);
  if (start < 0n || start >= BigInt(sizeBytes)) throw notAZip(subject, "directory outside of the file");
  // Some writers give wrong figures: when a directory record stands where the offset says, the base is 0.
  if (base > 0n && hasRecord(readAt, claims.offset, sizeBytes)) base = 0n;
  return {
    directoryOffset: Number(base + claims.offset),
    baseOffset: Number(base),
    records: claims.records,
  };
}

function hasRecord(readAt: ReadAt, offset: bigint, sizeBytes: number): boolean {
  return offset < BigInt(sizeBytes) && isRecord(parseRecord(readAt(Number(offset), MAX_RECORD_BYTES), 0));
}
