const END_BYTES = 22;
const END64_BYTES = 56;
const LOCATOR64_BYTES = 20;
const VERSION_45 = 45;
const FULL_16 = 0xffff;

/** True for so many entries that the plain end record, with its 16-bit count, would lie. */
export function needsZip64(entries: number): boolean {
  return entries >= FULL_16;
}

/**
 * The central directory with zip64 end records in front of its plain end record (APPNOTE 4.3.14 to 4.3.16). fflate
 * writes none, and its plain record holds a wrong count beyond 65,535 entries. `directoryOffset` in bytes, below
 * 4 GiB as all of a module zip: no entry needs 64 bits of its own.
 */
export function endWithZip64(written: Uint8Array, entries: number, directoryOffset: number): Uint8Array {
  const directoryBytes = written.length - END_BYTES;
  const out = Buffer.alloc(written.length + END64_BYTES + LOCATOR64_BYTES);
  out.set(written.subarray(0, directoryBytes));
  const end64 = out.subarray(directoryBytes);
  end64.writeUInt32LE(0x06064b50, 0);
  end64.writeBigUInt64LE(BigInt(END64_BYTES - 12), 4);
  end64.writeUInt16LE(VERSION_45, 12);
  end64.writeUInt16LE(VERSION_45, 14);
  end64.writeBigUInt64LE(BigInt(entries), 24);
  end64.writeBigUInt64LE(BigInt(entries), 32);
  end64.writeBigUInt64LE(BigInt(directoryBytes), 40);
  end64.writeBigUInt64LE(BigInt(directoryOffset), 48);
  const locator = end64.subarray(END64_BYTES);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(directoryOffset + directoryBytes), 8);
  locator.writeUInt32LE(1, 16);
  const end = locator.subarray(LOCATOR64_BYTES);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(FULL_16, 8);
  end.writeUInt16LE(FULL_16, 10);
  end.writeUInt32LE(directoryBytes, 12);
  end.writeUInt32LE(directoryOffset, 16);
  return out;
}
