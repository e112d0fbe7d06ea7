import { statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { relative } from "node:path";
import { compareBytewise } from "../base/bytewise.ts";
import { ModwharfError, messageOf } from "../base/errors.ts";
import { readFileOrNothing, readIfPresent } from "../base/files.ts";
import { largestFirst } from "../base/largest-first.ts";
import { Pool } from "../base/pool.ts";
import { writeSmallAtomic } from "../base/small-files.ts";
import { hashGoMod } from "../dirhash/h1.ts";
import { compareModuleVersions, formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import { parseVersionInfo } from "../proxy/version-info.ts";
import { MAX_GO_MOD_BYTES } from "../zip/files.ts";
import { type Hasher, openHasher } from "./hasher.ts";
import { type ModulePaths, modulePaths } from "./layout.ts";
import type { PreparedTrees } from "./prepared-trees.ts";
import { removeTree } from "./remove-tree.ts";
import { type CachedModule, scanCache } from "./scan.ts";

/** What go.sum says of a version. A version without `h1` takes part in the module graph only. */
export interface ModuleSum {
  readonly module: ModuleVersion;
  readonly h1?: string | undefined;
  readonly goModH1?: string | undefined;
}

/** One thing in a cache that is not as it must be. */
export interface CacheProblem {
  readonly module: ModuleVersion | undefined;
  readonly part: "zip" | "mod" | "info" | "ziphash" | "tree" | "foreign";
  /** Relative to GOMODCACHE. */
  readonly file: string;
  readonly reason: string;
  readonly expected?: string | undefined;
  readonly actual?: string | undefined;
  /** True when it was removed, or rewritten in the case of a ziphash. */
  readonly repaired: boolean;
}

export interface CacheVerification {
  /** Versions with a zip or mod that were held against go.sum. */
  readonly checked: number;
  readonly problems: readonly CacheProblem[];
  /** Versions whose zip go.sum lists, and the cache lacks. */
  readonly missing: readonly ModuleVersion[];
  /** Versions in the cache that go.sum does not list: nothing says what they should be. */
  readonly extra: readonly ModuleVersion[];
  /** Trees that were removed unread. */
  readonly droppedTrees: number;
}

export interface VerifyCacheOptions {
  /**
   * Removes whatever is wrong, so that go or the next warm gets it again, and writes each `.ziphash` anew from its
   * verified zip. What go.sum does not list loses its `.ziphash` and tree, so that go checks it when it is used,
   * unless `extra` says otherwise.
   */
  readonly repair?: boolean;
  /**
   * `hash` (the default) reads every tree; `drop` removes all unread, for which `repair` must be on: go extracts
   * those it needs from the verified zips.
   */
  readonly trees?: "hash" | "drop";
  /**
   * What becomes of versions that go.sum does not list. `leave` is for a cache that several projects share: no build
   * of this one can use them, and others need their trees. Default `distrust`.
   */
  readonly extra?: "distrust" | "leave";
  /** `path@version` of what a stamp proves; it is not read again. */
  readonly proven?: ReadonlySet<string>;
  /** Keeps the trees of right zips that have none here, which are inflated once only that way. */
  readonly prepared?: PreparedTrees | undefined;
  /** The directory of HashLists in which to leave what the zips' h1s are made of. */
  readonly lists?: string;
  readonly hasher?: Hasher;
}

/**
 * Holds a GOMODCACHE against go.sum before any of its code runs. `go build` trusts `.ziphash` and extracted trees
 * unread, and `go mod verify` compares them with `.ziphash` but never with go.sum; here every zip, mod and tree is
 * hashed and compared with go.sum itself. Nothing is changed unless `repair` is set.
 */
export async function verifyCache(
  cache: string,
  sums: readonly ModuleSum[],
  options: VerifyCacheOptions = {},
): Promise<CacheVerification> {
  const hasher = options.hasher ?? openHasher();
  try {
    return await new Verification(cache, options, hasher).run(sums);
  } finally {
    if (options.hasher === undefined) await hasher.close();
  }
}

interface Suspect {
  readonly module: ModuleVersion | undefined;
  readonly part: CacheProblem["part"];
  readonly path: string;
}

class Verification {
  readonly #cache: string;
  readonly #options: VerifyCacheOptions;
  readonly #hasher: Hasher;
  readonly #problems: CacheProblem[] = [];
  #checked = 0;
  #droppedTrees = 0;

  constructor(cache: string, options: VerifyCacheOptions, hasher: Hasher) {
    this.#cache = cache;
    this.#options = options;
    this.#hasher = hasher;
  }

  async run(sums: readonly ModuleSum[]): Promise<CacheVerification> {
    const listed = new Map(sums.map((sum) => [formatModuleVersion(sum.module), sum]));
    const contents = scanCache(this.#cache);
    for (const path of contents.foreign) {
      await this.#report(
        { module: undefined, part: "foreign", path },
        { reason: "not a file that go keeps here" },
      );
    }
    // Somewhat more than the hasher takes, so that it never waits for the small files in between.
    const pool = new Pool(this.#hasher.parallel * 2);
    const extra: ModuleVersion[] = [];
    const ordered = largestFirst(contents.modules, ([, cached]) => this.#zipBytes(cached));
    const checks = ordered.map(([key, cached]) => {
      const sum = listed.get(key);
      if (this.#options.proven?.has(key) === true && sum !== undefined) return undefined;
      if (sum === undefined && !isSubstantial(cached)) return undefined;
      if (sum === undefined) extra.push(cached.module);
      if (sum === undefined && this.#options.extra === "leave") return undefined;
      return pool.run(() => this.#check(cached, sum));
    });
    await Promise.all(checks);
    const missing = sums.filter(({ module, h1 }) => {
      return h1 !== undefined && contents.modules.get(formatModuleVersion(module))?.files.has("zip") !== true;
    });
    return {
      checked: this.#checked,
      problems: this.#problems.sort((a, b) => compareBytewise(a.file, b.file)),
      missing: missing.map(({ module }) => module),
      extra: extra.sort(compareModuleVersions),
      droppedTrees: this.#droppedTrees,
    };
  }

  #zipBytes({ module, files }: CachedModule): number | undefined {
    if (!files.has("zip")) return undefined;
    return statSync(modulePaths(this.#cache, module).zip, { throwIfNoEntry: false })?.size;
  }

  async #check(cached: CachedModule, sum: ModuleSum | undefined): Promise<void> {
    const paths = modulePaths(this.#cache, cached.module);
    if (cached.files.has("info")) await this.#checkInfo(cached.module, paths);
    if (sum === undefined) return await this.#distrust(cached, paths);
    this.#checked++;
    if (cached.files.has("mod")) await this.#checkMod(sum, paths);
    if (this.#isOthers(sum)) return;
    const zipHolds = cached.files.has("zip") && (await this.#checkZip(sum, paths, cached.hasTree));
    if (cached.hasTree) await this.#checkTree(sum, paths, cached.files.has("partial"));
    if (zipHolds || cached.files.has("ziphash")) await this.#checkZiphash(sum, paths, zipHolds);
  }

  /** True where go.sum has the go.mod alone: the zip and its tree in a shared cache belong to another project. */
  #isOthers({ h1 }: ModuleSum): boolean {
    return h1 === undefined && this.#options.repair === true && this.#options.extra === "leave";
  }

  /** Without a hash to compare with, go itself must look: it does when there is neither ziphash nor tree. */
  async #distrust(cached: CachedModule, paths: ModulePaths): Promise<void> {
    if (this.#options.repair !== true) return;
    if (cached.hasTree) this.#dropTree(paths);
    await rm(paths.ziphash, { force: true });
  }

  async #checkInfo(module: ModuleVersion, paths: ModulePaths): Promise<void> {
    const suspect = { module, part: "info", path: paths.info } as const;
    try {
      const info = await readSmall(paths.info);
      if (info === undefined) return;
      const { version } = parseVersionInfo(info, paths.info);
      if (version === module.version) return;
      await this.#report(suspect, {
        reason: "about another version",
        expected: module.version,
        actual: version,
      });
    } catch (error) {
      await this.#report(suspect, { reason: "malformed", actual: messageOf(error) });
    }
  }

  async #checkMod({ module, goModH1 }: ModuleSum, paths: ModulePaths): Promise<void> {
    const mod = await readSmall(paths.mod);
    const actual = mod && hashGoMod(mod);
    if (actual === undefined || actual === goModH1) return;
    const reason = goModH1 === undefined ? "go.sum has no hash for this go.mod" : "modified";
    await this.#report({ module, part: "mod", path: paths.mod }, { reason, expected: goModH1, actual });
  }

  async #checkZip({ module, h1 }: ModuleSum, paths: ModulePaths, hasTree: boolean): Promise<boolean> {
    const suspect = { module, part: "zip", path: paths.zip } as const;
    try {
      const actual = await this.#hashZip({ module, h1 }, paths.zip, hasTree);
      if (actual === h1) return true;
      const reason = h1 === undefined ? "go.sum has no hash for this zip" : "modified";
      await this.#report(suspect, { reason, expected: h1, actual });
    } catch (error) {
      // A full disk says nothing about the zip.
      if (error instanceof ModwharfError && error.code === "FILE_UNWRITABLE") throw error;
      await this.#report(suspect, { reason: "damaged", expected: h1, actual: messageOf(error) });
    }
    return false;
  }

  async #hashZip({ module, h1 }: ModuleSum, path: string, hasTree: boolean): Promise<string> {
    const { prepared, lists } = this.#options;
    if (hasTree || prepared?.wants(module) !== true)
      return await this.#hasher.hash({ kind: "zip", path, lists });
    const target = prepared.reserve();
    const actual = await this.#hasher.hash({ kind: "extract", path, module, lists, ...target });
    if (actual === h1) prepared.add(module, target);
    return actual;
  }

  async #checkTree({ module, h1 }: ModuleSum, paths: ModulePaths, isPartial: boolean): Promise<void> {
    if (this.#options.repair === true && this.#options.trees === "drop") return this.#dropTree(paths);
    // go removes what is partial before it extracts anew.
    if (isPartial) return;
    const suspect = { module, part: "tree", path: paths.tree } as const;
    try {
      const prefix = formatModuleVersion(module);
      const actual = await this.#hasher.hash({ kind: "tree", path: paths.tree, prefix });
      if (actual !== h1) await this.#report(suspect, { reason: "modified", expected: h1, actual });
    } catch (error) {
      await this.#report(suspect, { reason: "unreadable", expected: h1, actual: messageOf(error) });
    }
  }

  /** What go will believe: the h1 of the verified zip or tree, or nothing. */
  async #checkZiphash({ module, h1 }: ModuleSum, paths: ModulePaths, zipHolds: boolean): Promise<void> {
    const written = (await readSmall(paths.ziphash))?.toString("utf8").trim();
    if (written === h1) return;
    if (written !== undefined) {
      const suspect = { module, part: "ziphash", path: paths.ziphash } as const;
      await this.#report(suspect, { reason: "modified", expected: h1, actual: written.slice(0, 100) });
    }
    if (this.#options.repair === true && zipHolds) writeSmallAtomic(paths.ziphash, h1!);
  }

  #dropTree(paths: ModulePaths): void {
    removeTree(paths.tree);
    this.#droppedTrees++;
  }

  async #report(
    { module, part, path }: Suspect,
    found: Pick<CacheProblem, "reason" | "expected" | "actual">,
  ): Promise<void> {
    const repaired = this.#options.repair === true;
    if (repaired) {
      removeTree(path);
      // go believes a ziphash that outlives its zip, should somebody put a tree beside it.
      if (part === "zip") await rm(`${path}hash`, { force: true });
    }
    this.#problems.push({ module, part, file: relative(this.#cache, path), ...found, repaired });
  }
}

/**
 * The content of a mod, info or ziphash; undefined when another program has just removed it. What is no file, or larger
 * than any may be, counts as empty, which is right for none of them: it is not to be waited for or to fill the memory.
 * Not as a promise for each of thousands of small files: that would keep the threads that hash waiting.
 */
async function readSmall(file: string): Promise<Buffer | undefined> {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found !== undefined && (!found.isFile() || found.size > MAX_GO_MOD_BYTES)) return Buffer.alloc(0);
  return readFileOrNothing(file) ?? (await readIfPresent(file));
}

/** True for a version that holds more than traces: a lock, or an answer to a question about versions. */
function isSubstantial({ files, hasTree }: CachedModule): boolean {
  return hasTree || files.has("zip") || files.has("mod") || files.has("ziphash");
}
