import { ModwharfError } from "../base/errors.ts";
import { readIfPresent } from "../base/files.ts";
import { type GoSumEntry, parseGoSum } from "../modfile/go-sum.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";

/** The hashes of one or several go.sum files. A workspace has one for each module and go.work.sum. */
export class Checksums {
  readonly #entries = new Map<string, GoSumEntry>();

  /**
   * Reads those of the files that exist, and all of `named`, which somebody asked for. Throws MODFILE_SYNTAX,
   * HASH_MISMATCH for files that contradict each other, FILE_UNREADABLE for a named one that is missing.
   */
  static async read(files: readonly string[], named: readonly string[] = []): Promise<Checksums> {
    const all = [...files, ...named];
    const contents = await Promise.all(all.map((file) => readIfPresent(file)));
    const checksums = new Checksums();
    for (const [i, content] of contents.entries()) {
      if (content === undefined && i >= files.length) throw noSuchFile(all[i]!);
      if (content === undefined) continue;
      for (const entry of parseGoSum(all[i]!, content).entries) checksums.#add(all[i]!, entry);
    }
    return checksums;
  }

  private constructor() {}

  h1Of(module: ModuleVersion): string | undefined {
    return this.#entries.get(formatModuleVersion(module))?.h1;
  }

  goModH1Of(module: ModuleVersion): string | undefined {
    return this.#entries.get(formatModuleVersion(module))?.goModH1;
  }

  /** `h1Of`. Throws PACKAGES_UNLOADABLE where there is none. */
  needH1Of(module: ModuleVersion): string {
    return this.h1Of(module) ?? refuseUnlisted(formatModuleVersion(module));
  }

  /** `goModH1Of`. Throws PACKAGES_UNLOADABLE where there is none. */
  needGoModH1Of(module: ModuleVersion): string {
    return this.goModH1Of(module) ?? refuseUnlisted(`${formatModuleVersion(module)}/go.mod`);
  }

  #add(file: string, { module, h1, goModH1 }: GoSumEntry): void {
    const key = formatModuleVersion(module);
    const known = this.#entries.get(key);
    if (known === undefined) {
      this.#entries.set(key, { module, h1, goModH1 });
      return;
    }
    refuseOther(`${key} (${file})`, known.h1, h1);
    refuseOther(`${key}/go.mod (${file})`, known.goModH1, goModH1);
    known.h1 ??= h1;
    known.goModH1 ??= goModH1;
  }
}

function refuseOther(subject: string, expected: string | undefined, actual: string | undefined): void {
  if (expected === undefined || actual === undefined || expected === actual) return;
  throw new ModwharfError("HASH_MISMATCH", "two go.sum files contradict each other", {
    subject,
    expected,
    actual,
    fix: "find out which one the checksum database has; correct the other file",
  });
}

function noSuchFile(subject: string): ModwharfError {
  return new ModwharfError("FILE_UNREADABLE", "there is no such go.sum file", {
    subject,
    expected: "the go.sum of a trusted commit",
    actual: "no such file",
    fix: "correct the path that --go-sum names",
  });
}

function refuseUnlisted(subject: string): never {
  throw new ModwharfError("PACKAGES_UNLOADABLE", "go.sum has no hash for a module that is needed", {
    subject,
    fix: "run go mod tidy (in a workspace: go work sync, go mod download) and commit go.sum",
  });
}
