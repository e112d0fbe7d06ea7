import { createReadStream } from "node:fs";
import { join } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { errnoOf, exists } from "../base/files.ts";
import { type GoSumLine, goSumLines } from "../modfile/go-sum.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";

/** What one go.sum, or all of them together, have of a module version. */
export interface ModuleSums {
  readonly module: ModuleVersion;
  h1: string | undefined;
  goModH1: string | undefined;
  /** The line of the zip's hash, else that of the go.mod's: `go.sum:3`. */
  from: string;
}

/** The hashes of one or several go.sum files, which must not contradict each other. */
export class SumIndex {
  readonly #all = new Map<string, ModuleSums>();
  /** By absolute path. */
  readonly #files = new Map<string, Map<string, ModuleSums>>();

  /** Every module version that has a hash. */
  get entries(): readonly ModuleSums[] {
    return [...this.#all.values()];
  }

  /** What one file has by itself; nothing when it was not read. */
  entriesOf(path: string): readonly ModuleSums[] {
    return [...(this.#files.get(path)?.values() ?? [])];
  }

  /** The hashes of a version, both undefined for an unknown one. */
  of(module: ModuleVersion): Pick<ModuleSums, "h1" | "goModH1"> {
    return this.#all.get(formatModuleVersion(module)) ?? { h1: undefined, goModH1: undefined };
  }

  /** Reads the file at the absolute `path` if there is one. Throws as `read`. */
  async readIfPresent(path: string, name: string): Promise<void> {
    if (await exists(path)) await this.read(path, name);
  }

  /**
   * Reads a go.sum as a stream, once; `name` is how it is shown. Throws MODFILE_SYNTAX, FILE_UNREADABLE, and
   * HASH_MISMATCH naming both lines where two hashes stand for one thing.
   */
  async read(path: string, name: string): Promise<void> {
    if (this.#files.has(path)) return;
    const own = new Map<string, ModuleSums>();
    this.#files.set(path, own);
    try {
      for await (const line of goSumLines(name, createReadStream(path))) {
        if (!line.hash.startsWith("h1:")) continue;
        add(this.#all, line, name);
        add(own, line, name);
      }
    } catch (error) {
      if (error instanceof ModwharfError || errnoOf(error) === undefined) throw error;
      throw new ModwharfError("FILE_UNREADABLE", "cannot read the file", {
        subject: name,
        expected: "a go.sum",
        actual: errnoOf(error),
        fix: errnoOf(error) === "EISDIR" ? `name the file in it: ${join(name, "go.sum")}` : "check the path",
        cause: error,
      });
    }
  }
}

function add(index: Map<string, ModuleSums>, { module, isGoMod, hash, line }: GoSumLine, file: string): void {
  const key = formatModuleVersion(module);
  const from = `${file}:${line}`;
  const field = isGoMod ? "goModH1" : "h1";
  const entry = index.get(key) ?? { module, h1: undefined, goModH1: undefined, from };
  index.set(key, entry);
  if (entry[field] !== undefined && entry[field] !== hash) {
    throw new ModwharfError("HASH_MISMATCH", `two hashes for ${key}${isGoMod ? "/go.mod" : ""}`, {
      subject: from,
      expected: `${entry[field]}, as ${entry.from} or near it`,
      actual: hash,
      fix: "find out which one the checksum database has, and delete the other line",
    });
  }
  entry[field] = hash;
  if (!isGoMod) entry.from = from;
}
