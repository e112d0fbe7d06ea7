import { type Hash, recordHash } from "../../src/tlog/hash.ts";
import { newTiles, readTileData, type Tile, tilePath } from "../../src/tlog/tile.ts";
import type { TileReader } from "../../src/tlog/tile-hash-reader.ts";
import { type HashReader, storedHashes, treeHash } from "../../src/tlog/tree.ts";
import type { Tree } from "../../src/tlog/tree-head.ts";

/** A transparency log in memory: grows record by record and publishes its tiles, old partial ones kept. */
export class MemoryLog implements HashReader {
  readonly hashes: Hash[] = [];
  readonly tiles = new Map<string, Buffer>();
  readonly height: number;
  size = 0;

  constructor(height: number) {
    this.height = height;
  }

  async add(data: string): Promise<number> {
    const id = this.size++;
    this.hashes.push(...(await storedHashes(id, recordHash(data), this)));
    for (const tile of newTiles(this.height, id, this.size)) {
      this.tiles.set(tilePath(tile), await readTileData(tile, this));
    }
    return id;
  }

  async tree(size = this.size): Promise<Tree> {
    return { size, hash: await treeHash(size, this) };
  }

  async readHashes(indexes: readonly number[]): Promise<Hash[]> {
    return indexes.map((index) => this.hashes[index]!);
  }

  /** A log with the same history so far, which then goes its own way. */
  fork(): MemoryLog {
    const copy = new MemoryLog(this.height);
    copy.hashes.push(...this.hashes);
    for (const [path, data] of this.tiles) copy.tiles.set(path, data);
    copy.size = this.size;
    return copy;
  }
}

/** Reads the tiles of a log and counts which it was told to keep. */
export class MemoryTiles implements TileReader {
  readonly height: number;
  readonly saved = new Set<string>();
  readonly read = new Set<string>();
  readonly #tiles: ReadonlyMap<string, Buffer>;

  constructor(log: MemoryLog) {
    this.height = log.height;
    this.#tiles = log.tiles;
  }

  async readTiles(tiles: readonly Tile[]): Promise<Buffer[]> {
    return tiles.map((tile) => {
      this.read.add(tilePath(tile));
      return this.#tiles.get(tilePath(tile))!;
    });
  }

  saveTiles(tiles: readonly Tile[]): void {
    for (const tile of tiles) this.saved.add(tilePath(tile));
  }
}
