import { isWellFormed } from "../base/bytewise.ts";
import { decodeSource, encodeSource } from "../modfile/source-text.ts";

/*
 * File names are bytes on Linux and in zips, and Go hashes those bytes. Here a name is a string in which each byte
 * outside of valid UTF-8 is a lone surrogate (U+DC80…U+DCFF), so that no name is lost and two names never become
 * one. Every path check refuses such a name as not UTF-8.
 */

/** The string form of a file name's bytes; `encodeName` is its inverse. */
export function decodeName(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  // U+FFFD stands in the bytes themselves or, far more often, for bytes that are not UTF-8.
  return text.includes("\ufffd") ? decodeSource(bytes) : text;
}

/** The bytes of a name that `decodeName` or a caller with an ordinary string made. */
export function encodeName(name: string): Buffer {
  return isWellFormed(name) ? Buffer.from(name, "utf8") : Buffer.from(encodeSource(name));
}

/** What node:fs takes as the path of a name: the string itself, or its bytes when they are not UTF-8. */
export function fsPath(path: string): string | Buffer {
  return isWellFormed(path) ? path : encodeName(path);
}

/** True when every UTF-16 unit stands below the surrogates: there JavaScript's order is the order of the bytes. */
const PLAIN = /^[\0-\ud7ff]*$/;

/** Sorts names in place by their bytes, as Go's slices.Sort does, and returns them. */
export function sortNames(names: string[]): string[] {
  if (names.every((name) => PLAIN.test(name))) return names.sort();
  const keyed = names.map((name) => ({ name, bytes: encodeName(name) }));
  keyed.sort((a, b) => Buffer.compare(a.bytes, b.bytes));
  keyed.forEach(({ name }, i) => {
    names[i] = name;
  });
  return names;
}
