const END_BYTES = 22;
const END64_BYTES = 56;
const LOCATOR64_BYTES = 20;
const VERSION_45 = 45;
const FULL_16 = 0xffff;

/** Where a directory record names the offset of its entry. */
const OFFSET_FIELD = 42;

/** The records of a central directory, gathered from zips of one entry each. */
export class DirectoryRecords {
  #buffer = Buffer.alloc(16 * 1024);
  #used = 0;
  count = 0;

  /** Takes the record that ends a zip of one entry, which stands at `offset` in the whole. */
  add(endOfZip: Uint8Array, offset: number): void {
    const record = endOfZip.subarray(0, endOfZip.length - END_BYTES);
    if (this.#used + record.length > this.#buffer.length) {
      const larger = Buffer.alloc(Math.max(2 * this.#buffer.length, this.#used + record.length));
      larger.set(this.records);
      this.#buffer = larger;
    }
    this.#buffer.set(record, this.#used);
    this.#buffer.writeUInt32LE(offset, this.#used + OFFSET_FIELD);
    this.#used += record.length;
    this.count += 1;
  }

  get records(): Uint8Array {
    return this.#buffer.subarray(0, this.#used);
  }
}

/** A central directory: number of records, offset in the zip and length, all below 4 GiB as in any module zip. */
export interface Directory {
  readonly count: number;
  readonly offset: number;
  readonly bytes: number;
}

/**
 * The records that end a zip (APPNOTE 4.3.14 to 4.3.16). From 65,535 entries on, where the plain end record with its
 * 16-bit count would lie, zip64 records stand before it; fflate writes none.
 */
export function endOfDirectory(directory: Directory): Uint8Array {
  const isPlain = directory.count < FULL_16;
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(isPlain ? directory.count : FULL_16, 8);
  end.writeUInt16LE(isPlain ? directory.count : FULL_16, 10);
  end.writeUInt32LE(directory.bytes, 12);
  end.writeUInt32LE(directory.offset, 16);
  return isPlain ? end : Buffer.concat([end64(directory), end]);
}

function end64({ count, offset, bytes }: Directory): Buffer {
  const record = Buffer.alloc(END64_BYTES + LOCATOR64_BYTES);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(BigInt(END64_BYTES - 12), 4);
  record.writeUInt16LE(VERSION_45, 12);
  record.writeUInt16LE(VERSION_45, 14);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(bytes), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  const locator = record.subarray(END64_BYTES);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + bytes), 8);
  locator.writeUInt32LE(1, 16);
  return record;
}
