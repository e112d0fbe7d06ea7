import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { ModwharfError } from "../../base/errors.ts";
import { errnoOf, readFileOrNothing } from "../../base/files.ts";
import { SumdbTiles, TILE_HEIGHT, type TileOps } from "../../sumdb/tiles.ts";
import type { Verifier } from "../../tlog/keys.ts";
import { openNote, verifierList } from "../../tlog/note.ts";
import { storedHashIndex } from "../../tlog/stored-index.ts";
import { tileHashReader } from "../../tlog/tile-hash-reader.ts";
import { treeHash } from "../../tlog/tree.ts";
import { parseRecord, parseTree, type Tree } from "../../tlog/tree-head.ts";

/** A record of a lookup is about this size; what is far larger is none. */
const MAX_FILE_BYTES = 64 * 1024;

/**
 * Sizes of the trees whose heads stand in a directory's lookups and are not proven, by its tiles, to be part of the
 * newest one there, or whose records are not. Who has seen both of two such heads (as a `go` that keeps the newest does)
 * refuses what carries the other one. `base` is the database's folder, `…/sumdb/NAME`; what is no lookup is left out.
 */
export async function unconnectedTrees(base: string, verifier: Verifier): Promise<number[]> {
  const lookups = await readLookups(base, verifier);
  const newest = [...lookups.keys()].reduce((a, b) => (b.size > a.size ? b : a), { size: 0 } as Tree);
  const reader = tileHashReader(newest, new SumdbTiles(verifier.name, tilesOf(base), TILE_HEIGHT));
  const unconnected: number[] = [];
  for (const [tree, ids] of lookups) {
    const isConnected = async () => {
      await reader.readHashes(ids.map((id) => storedHashIndex(0, id)));
      return tree === newest || (await treeHash(tree.size, reader)).equals(tree.hash);
    };
    // A missing tile and one that was altered are the same here: neither proves anything.
    if (!(await isConnected().catch(() => false))) unconnected.push(tree.size);
  }
  return unconnected.sort((a, b) => a - b);
}

/** The records in a directory's lookups, by the tree that they come with. */
async function readLookups(base: string, verifier: Verifier): Promise<Map<Tree, number[]>> {
  const byNote = new Map<string, { tree: Tree; ids: number[] }>();
  const dir = join(base, "lookup");
  for (const name of await namesBelow(dir)) {
    const file = readFileOrNothing(join(dir, name), MAX_FILE_BYTES);
    if (file === undefined) continue;
    try {
      const { id, rest } = parseRecord(file);
      const note = rest.toString("latin1");
      const known = byNote.get(note) ?? { tree: treeOf(rest, verifier), ids: [] };
      byNote.set(note, known);
      known.ids.push(id);
    } catch (error) {
      if (!(error instanceof ModwharfError)) throw error;
    }
  }
  return new Map([...byNote.values()].map(({ tree, ids }) => [tree, ids]));
}

function treeOf(note: Buffer, verifier: Verifier): Tree {
  return parseTree(openNote(note, verifierList(verifier)).text);
}

async function namesBelow(dir: string): Promise<string[]> {
  try {
    return await readdir(dir, { recursive: true });
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
}

/** The directory as the only place that tiles come from. */
function tilesOf(base: string): TileOps {
  return {
    readRemote: async (path: string) => {
      const tile = readFileOrNothing(join(base, ...path.split("/")), MAX_FILE_BYTES);
      if (tile !== undefined) return tile;
      throw new ModwharfError("REMOTE_NOT_FOUND", "there is no such tile", { subject: path });
    },
    readCache: async () => undefined,
    writeCache: async () => {},
  };
}
