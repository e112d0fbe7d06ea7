import { ModwharfError } from "../base/errors.ts";
import { HASH_SIZE, type Hash, nodeHash } from "./hash.ts";
import { storedHashIndex } from "./stored-index.ts";
import { hashFromTile, subtreeHash, type Tile, tileForIndex, tilePath } from "./tile.ts";
import { completeSubtrees, type HashReader } from "./tree.ts";
import type { Tree } from "./tree-head.ts";

/** Reads tiles of one log, from a disk cache or a server. */
export interface TileReader {
  /** The height of all its tiles. */
  readonly height: number;
  /** The data of each tile, in order, each of exactly `width` hashes. What a server sent is not to be kept yet. */
  readTiles(tiles: readonly Tile[]): Promise<readonly Buffer[]>;
  /** Tells that data returned by readTiles was proven to be the log's, and may now be kept. */
  saveTiles(tiles: readonly Tile[], data: readonly Buffer[]): void | Promise<void>;
}

/**
 * Reads hashes out of tiles, each proven to belong to `tree` before it is returned: the tiles along the tree's
 * right edge must hash to the tree's own hash, every other tile to what its parent says of it.
 * Throws LOG_UNVERIFIED when they do not.
 */
export function tileHashReader(tree: Tree, tiles: TileReader): HashReader {
  // What was proven to belong to this tree once need not be read and proven again.
  const proven = new Map<string, Buffer>();
  return { readHashes: (indexes) => new AuthenticatedRead(tree, tiles, proven).read(indexes) };
}

/** One call of readHashes: the tiles it needs, parents before children, and where each stands. */
class AuthenticatedRead {
  readonly #tree: Tree;
  readonly #reader: TileReader;
  readonly #tiles: Tile[] = [];
  readonly #order = new Map<string, number>();
  readonly #proven: Map<string, Buffer>;
  #data: readonly Buffer[] = [];

  constructor(tree: Tree, reader: TileReader, proven: Map<string, Buffer>) {
    this.#tree = tree;
    this.#reader = reader;
    this.#proven = proven;
  }

  async read(indexes: readonly number[]): Promise<Hash[]> {
    if (indexes.length === 0) return [];
    const edge = completeSubtrees({ lo: 0, hi: this.#tree.size });
    for (const index of edge) this.#add(this.#tileOf(index));
    const edgeTiles = this.#tiles.length;
    for (const index of indexes) this.#plan(index);
    const isNew = this.#tiles.map((tile) => !this.#proven.has(tilePath(tile)));
    const fresh = this.#tiles.filter((_, i) => isNew[i]);
    const read = await this.#readAll(fresh);
    this.#data = this.#tiles.map((tile) => (read.get(tile) ?? this.#proven.get(tilePath(tile)))!);
    this.#checkLengths();
    if (isNew.slice(0, edgeTiles).includes(true)) this.#authenticateEdge(edge);
    this.#tiles.forEach((tile, i) => {
      if (i >= edgeTiles && isNew[i]) this.#authenticate(tile);
    });
    for (const [tile, data] of read) this.#proven.set(tilePath(tile), data);
    if (fresh.length > 0) await this.#reader.saveTiles([...read.keys()], [...read.values()]);
    return indexes.map((index) => this.#hash(index));
  }

  async #readAll(tiles: readonly Tile[]): Promise<Map<Tile, Buffer>> {
    const data = tiles.length === 0 ? [] : await this.#reader.readTiles(tiles);
    return new Map(tiles.map((tile, i) => [tile, data[i]!]));
  }

  #tileOf(index: number): Tile {
    // Its own width may be less; the tile as the tree has it is what the server keeps.
    return this.#ancestor(tileForIndex(this.#reader.height, index), 0)!;
  }

  /** The tile `generations` above, in its width for this tree; undefined above the top. */
  #ancestor(tile: Tile, generations: number): Tile | undefined {
    const { height } = tile;
    const level = tile.level + generations;
    const n = Math.floor(tile.n / 2 ** (generations * height));
    const hashes = Math.floor(this.#tree.size / 2 ** (level * height));
    const width = Math.min(2 ** height, hashes - n * 2 ** height);
    return width > 0 ? { height, level, n, width } : undefined;
  }

  #add(tile: Tile): void {
    const path = tilePath(tile);
    if (this.#order.has(path)) return;
    this.#order.set(path, this.#tiles.length);
    this.#tiles.push(tile);
  }

  /** Adds the tile of `index` and, before it, the ancestors that are needed to prove it. */
  #plan(index: number): void {
    if (index < 0 || index >= storedHashIndex(0, this.#tree.size)) {
      throw new ModwharfError("INTERNAL", `hash ${index} is not in a tree of ${this.#tree.size} records`);
    }
    const chain: Tile[] = [];
    const tile = this.#tileOf(index);
    let up: Tile | undefined = tile;
    while (up !== undefined && !this.#order.has(tilePath(up))) {
      chain.unshift(up);
      up = this.#ancestor(tile, chain.length);
    }
    for (const one of chain) this.#add(one);
  }

  #checkLengths(): void {
    this.#tiles.forEach((tile, i) => {
      if (this.#data[i]?.length !== tile.width * HASH_SIZE) {
        throw new ModwharfError("LOG_UNVERIFIED", "a tile has another length than it must have", {
          subject: tilePath(tile),
          expected: `${tile.width * HASH_SIZE} bytes`,
          actual: `${this.#data[i]?.length}`,
        });
      }
    });
  }

  #authenticateEdge(edge: readonly number[]): void {
    const hash = edge.map((index) => this.#hash(index)).reduceRight((right, left) => nodeHash(left, right));
    if (!hash.equals(this.#tree.hash)) throw inconsistent(this.#tiles[0]!);
  }

  #authenticate(tile: Tile): void {
    // A tile that is not on the edge is full, so it has a parent, which was added before it.
    const parent = this.#ancestor(tile, 1);
    const at = parent && this.#order.get(tilePath(parent));
    if (parent === undefined || at === undefined || tile.width !== 2 ** tile.height) {
      throw new ModwharfError("INTERNAL", "a tile was planned without its parent", {
        subject: tilePath(tile),
      });
    }
    const own = storedHashIndex(parent.level * parent.height, tile.n);
    const told = hashFromTile(parent, this.#data[at]!, own);
    if (!told.equals(subtreeHash(this.#dataOf(tile)))) throw inconsistent(tile);
  }

  #dataOf(tile: Tile): Buffer {
    return this.#data[this.#order.get(tilePath(tile))!]!;
  }

  #hash(index: number): Hash {
    const tile = this.#tileOf(index);
    return hashFromTile(tile, this.#dataOf(tile), index);
  }
}

function inconsistent(tile: Tile): ModwharfError {
  return new ModwharfError("LOG_UNVERIFIED", "downloaded inconsistent tile", {
    subject: tilePath(tile),
    expected: "tiles that hash to the signed tree",
    fix: "look for a proxy that alters what it serves; a damaged disk cache is mended by `go clean -modcache`",
  });
}
