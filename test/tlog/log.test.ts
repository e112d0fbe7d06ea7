import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { EMPTY_TREE_HASH, formatHash, type Hash, parseHash, recordHash } from "../../src/tlog/hash.ts";
import { checkRecord, checkTree, proveRecord, proveTree } from "../../src/tlog/proof.ts";
import { splitStoredHashIndex, storedHashCount, storedHashIndex } from "../../src/tlog/stored-index.ts";
import { hashFromTile, tileForIndex, tilePath } from "../../src/tlog/tile.ts";
import { tileHashReader } from "../../src/tlog/tile-hash-reader.ts";
import { treeHash } from "../../src/tlog/tree.ts";
import { MemoryLog, MemoryTiles } from "../support/memory-log.ts";

const SIZES = 70;

/** RFC 6962, section 2.1, word for word. */
function rfc6962(records: readonly string[]): Hash {
  const sha = (...parts: (Buffer | string)[]) => {
    const hash = createHash("sha256");
    for (const part of parts) hash.update(part);
    return hash.digest();
  };
  if (records.length === 0) return sha();
  if (records.length === 1) return sha("\0", records[0]!);
  let k = 1;
  while (k * 2 < records.length) k *= 2;
  return sha("\x01", rfc6962(records.slice(0, k)), rfc6962(records.slice(k)));
}

const records = Array.from({ length: SIZES }, (_, i) => `record ${i}`);

async function grown(height = 2): Promise<MemoryLog> {
  const log = new MemoryLog(height);
  for (const record of records) await log.add(record);
  return log;
}

function flipped(proof: readonly Hash[], at: number): Hash[] {
  return proof.map((hash, i) => {
    const copy = Buffer.from(hash);
    if (i === at) copy[0]! ^= 1;
    return copy;
  });
}

test("tree hashes are those of RFC 6962 for every size", async () => {
  const log = await grown();
  expect(log.hashes.length).toBe(storedHashCount(SIZES));
  for (let size = 0; size <= SIZES; size++) {
    expect((await log.tree(size)).hash).toEqual(rfc6962(records.slice(0, size)));
  }
  expect(EMPTY_TREE_HASH).toEqual(rfc6962([]));
});

test("hash indexes are the order of writing, also beyond 32 bits", () => {
  for (let level = 0; level < 10; level++) {
    for (let n = 0; n < 100; n++) {
      expect(splitStoredHashIndex(storedHashIndex(level, n))).toEqual({ level, n });
    }
  }
  for (const [level, n] of [
    [0, 2 ** 40 + 12345],
    [7, 2 ** 40 - 1],
    [0, 2 ** 52 - 1],
    [52, 0],
    [30, 2 ** 21 + 3],
  ] as const) {
    const index = storedHashIndex(level, n);
    expect(Number.isSafeInteger(index)).toBe(true);
    expect(splitStoredHashIndex(index)).toEqual({ level, n });
  }
});

test("every record is provable in every tree, and no altered proof is accepted", async () => {
  const log = await grown();
  for (let size = 1; size <= SIZES; size += 3) {
    const tree = await log.tree(size);
    for (let n = 0; n < size; n++) {
      const record = { n, hash: recordHash(records[n]!) };
      const proof = await proveRecord(size, n, log);
      checkRecord(proof, tree, record);
      proof.forEach((_, i) => {
        expect(() => checkRecord(flipped(proof, i), tree, record)).toThrow(/invalid transparency proof/);
      });
      expect(() => checkRecord([...proof, tree.hash], tree, record)).toThrow(/invalid/);
      if (size > 1) expect(() => checkRecord(proof.slice(1), tree, record)).toThrow(/invalid/);
      expect(() => checkRecord(proof, tree, { n, hash: recordHash("else") })).toThrow(/invalid/);
    }
  }
});

test("every earlier tree is provable in every tree, and no altered proof is accepted", async () => {
  const log = await grown();
  for (let size = 1; size <= SIZES; size += 3) {
    const tree = await log.tree(size);
    for (let older = 1; older <= size; older++) {
      const oldTree = await log.tree(older);
      const proof = await proveTree(size, older, log);
      checkTree(proof, tree, oldTree);
      proof.forEach((_, i) => {
        expect(() => checkTree(flipped(proof, i), tree, oldTree)).toThrow(/invalid transparency proof/);
      });
      expect(() => checkTree([...proof, tree.hash], tree, oldTree)).toThrow(/invalid/);
      expect(() => checkTree(proof, tree, { size: older, hash: recordHash("else") })).toThrow(/invalid/);
    }
  }
});

test("proofs outside the tree are refused, not computed", async () => {
  const log = await grown();
  const tree = await log.tree();
  await expect(proveRecord(3, 3, log)).rejects.toThrow(/outside the tree/);
  await expect(proveTree(3, 4, log)).rejects.toThrow(/outside the tree/);
  expect(() => checkRecord([], tree, { n: -1, hash: tree.hash })).toThrow(/outside/);
  expect(() => checkTree([], tree, { size: 0, hash: tree.hash })).toThrow(/outside/);
});

test("each stored hash is in the tile that its index names", async () => {
  for (const height of [1, 2, 3, 8]) {
    const log = await grown(height);
    log.hashes.forEach((hash, index) => {
      const tile = tileForIndex(height, index);
      expect(hashFromTile(tile, log.tiles.get(tilePath(tile))!, index)).toEqual(hash);
    });
  }
});

test("hashes read through tiles are those of the tree, for every size, and all tiles are kept", async () => {
  const log = await grown();
  for (let size = 1; size <= SIZES; size++) {
    const tiles = new MemoryTiles(log);
    const reader = tileHashReader(await log.tree(size), tiles);
    for (let n = 0; n < size; n++) {
      expect(await reader.readHashes([storedHashIndex(0, n)])).toEqual([recordHash(records[n]!)]);
      expect(await treeHash(n + 1, reader)).toEqual((await log.tree(n + 1)).hash);
    }
    await expect(reader.readHashes([storedHashIndex(0, size)])).rejects.toThrow(/not in a tree/);
    expect(tiles.saved).toEqual(tiles.read);
  }
});

test("one altered byte in any tile is noticed before anything is kept", async () => {
  const log = await grown();
  const tree = await log.tree();
  const used = new MemoryTiles(log);
  const all = records.map((_, n) => storedHashIndex(0, n));
  await tileHashReader(tree, used).readHashes(all);
  for (const path of used.read) {
    const bad = log.fork();
    const data = Buffer.from(log.tiles.get(path)!);
    data[data.length - 1]! ^= 1;
    bad.tiles.set(path, data);
    const tiles = new MemoryTiles(bad);
    await expect(tileHashReader(tree, tiles).readHashes(all)).rejects.toMatchObject({
      code: "LOG_UNVERIFIED",
    });
    expect(tiles.saved.size).toBe(0);
  }
});

test("tiles of a wrong length are refused", async () => {
  const log = await grown();
  const tree = await log.tree();
  for (const change of [(data: Buffer) => data.subarray(32), (data: Buffer) => Buffer.concat([data, data])]) {
    const bad = log.fork();
    for (const [path, data] of log.tiles) bad.tiles.set(path, change(data));
    const read = tileHashReader(tree, new MemoryTiles(bad)).readHashes([0]);
    await expect(read).rejects.toThrow(/another length/);
  }
});

test("hashes have one form", () => {
  const hash = recordHash("hello world");
  expect(parseHash(formatHash(hash))).toEqual(hash);
  for (const bad of ["", "AAAA", `${formatHash(hash)}AAAA`, formatHash(hash).replace("=", "")]) {
    expect(() => parseHash(bad)).toThrow(/malformed hash/);
  }
});
