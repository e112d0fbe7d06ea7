import { ModwharfError } from "../base/errors.ts";
import { HASH_SIZE, type Hash, nodeHashes } from "./hash.ts";
import { splitStoredHashIndex, storedHashIndex } from "./stored-index.ts";
import type { HashReader } from "./tree.ts";

/**
 * A tile: `width` consecutive hashes of one level of the tree, the unit that a log is served in. A tile of
 * height H at level L holds hashes of tree level H·L, from number n·2^H on; the H levels above follow from
 * them. With width 2^H a tile is full, else partial (golang.org/x/mod/sumdb/tlog).
 */
export interface Tile {
  /** 1…30; checksum databases use 8. */
  readonly height: number;
  /** 0…63, or -1 for the records themselves. */
  readonly level: number;
  /** From 0, counted in full tiles. */
  readonly n: number;
  /** 1…2^height. */
  readonly width: number;
}

/** Where a stored hash stands: its tile, of the least width that holds it, and the bytes it is made of. */
interface Place {
  readonly tile: Tile;
  readonly start: number;
  readonly end: number;
}

function placeOf(height: number, index: number): Place {
  const { level: treeLevel, n: number } = splitStoredHashIndex(index);
  const level = Math.floor(treeLevel / height);
  // Each hash that is not at the tile's own level is made of 2^above neighbours there.
  const span = 2 ** (treeLevel - level * height);
  const n = Math.floor((number * span) / 2 ** height);
  const first = number * span - n * 2 ** height;
  const tile = { height, level, n, width: first + span };
  return { tile, start: first * HASH_SIZE, end: (first + span) * HASH_SIZE };
}

/** The tile of `height`, and of the least width, that holds the stored hash `index`. */
export function tileForIndex(height: number, index: number): Tile {
  return placeOf(height, index).tile;
}

/**
 * The stored hash `index` out of a tile's data, which holds at least `tile.width` hashes.
 * Throws LOG_UNVERIFIED when the data is too short and INTERNAL when the tile is another one.
 */
export function hashFromTile(tile: Tile, data: Buffer, index: number): Hash {
  if (data.length < tile.width * HASH_SIZE) {
    throw new ModwharfError("LOG_UNVERIFIED", "a tile is too short", {
      subject: tilePath(tile),
      expected: `${tile.width * HASH_SIZE} bytes`,
      actual: `${data.length}`,
    });
  }
  const place = placeOf(tile.height, index);
  if (tile.level !== place.tile.level || tile.n !== place.tile.n || tile.width < place.tile.width) {
    throw new ModwharfError("INTERNAL", `hash ${index} is in another tile`, {
      expected: tilePath(place.tile),
      actual: tilePath(tile),
    });
  }
  return subtreeHash(data.subarray(place.start, place.end));
}

/** The root over a power of two of hashes that stand side by side. */
export function subtreeHash(data: Buffer): Hash {
  return data.length === HASH_SIZE ? data : subtreeHash(nodeHashes(data));
}

/** The tiles to publish when a log grows from `oldSize` to `newSize` records; partial ones with their new width. */
export function newTiles(height: number, oldSize: number, newSize: number): Tile[] {
  const full = 2 ** height;
  const tiles: Tile[] = [];
  for (let level = 0; Math.floor(newSize / full ** level) > 0; level++) {
    const oldHashes = Math.floor(oldSize / full ** level);
    const newHashes = Math.floor(newSize / full ** level);
    if (oldHashes === newHashes) continue;
    const last = Math.floor(newHashes / full);
    for (let n = Math.floor(oldHashes / full); n < last; n++) tiles.push({ height, level, n, width: full });
    if (newHashes % full > 0) tiles.push({ height, level, n: last, width: newHashes % full });
  }
  return tiles;
}

/** The content of a hash tile: its hashes one after the other. */
export async function readTileData(tile: Tile, reader: HashReader): Promise<Buffer> {
  const first = tile.n * 2 ** tile.height;
  const indexes = Array.from({ length: tile.width }, (_, i) =>
    storedHashIndex(tile.height * tile.level, first + i),
  );
  return Buffer.concat(await reader.readHashes(indexes));
}

/** Numbers are written three digits at a time, so that no folder has more than some 3,000 entries. */
const PATH_BASE = 1000;

/** `tile/H/L/NNN`, with `.p/W` when partial, `data` for level -1, and larger numbers as `x001/x234/067`. */
export function tilePath({ height, level, n, width }: Tile): string {
  let digits = String(n % PATH_BASE).padStart(3, "0");
  for (let rest = Math.floor(n / PATH_BASE); rest > 0; rest = Math.floor(rest / PATH_BASE)) {
    digits = `x${String(rest % PATH_BASE).padStart(3, "0")}/${digits}`;
  }
  const partial = width === 2 ** height ? "" : `.p/${width}`;
  return `tile/${height}/${level === -1 ? "data" : level}/${digits}${partial}`;
}

/** Parses what tilePath writes, and only that. Throws REMOTE_BAD_ANSWER. */
export function parseTilePath(path: string): Tile {
  const match = /^tile\/(\d+)\/(\d+|data)\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d+))?$/.exec(path);
  if (match !== null) {
    const height = Number(match[1]);
    const level = match[2] === "data" ? -1 : Number(match[2]);
    const n = Number(match[3]!.replace(/[x/]/g, ""));
    const width = match[4] === undefined ? 2 ** height : Number(match[4]);
    const tile = { height, level, n, width };
    const inRange = height >= 1 && height <= 30 && width >= 1 && width <= 2 ** height;
    // A number has one spelling: no leading zeros, no partial tile of full width.
    if (inRange && Number.isSafeInteger(n) && tilePath(tile) === path) return tile;
  }
  throw new ModwharfError("REMOTE_BAD_ANSWER", "malformed tile path", { subject: path.slice(0, 200) });
}
