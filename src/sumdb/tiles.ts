import { HASH_SIZE } from "../tlog/hash.ts";
import { type Tile, tilePath } from "../tlog/tile.ts";
import type { TileReader } from "../tlog/tile-hash-reader.ts";
import type { SumdbOps } from "./ops.ts";

/** What tiles need of the outside world. */
export type TileOps = Pick<SumdbOps, "readRemote" | "readCache" | "writeCache">;

/** The height of a checksum database's tiles: 256 hashes in a full one. */
export const TILE_HEIGHT = 8;

/**
 * Tiles out of the disk cache, else from the database; each is read once. Only proven tiles are kept on disk, so a
 * part of a cached full tile is as good as the partial tile.
 */
export class SumdbTiles implements TileReader {
  readonly height: number;
  readonly #name: string;
  readonly #ops: TileOps;
  readonly #read = new Map<string, Promise<Buffer>>();
  readonly #kept = new Set<string>();

  constructor(name: string, ops: TileOps, height = TILE_HEIGHT) {
    this.height = height;
    this.#name = name;
    this.#ops = ops;
  }

  async readTiles(tiles: readonly Tile[]): Promise<Buffer[]> {
    return await Promise.all(tiles.map((tile) => this.#once(tile)));
  }

  async saveTiles(tiles: readonly Tile[], data: readonly Buffer[]): Promise<void> {
    const fresh = tiles.map(tilePath).map((path, i) => ({ path, data: data[i]! }));
    const unsaved = fresh.filter(({ path }) => !this.#kept.has(path));
    for (const { path } of unsaved) this.#kept.add(path);
    await Promise.all(unsaved.map(({ path, data }) => this.#ops.writeCache(`${this.#name}/${path}`, data)));
  }

  #once(tile: Tile): Promise<Buffer> {
    const path = tilePath(tile);
    let reading = this.#read.get(path);
    if (reading === undefined) {
      reading = this.#load(tile, path);
      this.#read.set(path, reading);
      reading.catch(() => this.#read.delete(path));
    }
    return reading;
  }

  async #load(tile: Tile, path: string): Promise<Buffer> {
    const full = { ...tile, width: 2 ** tile.height };
    const fullPath = tilePath(full);
    const candidates = fullPath === path ? [path] : [path, fullPath];
    for (const candidate of candidates) {
      const data = await this.#ops.readCache(`${this.#name}/${candidate}`);
      if (data === undefined) continue;
      this.#kept.add(path);
      return beginning(data, tile);
    }
    try {
      return await this.#ops.readRemote(`/${path}`);
    } catch (error) {
      // A partial tile may be gone once the full one is there. The full one is not kept: only its beginning
      // is about to be proven. When that fails too, the first error is the one that says something.
      if (fullPath === path) throw error;
      const data = await this.#ops.readRemote(`/${fullPath}`).catch(() => undefined);
      if (data === undefined) throw error;
      return beginning(data, tile);
    }
  }
}

/** The first hashes of a tile; too few are noticed by the reader, which checks the length. */
function beginning(data: Buffer, tile: Tile): Buffer {
  return data.subarray(0, tile.width * HASH_SIZE);
}
