import type { SumdbOps } from "../../src/sumdb/ops.ts";
import {
  generateKeys,
  parseSignerKey,
  parseVerifierKey,
  type Signer,
  type Verifier,
} from "../../src/tlog/keys.ts";
import { signNote } from "../../src/tlog/note.ts";
import { formatRecord, formatTree, type Tree } from "../../src/tlog/tree-head.ts";
import { MemoryLog } from "./memory-log.ts";

/** A checksum database in memory: what it would serve, by path. */
export class FakeSumdb {
  readonly remote = new Map<string, Buffer>();
  readonly verifierKey: string;
  readonly verifier: Verifier;
  readonly #signerKey: string;
  readonly #signer: Signer;
  readonly #log: MemoryLog;

  constructor(height = 2, keys = generateKeys("sum.example.com/db"), log = new MemoryLog(height)) {
    this.verifierKey = keys.verifierKey;
    this.verifier = parseVerifierKey(keys.verifierKey);
    this.#signerKey = keys.signerKey;
    this.#signer = parseSignerKey(keys.signerKey);
    this.#log = log;
  }

  get size(): number {
    return this.#log.size;
  }

  /** Adds a record under an escaped `path@version`. */
  async add(key: string, text: string): Promise<void> {
    const id = await this.#log.add(text);
    for (const [path, data] of this.#log.tiles) this.remote.set(`/${path}`, data);
    const record = Buffer.from(formatRecord({ id, text }));
    this.remote.set(`/lookup/${key}`, Buffer.concat([record, await this.head()]));
  }

  /** The signed head of the tree of `size` records. */
  async head(size = this.size): Promise<Buffer> {
    return this.sign(await this.#log.tree(size));
  }

  sign(tree: Tree, more = ""): Buffer {
    return signNote({ text: formatTree(tree) + more }, this.#signer);
  }

  async tree(): Promise<Tree> {
    return await this.#log.tree();
  }

  /** A database with the same key and history, which then tells another story. */
  fork(): FakeSumdb {
    const keys = { verifierKey: this.verifierKey, signerKey: this.#signerKey };
    const copy = new FakeSumdb(this.#log.height, keys, this.#log.fork());
    for (const [path, data] of this.remote) copy.remote.set(path, data);
    return copy;
  }
}

/** The outside world of a client in memory, which can be switched off. */
export class FakeWorld implements SumdbOps {
  readonly cache = new Map<string, Buffer>();
  readonly asked: string[] = [];
  latest: Buffer = Buffer.alloc(0);
  /** Which paths the network gives out. */
  reachable: (path: string) => boolean = () => true;
  readonly #database: FakeSumdb;

  constructor(database: FakeSumdb) {
    this.#database = database;
  }

  async readRemote(path: string): Promise<Buffer> {
    this.asked.push(path);
    const data = this.#database.remote.get(path);
    if (data === undefined || !this.reachable(path)) throw new Error(`not reachable: ${path}`);
    return Buffer.from(data);
  }

  async readCache(file: string): Promise<Buffer | undefined> {
    return this.cache.get(file);
  }

  async writeCache(file: string, data: Buffer): Promise<void> {
    this.cache.set(file, data);
  }

  async readLatest(): Promise<Buffer> {
    return this.latest;
  }

  async replaceLatest(_file: string, old: Buffer, next: Buffer): Promise<boolean> {
    if (!this.latest.equals(old)) return false;
    this.latest = Buffer.from(next);
    return true;
  }
}
