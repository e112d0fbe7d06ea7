import { VerifiedModule } from "../artifact/verify.ts";
import { VerifiedGoMod } from "../artifact/verify-go-mod.ts";
import { ModwharfError } from "../base/errors.ts";
import type { RetryPolicy } from "../base/retry.ts";
import { hashGoMod } from "../dirhash/h1.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import type { Backend, Guarantee, StoredObject } from "./backend.ts";
import { Publication, type PublicationOptions, type PublishStatus } from "./publication.ts";
import { publishGoMod } from "./publish-go-mod.ts";
import { settles } from "./settles.ts";
import type { StoreFile, VersionFileKind } from "./store-file.ts";
import { StoredReader } from "./stored.ts";
import { hashOrNotAZip, type VersionHashes } from "./version-hashes.ts";
import { isListed, parseVersionList } from "./version-list.ts";

export interface StoreOptions {
  retry?: Partial<RetryPolicy> | undefined;
  /** A clock that only goes forward; replaced in tests. */
  nowMs?: (() => number) | undefined;
}

export interface PublishOptions extends PublicationOptions {
  /**
   * False trusts the storage's word for what it has stored, where it lets one writer win and has confirmed each upload
   * by its SHA-256 (`Backend.confirmsUploads`); elsewhere it changes nothing. Default true.
   */
  readonly readBack?: boolean;
}

/** What a store held at one moment. */
export interface StoreSnapshot {
  has(file: StoreFile): boolean;
}

/**
 * A place that modules are published to and that `go` can be pointed at. One class for all backends: what a
 * store promises does not depend on where its bytes lie, except for `guarantee`.
 *
 * The promise: a version is absent or complete, and once complete never changes. Complete means that `.info`
 * exists, since `go` resolves a version through it; it is written after zip and mod, and before `list`.
 */
export class Store {
  readonly #backend: Backend;
  readonly #options: StoreOptions;
  readonly #reader: StoredReader;

  constructor(backend: Backend, options: StoreOptions = {}) {
    this.#backend = backend;
    this.#options = options;
    this.#reader = new StoredReader(backend, options.retry);
  }

  /** The STORE url as it may be shown. */
  get url(): string {
    return this.#backend.url;
  }

  get guarantee(): Guarantee {
    return this.#backend.guarantee;
  }

  /** What consumers put in GOPROXY; undefined when they read through something else (Athens). */
  get goproxyUrl(): string | undefined {
    return this.#backend.goproxyUrl;
  }

  /**
   * Publishes a version and reads it back. `unchanged` when it is there already with the same h1 and go.mod h1
   * (`.info` never counts); then nothing is written. A version that an interrupted run left behind half-way is
   * completed and counts as `published`.
   *
   * Throws VERSION_CHANGED when the version exists with other content, RACE_LOST when another publisher won
   * it during this call, HASH_MISMATCH when the store serves something else than was put.
   */
  async publish(module: VerifiedModule, options: PublishOptions = {}): Promise<PublishStatus> {
    const { readBack = true, ...publishing } = options;
    const publication = await this.#publication(module, publishing);
    const status = await publication.run();
    const isTrusted = !readBack && this.guarantee === "atomic" && this.#backend.confirmsUploads;
    if (status === "published" && !isTrusted) await this.#readBack(module);
    return status;
  }

  /**
   * What `publish` would find, without writing: `absent`, `published` (complete, same content) or `incomplete`
   * (same content, but not all files are there). Throws VERSION_CHANGED as `publish` does.
   */
  async check(module: VerifiedModule): Promise<"absent" | "incomplete" | "published"> {
    return (await this.#publication(module)).state();
  }

  /**
   * Reads a version through the path that consumers read and compares it with `module`: info, mod, zip and
   * `list`. Throws HASH_MISMATCH naming the first difference, REMOTE_NOT_FOUND naming what is missing.
   */
  async verifyPublished(module: VerifiedModule): Promise<void> {
    await (await this.#publication(module)).verify();
  }

  /**
   * Puts the go.mod of a version that takes part in the module graph only; the version itself stays absent.
   * Throws VERSION_CHANGED when there is another one, RACE_LOST as `publish` does.
   */
  async publishGoMod(verified: VerifiedGoMod): Promise<PublishStatus> {
    if (!VerifiedGoMod.is(verified))
      throw new ModwharfError("INTERNAL", "a store takes verified go.mod files only");
    const { retry } = this.#options;
    return publishGoMod(verified, { backend: this.#backend, reader: this.#reader, retry });
  }

  /**
   * What is stored now, for callers who are about to ask for many files: one listing instead of a question for each.
   * undefined when there are more than `limit` files.
   */
  async snapshot(limit: number): Promise<StoreSnapshot | undefined> {
    const keys = new Set<string>();
    for await (const key of this.#backend.keys()) {
      keys.add(key);
      if (keys.size > limit) return undefined;
    }
    return { has: (file) => keys.has(this.#backend.keysOf(file)[0]) };
  }

  /** True when a version is published; whether all of it is still there is for `hashes` to say. */
  async has({ path, version }: ModuleVersion): Promise<boolean> {
    return (await this.#backend.stat(this.#backend.keysOf({ path, version, kind: "info" })[0])) !== undefined;
  }

  /** False when an interrupted run left out a second name that some of a version's files are stored under. */
  async hasCopies({ path, version }: ModuleVersion, kinds: readonly VersionFileKind[]): Promise<boolean> {
    for (const kind of kinds) {
      for (const copy of this.#backend.keysOf({ path, version, kind }).slice(1))
        if ((await this.#backend.stat(copy)) === undefined) return false;
    }
    return true;
  }

  /** The hash of a version's `.mod`, which may stand there alone; undefined when there is none. */
  async goModHash({ path, version }: ModuleVersion): Promise<string | undefined> {
    const mod = await this.#reader.bytes(this.#backend.keysOf({ path, version, kind: "mod" })[0]);
    return mod && hashGoMod(mod.bytes);
  }

  /**
   * The hashes of a complete version, computed from what is stored: the zip is read whole. A zip that is none has the
   * hash "not a module zip". undefined when the version is absent or incomplete.
   */
  async hashes(module: ModuleVersion): Promise<VersionHashes | undefined> {
    const { path, version } = module;
    const key = (kind: "zip" | "mod") => this.#backend.keysOf({ path, version, kind })[0];
    if (!(await this.has(module))) return undefined;
    const mod = await this.#reader.bytes(key("mod"));
    const h1 = await hashOrNotAZip(this.#reader.h1OfZip(key("zip")));
    if (mod === undefined || h1 === undefined) return undefined;
    if (!(await this.hasCopies(module, ["zip", "mod", "info"]))) return undefined;
    if (isListed(version) && !(await this.versions(path)).includes(version)) return undefined;
    return { h1, goModH1: hashGoMod(mod.bytes) };
  }

  /** The listed versions of a module, sorted; empty for an unknown module. */
  async versions(modulePath: string): Promise<string[]> {
    const [key] = this.#backend.keysOf({ path: modulePath, kind: "list" });
    const found = await this.#reader.bytes(key);
    return found === undefined ? [] : parseVersionList(found.bytes.toString("utf8"));
  }

  /**
   * Every published version (every `.info`) in the store, pseudo-versions included, in no particular order.
   * Reads the whole index: minutes on a large store.
   */
  async *modules(modulePath?: string): AsyncGenerator<ModuleVersion> {
    for await (const key of this.#backend.keys(modulePath)) {
      const file = this.#backend.fileOf(key);
      if (file?.kind !== "info") continue;
      if (modulePath !== undefined && file.path !== modulePath) continue;
      yield { path: file.path, version: file.version };
    }
  }

  /** A stored file as a stream that the caller must read or destroy; undefined when it is absent. */
  async readFile(file: StoreFile): Promise<StoredObject | undefined> {
    const found = await this.#backend.get(this.#backend.keysOf(file)[0]);
    // undici reports an abandoned body as an error; whoever reads it listens as well.
    found?.body.on("error", () => {});
    return found;
  }

  /** Lets go of connections. */
  async close(): Promise<void> {
    await this.#backend.close();
  }

  async #publication(module: VerifiedModule, publishing: PublicationOptions = {}): Promise<Publication> {
    if (!VerifiedModule.is(module))
      throw new ModwharfError("INTERNAL", "a store takes verified modules only");
    return Publication.of(module, {
      backend: this.#backend,
      reader: this.#reader,
      ...this.#options,
      ...publishing,
    });
  }

  async #readBack(module: VerifiedModule): Promise<void> {
    let difference: ModwharfError | undefined;
    const isOurs = async () => {
      try {
        await this.verifyPublished(module);
        return true;
      } catch (error) {
        if (this.guarantee === "atomic" || !(error instanceof ModwharfError)) throw error;
        if (error.code !== "HASH_MISMATCH") throw error;
        difference = error;
        return false;
      }
    };
    if (await settles(isOurs, this.#options.retry)) return;
    // Where the storage lets a second upload through, other bytes right after ours mean another publisher.
    throw new ModwharfError("RACE_LOST", "another publisher wrote other content at the same time", {
      subject: `${formatModuleVersion(module.module)} in ${this.url}`,
      expected: difference?.expected,
      actual: difference?.actual,
      fix: "publish the content you mean as a new version; this store cannot refuse the second of two uploads",
      cause: difference,
    });
  }
}
