import { decodeName } from "../dirhash/names.ts";
import type { EntryMode } from "../dirhash/walk.ts";

/** One file or directory of a zip, as the central directory describes it: claims, until its content was read. */
export interface ZipEntry {
  readonly name: string;
  /** 0 stored, 8 deflated; others cannot be read. */
  readonly method: number;
  /** The CRC-32 of the content; 0 without a data descriptor means that none was set. */
  readonly crc32: number;
  readonly compressedBytes: number;
  /** What Go's int64 holds: negative for a claim of 2^63 and more. */
  readonly uncompressedBytes: number;
  readonly isEncrypted: boolean;
  /** The CRC-32 stands behind the content once more. */
  readonly hasDescriptor: boolean;
  readonly headerOffset: number;
  /** By the name's last slash and, for zips from Unix, the mode; Go looks at the slash alone. */
  readonly mode: EntryMode;
}

/** Why no record stands here: another signature or impossible fields, a cut record, or nothing at all. */
export type NoRecord = "malformed" | "cut" | "end";

const RECORD_SIGNATURE = 0x02014b50;
const RECORD_BYTES = 46;
const ZIP64_EXTRA = 0x0001;
const FULL = 0xffffffff;
const FLAG_ENCRYPTED = 0x1;
const FLAG_DESCRIPTOR = 0x8;

/** The longest record: fixed fields and three variable ones of 16-bit length. */
export const MAX_RECORD_BYTES = RECORD_BYTES + 3 * 0xffff;

export interface Parsed {
  readonly entry: ZipEntry;
  /** Where the next record begins in the block. */
  readonly next: number;
}

export function isRecord(parsed: Parsed | NoRecord): parsed is Parsed {
  return typeof parsed === "object";
}

/**
 * Reads the directory record at `at` (archive/zip's readDirectoryHeader). `block` ends where the file ends, or
 * holds at least MAX_RECORD_BYTES from there.
 */
export function parseRecord(block: Buffer, at: number): Parsed | NoRecord {
  if (at >= block.length) return "end";
  if (at + RECORD_BYTES > block.length) return "cut";
  if (block.readUInt32LE(at) !== RECORD_SIGNATURE) return "malformed";
  const nameEnd = at + RECORD_BYTES + block.readUInt16LE(at + 28);
  const extraEnd = nameEnd + block.readUInt16LE(at + 30);
  const next = extraEnd + block.readUInt16LE(at + 32);
  if (next > block.length) return at + RECORD_BYTES === block.length ? "end" : "cut";
  const sizes = readSizes(block, at, block.subarray(nameEnd, extraEnd));
  if (sizes === undefined) return "malformed";
  const flags = block.readUInt16LE(at + 8);
  const name = decodeName(block.subarray(at + RECORD_BYTES, nameEnd));
  const entry = {
    name,
    method: block.readUInt16LE(at + 10),
    crc32: block.readUInt32LE(at + 16),
    ...sizes,
    isEncrypted: (flags & FLAG_ENCRYPTED) !== 0,
    hasDescriptor: (flags & FLAG_DESCRIPTOR) !== 0,
    mode: modeOfEntry(name, block.readUInt8(at + 5), block.readUInt32LE(at + 38)),
  };
  return { entry, next };
}

type Sizes = Pick<ZipEntry, "compressedBytes" | "uncompressedBytes" | "headerOffset">;

/** Sizes and offset, from the zip64 extra field where the 32-bit one is full; undefined when it lacks them. */
function readSizes(block: Buffer, at: number, extra: Buffer): Sizes | undefined {
  const sizes = {
    uncompressedBytes: block.readUInt32LE(at + 24),
    compressedBytes: block.readUInt32LE(at + 20),
    headerOffset: block.readUInt32LE(at + 42),
  };
  const wanted = (["uncompressedBytes", "compressedBytes", "headerOffset"] as const).filter(
    (field) => sizes[field] === FULL,
  );
  for (const field64 of wanted.length === 0 ? [] : zip64Fields(extra)) {
    let offset = 0;
    for (const field of wanted.splice(0)) {
      if (offset + 8 > field64.length) return undefined;
      sizes[field] = Number(field64.readBigInt64LE(offset));
      offset += 8;
    }
  }
  // A size of exactly 2^32-1 is plausible in an old zip; a compressed size or offset of that is not.
  return wanted.every((field) => field === "uncompressedBytes") ? sizes : undefined;
}

function* zip64Fields(extra: Buffer): Generator<Buffer> {
  for (let at = 0; at + 4 <= extra.length; ) {
    const end = at + 4 + extra.readUInt16LE(at + 2);
    if (end > extra.length) return;
    if (extra.readUInt16LE(at) === ZIP64_EXTRA) yield extra.subarray(at + 4, end);
    at = end;
  }
}

const CREATOR_UNIX = 3;
const CREATOR_MACOS = 19;
const S_IFMT = 0o170000;
const S_IFREG = 0o100000;
const S_IFLNK = 0o120000;

function modeOfEntry(name: string, creator: number, attributes: number): EntryMode {
  if (name.endsWith("/")) return "directory";
  if (creator !== CREATOR_UNIX && creator !== CREATOR_MACOS) return "regular";
  const type = (attributes >>> 16) & S_IFMT;
  if (type === S_IFLNK) return "symlink";
  return type === 0 || type === S_IFREG ? "regular" : "irregular";
}
