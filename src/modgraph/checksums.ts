import { ModwharfError } from "../base/errors.ts";
import { readIfPresent } from "../base/files.ts";
import { type GoSumEntry, parseGoSum } from "../modfile/go-sum.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";

/** The hashes of one or several go.sum files. A workspace has one for each module and go.work.sum. */
export class Checksums {
  readonly #entries = new Map<string, GoSumEntry>();

  /** Reads the files that exist. Throws MODFILE_SYNTAX, and HASH_MISMATCH for files that contradict each other. */
  static async read(files: readonly string[]): Promise<Checksums> {
    const contents = await Promise.all(files.map(readIfPresent));
    const checksums = new Checksums();
    for (const [i, content] of contents.entries()) {
      if (content === undefined) continue;
      for (const entry of parseGoSum(files[i]!, content).entries) checksums.#add(files[i]!, entry);
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

function refuseUnlisted(subject: string): never {
  throw new ModwharfError("PACKAGES_UNLOADABLE", "go.sum has no hash for a module that is needed", {
    subject,
    fix: "run go mod tidy (in a workspace: go work sync, go mod download) and commit go.sum",
  });
}
