import { compareBytewise } from "../base/bytewise.ts";
import { ModwharfError } from "../base/errors.ts";
import { escapePath, escapeVersion } from "../module/escape.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import { SumdbClient, type SumdbHashes } from "../sumdb/client.ts";
import type { SumdbOps } from "../sumdb/ops.ts";
import { SumdbTiles, TILE_HEIGHT } from "../sumdb/tiles.ts";
import type { Verifier } from "../tlog/keys.ts";
import { openNote, verifierList } from "../tlog/note.ts";
import { storedHashIndex } from "../tlog/stored-index.ts";
import { tilePath } from "../tlog/tile.ts";
import { type TileReader, tileHashReader } from "../tlog/tile-hash-reader.ts";
import { treeHash } from "../tlog/tree.ts";
import { formatRecord, type LogRecord, parseRecord, parseTree, type Tree } from "../tlog/tree-head.ts";
import type { HashDatabase } from "./vouch.ts";

export interface DatabaseOptions {
  readonly verifier: Verifier;
  readonly ops: SumdbOps;
  /** Default 8; others are for tests. */
  readonly tileHeight?: number;
}

/** What a client has seen before: a signed tree head, and the records that it was given with it. */
export interface Earlier {
  readonly head: Buffer;
  readonly ids: readonly number[];
}

/** A signed tree head. */
interface Head {
  readonly tree: Tree;
  readonly note: Buffer;
}

/** What of a checksum database a machine without a network needs, to check some records by itself. */
export interface DatabaseExcerpt {
  readonly name: string;
  /** The signed tree head that all lookups carry. */
  readonly head: Buffer;
  /** By escaped `path@version`. */
  readonly lookups: ReadonlyMap<string, Buffer>;
  /** By path, `tile/8/…`. */
  readonly tiles: ReadonlyMap<string, Buffer>;
}

/** A checksum database that keeps what it was asked, so that an excerpt can be made of it. */
export class Database implements HashDatabase {
  readonly name: string;
  readonly #verifier: Verifier;
  readonly #tileHeight: number;
  readonly #ops: SumdbOps;
  readonly #client: SumdbClient;
  /** Lookups and tiles, of the disk cache and proven ones; by `<name>/lookup/…` and `<name>/tile/…`. */
  readonly #known = new Map<string, Buffer>();

  constructor({ verifier, ops, tileHeight = TILE_HEIGHT }: DatabaseOptions) {
    this.name = verifier.name;
    this.#verifier = verifier;
    this.#tileHeight = tileHeight;
    this.#ops = {
      readRemote: (path) => ops.readRemote(path),
      readLatest: (file) => ops.readLatest(file),
      replaceLatest: (file, old, next) => ops.replaceLatest(file, old, next),
      readCache: async (file) => {
        const known = this.#known.get(file) ?? (await ops.readCache(file));
        if (known !== undefined) this.#known.set(file, known);
        return known;
      },
      writeCache: async (file, data) => {
        this.#known.set(file, data);
        await ops.writeCache(file, data);
      },
    };
    // GONOSUMDB is the caller's to judge: toolchains are looked up in spite of it.
    this.#client = new SumdbClient({ verifier, ops: this.#ops, tileHeight });
  }

  hashes(module: ModuleVersion): Promise<SumdbHashes> {
    return this.#client.hashes(module);
  }

  /**
   * The records of module versions, whose `hashes` were asked before, with one signed tree head and all tiles that
   * prove them in it. Every lookup carries the same head, the newest that was seen: a client then needs no tiles to
   * compare heads with each other, in whatever order it asks. For clients that have `earlier` excerpts, there are also
   * the tiles that prove those heads and records in this tree.
   *
   * Throws LOG_FORKED when an earlier head is no part of this history, and what reading tiles throws.
   */
  async excerpt(
    modules: readonly ModuleVersion[],
    earlier: readonly Earlier[] = [],
  ): Promise<DatabaseExcerpt> {
    const records = new Map(modules.map((module) => [lookupKey(module), this.#recordOf(module)]));
    const notes = [...[...records.values()].map(({ rest }) => rest), ...earlier.map(({ head }) => head)];
    const newest = notes
      .map((note) => this.#headOf(note))
      .reduce((a, b) => (b.tree.size > a.tree.size ? b : a));
    const tiles = new Map<string, Buffer>();
    const reader = tileHashReader(newest.tree, this.#recordingTiles(tiles));
    const ids = [...[...records.values()].map(({ id }) => id), ...earlier.flatMap((one) => one.ids)];
    for (const id of ids) await reader.readHashes([storedHashIndex(0, id)]);
    for (const { head } of earlier) {
      const { tree } = this.#headOf(head);
      if (!(await treeHash(tree.size, reader)).equals(tree.hash)) throw forked(this.name, tree);
    }
    const lookups = new Map([...records].map(([key, record]) => [key, lookupOf(record, newest.note)]));
    const sorted = new Map([...tiles].sort(([a], [b]) => compareBytewise(a, b)));
    return { name: this.name, head: newest.note, lookups, tiles: sorted };
  }

  #recordOf(module: ModuleVersion): LogRecord & { rest: Buffer } {
    const answer = this.#known.get(`${this.name}/lookup/${lookupKey(module)}`);
    if (answer !== undefined) return parseRecord(answer);
    throw new ModwharfError("INTERNAL", "a record was not looked up before", {
      subject: formatModuleVersion(module),
    });
  }

  #headOf(note: Buffer): Head {
    const { text } = openNote(note, verifierList(this.#verifier));
    return { tree: parseTree(text), note };
  }

  #recordingTiles(kept: Map<string, Buffer>): TileReader {
    const tiles = new SumdbTiles(this.name, this.#ops, this.#tileHeight);
    return {
      height: this.#tileHeight,
      readTiles: (wanted) => tiles.readTiles(wanted),
      // Told of proven tiles only.
      saveTiles: async (proven, data) => {
        for (const [i, tile] of proven.entries()) kept.set(tilePath(tile), data[i]!);
        await tiles.saveTiles(proven, data);
      },
    };
  }
}

/** The name of a version's lookup: its escaped path and version. */
export function lookupKey({ path, version }: ModuleVersion): string {
  return `${escapePath(path)}@${escapeVersion(version)}`;
}

function lookupOf(record: LogRecord, head: Buffer): Buffer {
  return Buffer.concat([Buffer.from(formatRecord(record)), head]);
}

function forked(name: string, { size }: Tree): ModwharfError {
  return new ModwharfError("LOG_FORKED", "an earlier tree head is no part of the database's history", {
    subject: `${name}, ${size} records`,
    fix: "keep both signed heads as evidence, trust nothing from this database and report it",
  });
}
