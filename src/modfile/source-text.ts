import { compareBytewise, isWellFormed } from "../base/bytewise.ts";

/**
 * go.mod files are bytes, and Go keeps bytes that are not UTF-8 as they are. Here such a byte 0x80…0xFF becomes
 * the lone low surrogate U+DC80…U+DCFF (the scheme of Python's PEP 383), which no valid text contains, so that
 * tokens are ordinary strings and printing still gives back the very bytes.
 */
const escapeBase = 0xdc00;

const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** True for the code unit that stands for one byte that is not UTF-8, when it is not half of a pair. */
export function isEscapedByte(unit: number): boolean {
  return unit >= 0xdc80 && unit <= 0xdcff;
}

/** The text of a file, bytes that are not UTF-8 escaped. A byte order mark stays; strings come back unchanged. */
export function decodeSource(input: Uint8Array | string): string {
  if (typeof input === "string") return isWellFormed(input) ? input : decodeBytes(encodeSource(input));
  return decodeBytes(input);
}

function decodeBytes(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return decodeBroken(bytes);
  }
}

/** Valid stretches are decoded whole; each byte that starts no valid sequence is escaped alone, as Go's DecodeRune. */
function decodeBroken(bytes: Uint8Array): string {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < bytes.length; ) {
    const size = sequenceSize(bytes, at);
    if (size === 0) {
      if (start < at) parts.push(strictDecoder.decode(bytes.subarray(start, at)));
      parts.push(String.fromCharCode(escapeBase + bytes[at]!));
      start = at + 1;
    }
    at += size || 1;
  }
  parts.push(strictDecoder.decode(bytes.subarray(start)));
  return parts.join("");
}

/** The length in bytes of the valid UTF-8 sequence at `at`; 0 when there is none (RFC 3629, table 3-7 of Unicode). */
function sequenceSize(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  const size = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (size === 0 || at + size > bytes.length) return 0;
  const second = bytes[at + 1]!;
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 0;
  for (let i = 2; i < size; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return 0;
  return size;
}

/** The bytes of a text: the inverse of `decodeSource`. A surrogate that is no escape becomes U+FFFD. */
export function encodeSource(text: string): Uint8Array {
  if (isWellFormed(text)) return Buffer.from(text, "utf8");
  const parts: Buffer[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit <= 0xdbff && isLowSurrogate(text.charCodeAt(at + 1))) at++;
    else if (isEscapedByte(unit)) {
      parts.push(Buffer.from(text.slice(start, at), "utf8"), Buffer.from([unit - escapeBase]));
      start = at + 1;
    }
  }
  parts.push(Buffer.from(text.slice(start), "utf8"));
  return Buffer.concat(parts);
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** The order of the bytes that two texts stand for, which is the order of Go's strings. */
export function compareSource(a: string, b: string): number {
  if (isWellFormed(a) && isWellFormed(b)) return compareBytewise(a, b);
  return Buffer.compare(encodeSource(a), encodeSource(b));
}
