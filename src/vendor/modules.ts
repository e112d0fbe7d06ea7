import { join } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { readWhole } from "../base/files.ts";
import { largestFirst } from "../base/largest-first.ts";
import { Pool } from "../base/pool.ts";
import { FileHashes, h1OfList } from "../dirhash/hash-list.ts";
import { encodeName } from "../dirhash/names.ts";
import { openHasher } from "../modcache/hasher.ts";
import type { ModuleSource } from "../modgraph/module-source.ts";
import type { Project } from "../modgraph/project.ts";
import { ModuleSummaries } from "../modgraph/summaries.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import { zipPrefix } from "../zip/files.ts";
import { DirectoryTree } from "./directory-tree.ts";
import type { ModuleTree } from "./module-tree.ts";
import { OpenZips } from "./open-zips.ts";
import type { StandIns } from "./stand-in.ts";
import type { VendoredCopies } from "./vendored-copies.ts";
import { VerifiedTree } from "./verified-tree.ts";

/** What an existing vendor directory can spare. */
export interface Nearby {
  /** Its files, where their content is right. */
  readonly copies?: VendoredCopies;
  /** What it says of modules whose replacement directory is missing; without it that is an error. */
  readonly standIns?: StandIns;
}

/** At once; after a failure those are waited for, and no others are begun. */
const MAX_DOWNLOADS = 32;

/** The modules of a project: the go.mod files and trees of its dependencies, replaced as it says, all verified. */
export class Modules {
  readonly #project: Project;
  readonly #source: ModuleSource;
  readonly #nearby: Nearby;
  readonly #hasher = openHasher();
  readonly #zips = new OpenZips();
  readonly summaries: ModuleSummaries;
  readonly #trees = new Map<string, Promise<ModuleTree>>();
  readonly #zipFiles = new Map<string, Promise<string>>();
  readonly #downloads = new Pool(MAX_DOWNLOADS);
  readonly #ending = new AbortController();

  constructor(project: Project, source: ModuleSource, nearby: Nearby = {}) {
    this.#project = project;
    this.#source = source;
    this.#nearby = nearby;
    this.summaries = new ModuleSummaries(project, source, nearby.standIns);
  }

  /**
   * The files of a main module (version "") or a dependency. Throws PACKAGES_UNLOADABLE without a go.sum line,
   * HASH_MISMATCH, ZIP_INVALID.
   */
  tree(module: ModuleVersion): Promise<ModuleTree> {
    const key = formatModuleVersion(module);
    const tree = this.#trees.get(key) ?? this.#openTree(module);
    this.#trees.set(key, tree);
    return tree;
  }

  /**
   * Starts to prove modules that will probably be asked for, the largest first, so that no core waits for another at
   * the end. Whatever goes wrong with one is told when it is asked for.
   */
  expect(modules: readonly ModuleVersion[]): void {
    const { replacements, checksums } = this.#project;
    const provable = modules.filter((module) => {
      const actual = replacements.actual(module);
      return actual.version !== "" && checksums.h1Of(actual) !== undefined;
    });
    const sizeBytes = (module: ModuleVersion) => this.#source.sizeBytes?.(replacements.actual(module));
    for (const module of largestFirst(provable, sizeBytes)) this.tree(module).catch(() => {});
  }

  /** Waits for what is under way: the caller removes the folder of the downloads next. */
  async close(): Promise<void> {
    this.#ending.abort();
    await Promise.allSettled([...this.#trees.values(), ...this.#zipFiles.values()]);
    this.#zips.close();
    await this.#hasher.close();
  }

  /** Downloads a zip once, though both its hashes and its files are wanted. */
  #zipOf(module: ModuleVersion): Promise<string> {
    const key = formatModuleVersion(module);
    const zip = this.#zipFiles.get(key) ?? this.#downloads.run(() => this.#download(module));
    this.#zipFiles.set(key, zip);
    return zip;
  }

  async #download(module: ModuleVersion): Promise<string> {
    this.#ending.signal.throwIfAborted();
    return await this.#source.zip(module);
  }

  #missingTree(module: ModuleVersion, replacement: ModuleVersion): ModuleTree {
    const standIn = this.#nearby.standIns?.tree(module);
    if (standIn !== undefined) return standIn;
    throw new ModwharfError("FILE_UNREADABLE", "a replacement directory does not exist", {
      subject: replacement.path,
      expected: this.#project.replacements.directoryOf(replacement),
      fix: "check it out too, or drop the replace directive",
    });
  }

  async #openTree(module: ModuleVersion): Promise<ModuleTree> {
    const { main, replacements } = this.#project;
    const own = module.version === "" ? main.get(module.path) : undefined;
    if (own !== undefined) return new DirectoryTree(own.dir);
    const actual = replacements.actual(module);
    if (replacements.isMissing(actual)) return this.#missingTree(module, actual);
    if (actual.version === "") return new DirectoryTree(replacements.directoryOf(actual));
    const list = await this.#hashList(actual);
    return new VerifiedTree(new FileHashes(list, zipPrefix(actual)), {
      name: formatModuleVersion(actual),
      nearbyGoFile: async (path, sha256) => this.#nearby.copies?.goFile(`${module.path}/${path}`, sha256),
      nearby: async (path, sha256) =>
        (await this.#nearby.copies?.content(`${module.path}/${path}`, sha256)) ??
        (await this.#inTree(actual, path)),
      fetch: async () => {
        if (this.#source.tree?.(actual) === undefined) await this.#zipOf(actual);
      },
      read: async (path) => await this.#zips.read(await this.#zipOf(actual), zipPrefix(actual) + path),
    });
  }

  /** A file of the extracted tree, whatever it holds. */
  async #inTree(module: ModuleVersion, path: string): Promise<Uint8Array | undefined> {
    const dir = this.#source.tree?.(module);
    return dir === undefined ? undefined : await readWhole(join(dir, path)).catch(() => undefined);
  }

  /** The list of the module's hashes, whose own hash is the one of go.sum. */
  async #hashList(module: ModuleVersion): Promise<Uint8Array> {
    const expected = this.#project.checksums.needH1Of(module);
    const kept = this.#source.hashLists?.read(expected);
    if (kept !== undefined) return kept;
    const list = (await this.#listOfTree(module, expected)) ?? (await this.#listOfZip(module, expected));
    await this.#source.hashLists?.write(expected, list);
    return list;
  }

  /** Of an extracted tree, if its files are the very ones of the zip; what it holds is not used for anything else. */
  async #listOfTree(module: ModuleVersion, expected: string): Promise<Uint8Array | undefined> {
    const path = this.#source.tree?.(module);
    if (path === undefined) return undefined;
    const job = { kind: "tree", path, prefix: formatModuleVersion(module), result: "list" } as const;
    const text = await this.#hasher.hash(job).catch(() => undefined);
    const list = text === undefined ? undefined : encodeName(text);
    return list !== undefined && h1OfList(list) === expected ? list : undefined;
  }

  async #listOfZip(module: ModuleVersion, expected: string): Promise<Uint8Array> {
    const zipFile = await this.#zipOf(module);
    const job = { kind: "module", path: zipFile, module, result: "list" } as const;
    const list = encodeName(await this.#hasher.hash(job));
    const actual = h1OfList(list);
    if (actual === expected) return list;
    throw new ModwharfError("HASH_MISMATCH", "the module zip does not have the hash of go.sum", {
      subject: `${formatModuleVersion(module)} (${zipFile})`,
      expected,
      actual,
      fix: "find out which of them was changed: restore go.sum, or remove the zip and download it again",
    });
  }
}
