import { createReadStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { extract } from "tar-stream";
import type { VerifiedModule } from "../../artifact/verify.ts";
import { type VerifiedGoMod, verifyGoMod } from "../../artifact/verify-go-mod.ts";
import { Pool } from "../../base/pool.ts";
import { sha256Hex } from "../../dirhash/h1.ts";
import type { Hasher } from "../../modcache/hasher.ts";
import { formatModuleVersion } from "../../module/module-version.ts";
import { MAX_GO_MOD_BYTES } from "../../zip/files.ts";
import { verify } from "../acquire.ts";
import {
  type BundledModule,
  type BundleEntry,
  type BundleIndex,
  entriesOf,
  INDEX_NAME,
  invalidBundle,
} from "./bundle-index.ts";
import { damaged } from "./damaged.ts";
import { bytesOfEntry, type Entry, MAX_INDEX_BYTES, writeZipEntry } from "./entry.ts";
import { parseIndex } from "./parse-index.ts";

/** The entry of a module zip. */
interface ZipEntry {
  readonly name: string;
  readonly module: BundledModule;
}

export interface ReadBundleOptions {
  readonly hasher: Hasher;
  /** An existing directory for zips; the caller removes it. */
  readonly workDir: string;
  /** True leaves the verified zips in `workDir`; else each is deleted once it was verified. */
  readonly keep: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What a bundle holds, all of it held against the index. */
export interface BundleContents {
  readonly index: BundleIndex;
  readonly modules: readonly VerifiedModule[];
  readonly goMods: readonly VerifiedGoMod[];
  /** By escaped `path@version`. */
  readonly lookups: ReadonlyMap<string, Buffer>;
  /** By path, `tile/8/…`. */
  readonly tiles: ReadonlyMap<string, Buffer>;
  readonly sizeBytes: number;
}

/**
 * Reads a bundle once, from start to end, and verifies every entry: its place, its hash, and for modules the zip rules.
 * The index itself proves nothing; who vouches for the hashes in it is a question of its own (`proofsOf`).
 *
 * Throws BUNDLE_INVALID, HASH_MISMATCH and ZIP_INVALID for what was altered, FILE_UNREADABLE.
 */
export async function readBundle(file: string, options: ReadBundleOptions): Promise<BundleContents> {
  const reader = new BundleReader(options);
  const source = createReadStream(file, { signal: options.signal });
  const tar = extract();
  // An error of the file ends the tar stream, whose reader below then sees it.
  const fed = pipeline(source, tar).catch((error: unknown) => error);
  try {
    for await (const entry of tar) await reader.take(entry as unknown as Entry);
    return { ...(await reader.finish()), sizeBytes: source.bytesRead };
  } catch (error) {
    tar.destroy();
    await reader.abandon();
    throw damaged(file, error, reader.hasBegun);
  } finally {
    await fed;
  }
}

class BundleReader {
  readonly #options: ReadBundleOptions;
  readonly #pool: Pool;
  readonly #verifying: Promise<void>[] = [];
  readonly #modules: VerifiedModule[] = [];
  readonly #goMods: VerifiedGoMod[] = [];
  readonly #lookups = new Map<string, Buffer>();
  readonly #tiles = new Map<string, Buffer>();
  #index: BundleIndex | undefined;
  #expected: BundleEntry[] = [];
  #hasBegun = false;
  #taken = 0;
  #files: { info?: Buffer; mod?: Buffer } = {};

  constructor(options: ReadBundleOptions) {
    this.#options = options;
    this.#pool = new Pool(options.hasher.parallel);
  }

  /** True once the first entry was the index's. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  async take(entry: Entry): Promise<void> {
    const { name, type } = entry.header;
    const next = this.#expected[this.#taken];
    const expected = this.#index === undefined ? INDEX_NAME : (next?.name ?? "the end of the bundle");
    if (name !== expected || type !== "file") {
      throw invalidBundle("the bundle has another entry than its index says", {
        expected,
        actual: `${type} ${name}`,
      });
    }
    if (this.#index === undefined) {
      this.#hasBegun = true;
      this.#index = parseIndex(await bytesOfEntry(entry, MAX_INDEX_BYTES));
      this.#expected = entriesOf(this.#index);
      return;
    }
    this.#taken++;
    await this.#takeExpected(entry, next!);
  }

  async #takeExpected(entry: Entry, expected: BundleEntry): Promise<void> {
    switch (expected.kind) {
      case "info":
        this.#files = { info: await bytesOfEntry(entry, MAX_GO_MOD_BYTES) };
        return this.#checkSha256(expected.name, expected.module.infoSha256, sha256Hex(this.#files.info!));
      case "mod":
        return await this.#takeMod(entry, expected.module);
      case "zip":
        return await this.#takeZip(entry, expected);
      case "lookup":
        this.#lookups.set(expected.key, await bytesOfEntry(entry, MAX_GO_MOD_BYTES));
        return;
      case "tile":
        this.#tiles.set(expected.path, await bytesOfEntry(entry, MAX_GO_MOD_BYTES));
        return;
      default: {
        const text = expected.kind === "list" ? expected.text : "";
        const actual = (await bytesOfEntry(entry, MAX_GO_MOD_BYTES)).toString("utf8");
        if (actual !== text) {
          throw invalidBundle("an entry was altered", {
            subject: expected.name,
            expected: JSON.stringify(text),
            actual: JSON.stringify(actual.slice(0, 200)),
          });
        }
      }
    }
  }

  async #takeMod(entry: Entry, module: BundledModule): Promise<void> {
    const mod = await bytesOfEntry(entry, MAX_GO_MOD_BYTES);
    if (module.h1 === undefined) this.#goMods.push(verifyGoMod(module, mod, module.goModH1));
    else this.#files.mod = mod;
  }

  async #takeZip(entry: Entry, { name, module }: ZipEntry): Promise<void> {
    const zipFile = join(this.#options.workDir, `${this.#taken}.zip`);
    this.#checkSha256(name, module.zipSha256, await writeZipEntry(entry, zipFile));
    const { info, mod } = this.#files;
    const { hasher, keep } = this.#options;
    const { path, version, h1, goModH1 } = module;
    const verifying = this.#pool.run(async () => {
      const files = { zipFile, mod: mod!, info: info!, hasher };
      const verified = await verify({ path, version }, { h1, goModH1 }, files);
      this.#modules.push(verified);
      if (!keep) await verified.dispose();
    });
    // Seen in `finish`; a failure before that must not end the process.
    verifying.catch(() => {});
    this.#verifying.push(verifying);
    this.#options.signal?.throwIfAborted();
  }

  #checkSha256(name: string, expected: string | undefined, actual: string): void {
    if (expected === actual) return;
    throw invalidBundle("an entry was altered", { subject: name, ...(expected && { expected }), actual });
  }

  async finish(): Promise<Omit<BundleContents, "sizeBytes">> {
    await Promise.all(this.#verifying);
    const missing = this.#expected[this.#taken];
    if (this.#index === undefined || missing !== undefined) {
      throw invalidBundle("the bundle is truncated", {
        expected: missing?.name ?? INDEX_NAME,
        actual: "its end",
      });
    }
    // Verified in whatever order; the index has them sorted.
    const byName = new Map(this.#modules.map((verified) => [formatModuleVersion(verified.module), verified]));
    const modules = this.#index.modules.flatMap((module) => byName.get(formatModuleVersion(module)) ?? []);
    return { index: this.#index, modules, goMods: this.#goMods, lookups: this.#lookups, tiles: this.#tiles };
  }

  /** Waits for what is under way, so that nothing writes into a folder that is about to be removed. */
  async abandon(): Promise<void> {
    await Promise.allSettled(this.#verifying);
  }
}
