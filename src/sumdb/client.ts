import { ModwharfError } from "../base/errors.ts";
import { escapePath, escapeVersion } from "../module/escape.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import { matchPrefixPatterns } from "../module/patterns.ts";
import { recordHash } from "../tlog/hash.ts";
import type { Verifier } from "../tlog/keys.ts";
import { storedHashIndex } from "../tlog/stored-index.ts";
import { type LogRecord, parseRecord } from "../tlog/tree-head.ts";
import type { SumdbOps } from "./ops.ts";
import { SumdbTiles } from "./tiles.ts";
import { Timeline } from "./timeline.ts";

export interface SumdbClientOptions {
  readonly verifier: Verifier;
  readonly ops: SumdbOps;
  /** GONOSUMDB patterns: modules that are never asked about, since their names may be secret. */
  readonly gonosumdb?: string;
  /** Default 8; others are for tests. */
  readonly tileHeight?: number;
}

/** The hashes that a checksum database has for a version; undefined where it has no such line. */
export interface SumdbHashes {
  readonly h1: string | undefined;
  readonly goModH1: string | undefined;
}

/** Toolchains stand in no go.sum, so that nothing but the database vouches for them. */
const TOOLCHAIN = "golang.org/toolchain";

/**
 * A client of a checksum database (golang.org/x/mod/sumdb, Client). What it returns is proven: the record's hash is
 * in a tree that the database has signed, and that tree contains all that the database has signed before.
 */
export class SumdbClient {
  readonly #name: string;
  readonly #ops: SumdbOps;
  readonly #gonosumdb: string;
  readonly #timeline: Timeline;
  #opened: Promise<void> | undefined;
  readonly #records = new Map<string, Promise<string>>();

  constructor({ verifier, ops, gonosumdb = "", tileHeight }: SumdbClientOptions) {
    this.#name = verifier.name;
    this.#ops = ops;
    this.#gonosumdb = gonosumdb;
    this.#timeline = new Timeline(verifier, new SumdbTiles(verifier.name, ops, tileHeight), ops);
  }

  /** True for modules that GONOSUMDB keeps from the database; never for toolchains, as in cmd/go (useSumDB). */
  skips(path: string): boolean {
    return path !== TOOLCHAIN && matchPrefixPatterns(this.#gonosumdb, path);
  }

  /**
   * The go.sum lines for a version, which may end in `/go.mod`; none when the record has no line for it.
   *
   * Throws USAGE for a module that GONOSUMDB excludes, REMOTE_NOT_FOUND when the database does not know it,
   * LOG_UNVERIFIED when an answer cannot be proven, LOG_FORKED when the database contradicts itself.
   */
  async lookup(module: ModuleVersion): Promise<string[]> {
    if (this.skips(module.path)) {
      throw new ModwharfError("USAGE", "not asked of the checksum database: excluded by GONOSUMDB", {
        subject: module.path,
      });
    }
    const version = module.version.replace(/\/go\.mod$/, "");
    const file = `/lookup/${escapePath(module.path)}@${escapeVersion(version)}`;
    const text = await this.#once(file).catch((error: unknown) => {
      throw named({ path: module.path, version }, error);
    });
    const prefix = `${module.path} ${module.version} `;
    return text.split("\n").filter((line) => line.startsWith(prefix));
  }

  /**
   * Both h1 hashes of a version, by one lookup. Throws as `lookup`, and LOG_UNVERIFIED for a record that has neither:
   * it is of another module, and as genuine as the right one, which somebody keeps back.
   */
  async hashes(module: ModuleVersion): Promise<SumdbHashes> {
    const [h1, goModH1] = await Promise.all([
      this.#h1(module),
      this.#h1({ path: module.path, version: `${module.version}/go.mod` }),
    ]);
    if (h1 === undefined && goModH1 === undefined) throw aboutAnother(module);
    return { h1, goModH1 };
  }

  async #h1(module: ModuleVersion): Promise<string | undefined> {
    const hashes = (await this.lookup(module)).map((line) => line.slice(line.lastIndexOf(" ") + 1));
    return hashes.find((hash) => hash.startsWith("h1:"));
  }

  /** The record of a lookup, read and proven once; a failure is not remembered. */
  #once(file: string): Promise<string> {
    let record = this.#records.get(file);
    if (record === undefined) {
      record = this.#record(file);
      this.#records.set(file, record);
      record.catch(() => this.#records.delete(file));
    }
    return record;
  }

  async #record(file: string): Promise<string> {
    await this.#open();
    const cached = await this.#ops.readCache(this.#name + file);
    const data = cached ?? (await this.#ops.readRemote(file));
    const { id, text, rest } = parseRecord(data);
    await this.#timeline.merge(rest);
    await this.#checkRecord({ id, text });
    if (cached === undefined) await this.#ops.writeCache(this.#name + file, data);
    return text;
  }

  async #open(): Promise<void> {
    this.#opened ??= this.#timeline.open();
    await this.#opened.catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
  }

  async #checkRecord({ id, text }: LogRecord): Promise<void> {
    const { tree } = this.#timeline;
    if (id >= tree.size) {
      throw new ModwharfError(
        "LOG_UNVERIFIED",
        `cannot validate record ${id} in a tree of size ${tree.size}`,
      );
    }
    const [hash] = await this.#timeline.reader().readHashes([storedHashIndex(0, id)]);
    if (hash?.equals(recordHash(text)) !== true) {
      throw new ModwharfError("LOG_UNVERIFIED", "cannot authenticate the record in the database's answer");
    }
  }
}

function aboutAnother(module: ModuleVersion): ModwharfError {
  return new ModwharfError("LOG_UNVERIFIED", "the database's answer is a record of another module", {
    subject: formatModuleVersion(module),
    expected: "its lines of go.sum",
    fix: "look for a proxy that alters what it serves",
  });
}

function named(module: ModuleVersion, error: unknown): unknown {
  if (!(error instanceof ModwharfError)) return error;
  const { subject, expected, actual, fix } = error;
  const what = `${formatModuleVersion(module)}: ${error.what}`;
  return new ModwharfError(error.code, what, { subject, expected, actual, fix, cause: error });
}
