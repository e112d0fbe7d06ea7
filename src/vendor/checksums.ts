import { readIfPresent } from "../base/files.ts";
import { type GoSumEntry, parseGoSum } from "../modfile/go-sum.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";

/** The hashes of one or several go.sum files. A workspace has one for each module and go.work.sum. */
export class Checksums {
  readonly #entries = new Map<string, GoSumEntry>();

  /** Reads the files that exist. Throws MODFILE_SYNTAX, and HASH_MISMATCH for files that contradict each other. */
  static async read(files: readonly string[]): Promise<Checksums> {
    const contents = await Promise.all(files.map(readIfPresent));
    // Parsed as one text, so that a contradiction between two files shows as one within a file does.
    const present = contents.filter((content) => content !== undefined);
    const text = Buffer.concat(present.flatMap((content) => [content, Buffer.from("\n")]));
    return new Checksums(parseGoSum(files.join(" + "), text).entries);
  }

  constructor(entries: readonly GoSumEntry[]) {
    for (const entry of entries) this.#entries.set(formatModuleVersion(entry.module), entry);
  }

  h1Of(module: ModuleVersion): string | undefined {
    return this.#entries.get(formatModuleVersion(module))?.h1;
  }

  goModH1Of(module: ModuleVersion): string | undefined {
    return this.#entries.get(formatModuleVersion(module))?.goModH1;
  }
}
