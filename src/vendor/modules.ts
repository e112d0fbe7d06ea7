import { existsSync } from "node:fs";
import { join } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { readIfPresent } from "../base/files.ts";
import { hashGoMod } from "../dirhash/h1.ts";
import { openHasher } from "../modcache/hasher.ts";
import { parseGoModLax } from "../modfile/go-mod.ts";
import { compareGoVersions } from "../modfile/go-version.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import { zipPrefix } from "../zip/files.ts";
import { DirectoryTree } from "./directory-tree.ts";
import { FileHashes, h1OfList } from "./hash-list.ts";
import type { ModuleSource } from "./module-source.ts";
import type { ModuleTree } from "./module-tree.ts";
import { OpenZips } from "./open-zips.ts";
import { isExcluded, type Project } from "./project.ts";
import type { StandIns } from "./stand-in.ts";
import type { VendoredCopies } from "./vendored-copies.ts";
import { VerifiedTree } from "./verified-tree.ts";

/** What a module's go.mod says to those who depend on it. */
export interface ModuleSummary {
  /** "" when there is no go directive. */
  readonly goVersion: string;
  /** go 1.17 and later: who requires it needs nothing of what only its own dependencies require. */
  readonly isPruned: boolean;
  readonly require: readonly ModuleVersion[];
}

/** What an existing vendor directory can spare. */
export interface Nearby {
  /** Its files, where their content is right. */
  readonly copies?: VendoredCopies;
  /** What it says of modules whose replacement directory is missing; without it that is an error. */
  readonly standIns?: StandIns;
}

/** The dependencies of a project: their go.mod files and trees, replaced as the project says, all verified. */
export class Modules {
  readonly #project: Project;
  readonly #source: ModuleSource;
  readonly #nearby: Nearby;
  readonly #hasher = openHasher();
  readonly #zips = new OpenZips();
  readonly #summaries = new Map<string, Promise<ModuleSummary>>();
  readonly #trees = new Map<string, Promise<ModuleTree>>();

  constructor(project: Project, source: ModuleSource, nearby: Nearby = {}) {
    this.#project = project;
    this.#source = source;
    this.#nearby = nearby;
  }

  /** The module itself or what replaces it. */
  actual(module: ModuleVersion): ModuleVersion {
    return this.#project.replacements.of(module) ?? module;
  }

  /** True when go.sum (or a directory) has what `summary` needs. */
  canSummarize(module: ModuleVersion): boolean {
    const actual = this.actual(module);
    return actual.version === "" || this.#project.checksums.goModH1Of(actual) !== undefined;
  }

  /** Throws PACKAGES_UNLOADABLE without a go.sum line, HASH_MISMATCH, MODULE_PATH_DIFFERS, MODFILE_SYNTAX. */
  summary(module: ModuleVersion): Promise<ModuleSummary> {
    return remember(this.#summaries, formatModuleVersion(module), () => this.#readSummary(module));
  }

  /** The files of a dependency. Throws PACKAGES_UNLOADABLE without a go.sum line, HASH_MISMATCH, ZIP_INVALID. */
  tree(module: ModuleVersion): Promise<ModuleTree> {
    return remember(this.#trees, formatModuleVersion(module), () => this.#openTree(module));
  }

  async close(): Promise<void> {
    this.#zips.close();
    await this.#hasher.close();
  }

  async #readSummary(module: ModuleVersion): Promise<ModuleSummary> {
    const actual = this.actual(module);
    const standIn = this.#standInFor(actual);
    if (standIn !== undefined) return { goVersion: standIn.goVersion(module), isPruned: true, require: [] };
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
      isPruned: compareGoVersions(goVersion, "1.17") >= 0,
      require: require
        .map((entry) => entry.module)
        .filter((required) => !isExcluded(this.#project, required)),
    };
  }

  #standInFor(actual: ModuleVersion): StandIns | undefined {
    const isMissing = actual.version === "" && !existsSync(this.#project.replacements.directoryOf(actual));
    return isMissing ? this.#nearby.standIns : undefined;
  }

  #localTree(replacement: ModuleVersion): ModuleTree {
    const dir = this.#project.replacements.directoryOf(replacement);
    if (existsSync(dir)) return new DirectoryTree(dir);
    throw new ModwharfError("FILE_UNREADABLE", "a replacement directory does not exist", {
      subject: replacement.path,
      expected: dir,
      fix: "check it out too, or drop the replace directive",
    });
  }

  async #localGoMod(replacement: ModuleVersion): Promise<Uint8Array> {
    const file = join(this.#project.replacements.directoryOf(replacement), "go.mod");
    const content = await readIfPresent(file);
    if (content !== undefined) return content;
    throw new ModwharfError("FILE_UNREADABLE", "a replacement directory has no go.mod", { subject: file });
  }

  async #verifiedGoMod(module: ModuleVersion): Promise<Uint8Array> {
    const expected = this.#project.checksums.goModH1Of(module);
    if (expected === undefined) throw missingSum(module, "/go.mod");
    const content = await this.#source.mod(module);
    const actual = hashGoMod(content);
    if (actual === expected) return content;
    throw new ModwharfError("HASH_MISMATCH", "the go.mod file does not have the hash of go.sum", {
      subject: formatModuleVersion(module),
      expected,
      actual,
    });
  }

  async #openTree(module: ModuleVersion): Promise<ModuleTree> {
    const actual = this.actual(module);
    const standIn = this.#standInFor(actual);
    if (standIn !== undefined) return standIn.tree(module);
    if (actual.version === "") return this.#localTree(actual);
    const list = await this.#hashList(actual);
    let zip: Promise<string> | undefined;
    const zipFile = () => {
      zip ??= this.#source.zip(actual);
      return zip;
    };
    return new VerifiedTree(new FileHashes(list, actual), {
      name: formatModuleVersion(actual),
      nearbyGoFile: async (path, sha256) => this.#nearby.copies?.goFile(`${module.path}/${path}`, sha256),
      nearby: async (path, sha256) => this.#nearby.copies?.content(`${module.path}/${path}`, sha256),
      fetch: async () => void (await zipFile()),
      read: async (path) => await this.#zips.read(await zipFile(), zipPrefix(actual) + path),
    });
  }

  /** The list of the module's hashes, whose own hash is the one of go.sum. */
  async #hashList(module: ModuleVersion): Promise<string> {
    const expected = this.#project.checksums.h1Of(module);
    if (expected === undefined) throw missingSum(module, "");
    const kept = this.#source.hashLists?.read(expected);
    if (kept !== undefined) return kept;
    const zipFile = await this.#source.zip(module);
    const list = await this.#hasher.hash({ kind: "list", path: zipFile, module });
    const actual = h1OfList(list);
    if (actual !== expected) {
      throw new ModwharfError("HASH_MISMATCH", "the module zip does not have the hash of go.sum", {
        subject: `${formatModuleVersion(module)} (${zipFile})`,
        expected,
        actual,
        fix: "do not build with this file; clear the module cache and download it again",
      });
    }
    await this.#source.hashLists?.write(expected, list);
    return list;
  }
}

function remember<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

function missingSum(module: ModuleVersion, suffix: string): ModwharfError {
  return new ModwharfError("PACKAGES_UNLOADABLE", "go.sum has no hash for a module that is needed", {
    subject: `${formatModuleVersion(module)}${suffix}`,
    fix: "run go mod tidy (in a workspace: go work sync, go mod download) and commit go.sum",
  });
}
