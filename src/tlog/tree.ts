import { ModwharfError } from "../base/errors.ts";
import { EMPTY_TREE_HASH, type Hash, nodeHash } from "./hash.ts";
import { powerBelow, storedHashIndex, trailingZeros } from "./stored-index.ts";

/** Reads stored hashes by their index; the result has the order and the length of `indexes`. */
export interface HashReader {
  readHashes(indexes: readonly number[]): Promise<readonly Hash[]>;
}

/** The records from `lo` up to, not including, `hi`. */
export interface RecordRange {
  readonly lo: number;
  readonly hi: number;
}

/**
 * The hashes to store for record number n, beginning at index storedHashIndex(0, n): its own and those of the
 * subtrees that it completes. Reads at most log2(n) earlier ones.
 */
export async function storedHashes(n: number, hash: Hash, reader: HashReader): Promise<Hash[]> {
  const completed = trailingZeros(n + 1);
  const levels = Array.from({ length: completed }, (_, level) => level);
  // The left siblings, highest first, since that is the order of their indexes.
  const siblings = levels.map((level) => storedHashIndex(level, Math.floor(n / 2 ** level) - 1)).reverse();
  const left = [...(await readExactly(reader, siblings))].reverse();
  const hashes = [hash];
  for (const level of levels) hashes.push(nodeHash(left[level]!, hashes[level]!));
  return hashes;
}

/** The hash of the tree of the first `size` records (RFC 6962, section 2.1). */
export async function treeHash(size: number, reader: HashReader): Promise<Hash> {
  if (size === 0) return EMPTY_TREE_HASH;
  const [hash] = await rangeHashes([{ lo: 0, hi: size }], reader);
  return hash!;
}

/** The hash of each range, with one call of the reader. The ranges are subtrees of one tree. */
export async function rangeHashes(ranges: readonly RecordRange[], reader: HashReader): Promise<Hash[]> {
  const parts = ranges.map(completeSubtrees);
  const hashes = await readExactly(reader, parts.flat());
  let at = 0;
  return parts.map((part) => {
    const mine = hashes.slice(at, at + part.length);
    at += part.length;
    return mine.reduceRight((right, left) => nodeHash(left, right));
  });
}

/** The indexes of the complete subtrees that make up a range, from left to right, so from large to small. */
export function completeSubtrees({ lo, hi }: RecordRange): number[] {
  const indexes: number[] = [];
  for (let start = lo; start < hi; ) {
    const { power, exponent } = powerBelow(hi - start + 1);
    indexes.push(storedHashIndex(exponent, start / power));
    start += power;
  }
  return indexes;
}

async function readExactly(reader: HashReader, indexes: readonly number[]): Promise<readonly Hash[]> {
  if (indexes.length === 0) return [];
  const hashes = await reader.readHashes(indexes);
  if (hashes.length !== indexes.length) {
    throw new ModwharfError("INTERNAL", "a hash reader returned another number of hashes", {
      expected: `${indexes.length}`,
      actual: `${hashes.length}`,
    });
  }
  return hashes;
}
