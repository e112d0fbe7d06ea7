import { join } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { readIfPresent } from "../base/files.ts";
import { hashGoMod } from "../dirhash/h1.ts";
import { parseGoModLax } from "../modfile/go-mod.ts";
import { isPrunedAt } from "../modfile/go-version.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import type { ModuleSource } from "./module-source.ts";
import { isExcluded, type Project } from "./project.ts";
import type { Requiring } from "./requirement-walk.ts";

/** What is read of a dependency's go.mod. */
export interface ModuleSummary extends Requiring {
  /** "" when there is no go directive. */
  readonly goVersion: string;
}

/** What is believed of a module whose replacement directory is missing. */
export interface MissingModules {
  goVersion(module: ModuleVersion): string;
}

/** The go.mod files of a project's dependencies, replaced as the project says, each verified and read once. */
export class ModuleSummaries {
  readonly #project: Project;
  readonly #source: Pick<ModuleSource, "mod">;
  readonly #missing: MissingModules | undefined;
  readonly #summaries = new Map<string, Promise<ModuleSummary>>();

  /** Without `missing` a replacement directory that does not exist is an error. */
  constructor(project: Project, source: Pick<ModuleSource, "mod">, missing?: MissingModules) {
    this.#project = project;
    this.#source = source;
    this.#missing = missing;
  }

  /** True when go.sum (or a directory) has what `of` needs. */
  has(module: ModuleVersion): boolean {
    const actual = this.#project.replacements.actual(module);
    return actual.version === "" || this.#project.checksums.goModH1Of(actual) !== undefined;
  }

  /** Throws PACKAGES_UNLOADABLE without a go.sum line, HASH_MISMATCH, MODULE_PATH_DIFFERS, MODFILE_SYNTAX. */
  of(module: ModuleVersion): Promise<ModuleSummary> {
    const key = formatModuleVersion(module);
    const summary = this.#summaries.get(key) ?? this.#read(module);
    this.#summaries.set(key, summary);
    return summary;
  }

  async #read(module: ModuleVersion): Promise<ModuleSummary> {
    const { replacements } = this.#project;
    const actual = replacements.actual(module);
    if (this.#missing !== undefined && replacements.isMissing(actual)) {
      return { goVersion: this.#missing.goVersion(module), isPruned: true, require: [] };
    }
    const name = actual.version === "" ? join(actual.path, "go.mod") : formatModuleVersion(actual);
    const content =
      actual.version === "" ? await this.#localGoMod(actual) : await this.#verifiedGoMod(actual);
    const { module: declared, go, require } = parseGoModLax(name, content);
    if (actual.version !== "" && declared?.path !== module.path && declared?.path !== actual.path) {
      throw new ModwharfError("MODULE_PATH_DIFFERS", "go.mod declares another path than is required", {
        subject: formatModuleVersion(actual),
        expected: module.path,
        actual: declared?.path ?? "no module directive",
      });
    }
    const goVersion = go?.version ?? "";
    return {
      goVersion,
      isPruned: isPrunedAt(goVersion),
      require: require
        .map((entry) => entry.module)
        .filter((required) => !isExcluded(this.#project, required)),
    };
  }

  async #localGoMod(replacement: ModuleVersion): Promise<Uint8Array> {
    const file = join(this.#project.replacements.directoryOf(replacement), "go.mod");
    const content = await readIfPresent(file);
    if (content !== undefined) return content;
    throw new ModwharfError("FILE_UNREADABLE", "a replacement directory has no go.mod", { subject: file });
  }

  async #verifiedGoMod(module: ModuleVersion): Promise<Uint8Array> {
    const expected = this.#project.checksums.needGoModH1Of(module);
    const content = await this.#source.mod(module);
    const actual = hashGoMod(content);
    if (actual === expected) return content;
    throw new ModwharfError("HASH_MISMATCH", "the go.mod file does not have the hash of go.sum", {
      subject: formatModuleVersion(module),
      expected,
      actual,
    });
  }
}
