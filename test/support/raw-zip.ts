import { crc32, deflateRawSync } from "node:zlib";

/** An entry of a zip built field by field, to lie wherever a test wants it to. */
export interface RawEntry {
  readonly name: string | Buffer;
  readonly content?: Uint8Array;
  /** 8, deflated, unless said otherwise. */
  readonly method?: number;
  readonly crc?: number;
  /** The uncompressed size that is claimed. */
  readonly size?: number;
  readonly compressedSize?: number;
  readonly flags?: number;
  /** Unix mode bits, file type included. */
  readonly mode?: number;
  readonly offset?: number;
  /** Raw bytes instead of the deflated content. */
  readonly raw?: Uint8Array;
  readonly extra?: Buffer;
}

function header(entry: RawEntry, offset: number | undefined): { head: Buffer; body: Uint8Array } {
  const content = entry.content ?? new Uint8Array(0);
  const method = entry.method ?? 8;
  const body = entry.raw ?? (method === 0 ? content : deflateRawSync(content));
  const name = Buffer.from(entry.name as string);
  const isCentral = offset !== undefined;
  const fixed = Buffer.alloc(isCentral ? 46 : 30);
  fixed.writeUInt32LE(isCentral ? 0x02014b50 : 0x04034b50, 0);
  const at = isCentral ? 6 : 4;
  if (isCentral) fixed.writeUInt16LE(entry.mode === undefined ? 20 : (3 << 8) | 20, 4);
  fixed.writeUInt16LE(20, at);
  fixed.writeUInt16LE(entry.flags ?? 0, at + 2);
  fixed.writeUInt16LE(method, at + 4);
  fixed.writeUInt32LE(entry.crc ?? crc32(content), at + 10);
  fixed.writeUInt32LE(entry.compressedSize ?? body.length, at + 14);
  fixed.writeUInt32LE(entry.size ?? content.length, at + 18);
  fixed.writeUInt16LE(name.length, at + 22);
  const extra = isCentral ? (entry.extra ?? Buffer.alloc(0)) : Buffer.alloc(0);
  fixed.writeUInt16LE(extra.length, at + 24);
  if (isCentral) {
    fixed.writeUInt32LE(((entry.mode ?? 0) << 16) >>> 0, 38);
    fixed.writeUInt32LE(entry.offset ?? offset, 42);
  }
  return { head: Buffer.concat([fixed, name, extra]), body };
}

/** The bytes of a zip with these entries. */
export function rawZip(
  entries: readonly RawEntry[],
  options: { comment?: string; before?: Buffer } = {},
): Buffer {
  const parts: Uint8Array[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { head, body } = header(entry, undefined);
    directory.push(header(entry, offset).head);
    parts.push(head, body);
    offset += head.length + body.length;
  }
  const records = Buffer.concat(directory);
  const comment = Buffer.from(options.comment ?? "");
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length & 0xffff, 8);
  end.writeUInt16LE(entries.length & 0xffff, 10);
  end.writeUInt32LE(records.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([options.before ?? Buffer.alloc(0), ...parts, records, end, comment]);
}
