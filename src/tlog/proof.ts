import { ModwharfError } from "../base/errors.ts";
import { type Hash, nodeHash } from "./hash.ts";
import { powerBelow } from "./stored-index.ts";
import { type HashReader, type RecordRange, rangeHashes } from "./tree.ts";

/** One turn on the way down from the root: the side that is not taken, and where it stands. */
interface Turn {
  readonly sibling: RecordRange;
  readonly siblingIs: "left" | "right";
}

interface Path {
  /** From the leaf's end up to the root. */
  readonly turns: readonly Turn[];
  /** Where the way down ended. */
  readonly end: RecordRange;
}

/**
 * Proves that record number n is in the tree of `size` records: the hashes of the sides not taken on the way
 * from the record to the root, nearest first (RFC 6962's audit path).
 */
export async function proveRecord(size: number, n: number, reader: HashReader): Promise<Hash[]> {
  checkRange(0 <= n && n < size, "proveRecord");
  return await rangeHashesInOrder(recordPath(size, n), reader);
}

/** Throws LOG_UNVERIFIED unless `proof` shows that the tree has `hash` as its record number n. */
export function checkRecord(
  proof: readonly Hash[],
  tree: { size: number; hash: Hash },
  record: { n: number; hash: Hash },
): void {
  checkRange(0 <= record.n && record.n < tree.size, "checkRecord");
  const { turns } = recordPath(tree.size, record.n);
  if (proof.length !== turns.length) throw failed();
  const root = turns.reduce((hash, { siblingIs }, i) => join(hash, proof[i]!, siblingIs), record.hash);
  if (!root.equals(tree.hash)) throw failed();
}

/** Proves that the tree of `older` records is a prefix of that of `size` records (RFC 6962's consistency proof). */
export async function proveTree(size: number, older: number, reader: HashReader): Promise<Hash[]> {
  checkRange(1 <= older && older <= size, "proveTree");
  const path = treePath(size, older);
  return await rangeHashesInOrder(path, reader, path.end.lo === 0 ? [] : [path.end]);
}

/** Throws LOG_UNVERIFIED unless `proof` shows that `older` is a prefix of `tree`. */
export function checkTree(
  proof: readonly Hash[],
  tree: { size: number; hash: Hash },
  older: { size: number; hash: Hash },
): void {
  checkRange(1 <= older.size && older.size <= tree.size, "checkTree");
  const { turns, end } = treePath(tree.size, older.size);
  // Where the way ends at the first record, the older tree itself stands there, and its hash is known.
  const start = end.lo === 0 ? [older.hash, ...proof] : [...proof];
  if (start.length !== turns.length + 1) throw failed();
  let oldRoot = start[0]!;
  let newRoot = start[0]!;
  turns.forEach(({ siblingIs }, i) => {
    const sibling = start[i + 1]!;
    if (siblingIs === "left") oldRoot = nodeHash(sibling, oldRoot);
    newRoot = join(newRoot, sibling, siblingIs);
  });
  if (!oldRoot.equals(older.hash) || !newRoot.equals(tree.hash)) throw failed();
}

function recordPath(size: number, n: number): Path {
  return descend(
    size,
    (middle) => n < middle,
    ({ lo, hi }) => lo + 1 === hi,
  );
}

function treePath(size: number, older: number): Path {
  return descend(
    size,
    (middle) => older <= middle,
    ({ hi }) => hi === older,
  );
}

function descend(
  size: number,
  goesLeft: (middle: number) => boolean,
  ends: (at: RecordRange) => boolean,
): Path {
  const turns: Turn[] = [];
  let at: RecordRange = { lo: 0, hi: size };
  while (!ends(at)) {
    const middle = at.lo + powerBelow(at.hi - at.lo).power;
    const left = { lo: at.lo, hi: middle };
    const right = { lo: middle, hi: at.hi };
    const toLeft = goesLeft(middle);
    turns.unshift(toLeft ? { sibling: right, siblingIs: "right" } : { sibling: left, siblingIs: "left" });
    at = toLeft ? left : right;
  }
  return { turns, end: at };
}

/** The hashes of `before` and of the path's siblings, read in rising order, which readers serve fastest. */
async function rangeHashesInOrder(
  { turns }: Path,
  reader: HashReader,
  before: readonly RecordRange[] = [],
): Promise<Hash[]> {
  const ranges = [...before, ...turns.map(({ sibling }) => sibling)];
  const rising = [...ranges].sort((a, b) => a.lo - b.lo);
  const hashes = await rangeHashes(rising, reader);
  return ranges.map((range) => hashes[rising.indexOf(range)]!);
}

function join(hash: Hash, sibling: Hash, siblingIs: "left" | "right"): Hash {
  return siblingIs === "left" ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
}

function failed(): ModwharfError {
  return new ModwharfError("LOG_UNVERIFIED", "invalid transparency proof");
}

function checkRange(holds: boolean, caller: string): void {
  if (!holds) throw new ModwharfError("INTERNAL", `${caller} was asked about a record outside the tree`);
}
