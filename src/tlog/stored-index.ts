/**
 * The order in which a growing log stores its hashes: each record's hash, followed at once by the hashes of
 * the subtrees that it completes. A hash is named by its level (0 = records) and its number n within the
 * level, or by its position in this order, its *index* (golang.org/x/mod/sumdb/tlog, StoredHashIndex).
 *
 * All numbers here and in the rest of tlog/ are JavaScript numbers, and exact: a tree has at most
 * MAX_TREE_SIZE records, so every index is below 2^53. The public checksum database, at some 10^8 records
 * after seven years, stays a factor of 10^7 below. Because of the 32-bit limit of JavaScript's bit operators
 * the arithmetic multiplies and divides by powers of two, which is exact too.
 */
export const MAX_TREE_SIZE = 2 ** 52;

/** The index of the n'th hash at `level`. */
export function storedHashIndex(level: number, n: number): number {
  // The last record below that node; its hash is followed by those of the subtrees that it completes.
  const last = (n + 1) * 2 ** level - 1;
  // Record k is preceded by k records and by floor(k/2) + floor(k/4) + … = k - popcount(k) inner hashes.
  return 2 * last - ones(last) + level;
}

/** The level and number of the hash at `index`: the inverse of storedHashIndex. */
export function splitStoredHashIndex(index: number): { level: number; n: number } {
  // The record written last before or at `index`; at most 53 steps above half of it, since 2k - index = popcount(k).
  let record = Math.floor(index / 2);
  let at = storedHashIndex(0, record);
  for (;;) {
    const next = at + 1 + trailingZeros(record + 1);
    if (next > index) break;
    record++;
    at = next;
  }
  const level = index - at;
  return { level, n: Math.floor(record / 2 ** level) };
}

/** How many hashes a log of `size` records stores. */
export function storedHashCount(size: number): number {
  return size === 0 ? 0 : storedHashIndex(0, size - 1) + 1 + trailingZeros(size);
}

/** The number of zero bits below the lowest one bit of n > 0. */
export function trailingZeros(n: number): number {
  let zeros = 0;
  for (let rest = n; rest % 2 === 0; rest /= 2) zeros++;
  return zeros;
}

function ones(n: number): number {
  let count = 0;
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

/** The largest power of two that is below n > 1, with its exponent. */
export function powerBelow(n: number): { power: number; exponent: number } {
  let exponent = 0;
  while (2 ** (exponent + 1) < n) exponent++;
  return { power: 2 ** exponent, exponent };
}
