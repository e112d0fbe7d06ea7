import { versionOfInfo } from "../artifact/info.ts";
import type { VerifiedModule } from "../artifact/verify.ts";
import { ModwharfError } from "../base/errors.ts";
import { hashGoMod } from "../dirhash/h1.ts";
import { formatModuleVersion } from "../module/module-version.ts";
import type { ObjectState } from "./backend.ts";
import { type Content, contentOfBytes, contentOfFile } from "./content.ts";
import { type ListContext, ListUpdate } from "./list-update.ts";
import { place, TRUST_MS } from "./placement.ts";
import { settles } from "./settles.ts";
import type { VersionFileKind } from "./store-file.ts";
import { formatHashes, hashOrNotAZip, sameHashes, type VersionHashes } from "./version-hashes.ts";
import { isListed } from "./version-list.ts";

export type PublishStatus = "published" | "unchanged";

export interface PublicationOptions {
  /**
   * True when the caller has seen that the version is absent: its zip is then put before anything is asked, in one step
   * that fails where there is one. A caller who is wrong, or no longer right, loses time and nothing else.
   */
  readonly isAbsent?: boolean | undefined;
  /** The same for the version's `.mod`, which may stand there without it. */
  readonly isModAbsent?: boolean | undefined;
  /** The same for the module's `list`. */
  readonly isListAbsent?: boolean | undefined;
}

export interface PublicationContext extends ListContext, PublicationOptions {
  /** A clock that only goes forward. */
  nowMs?: (() => number) | undefined;
}

/** The order of writing: what a consumer asks first comes last, so that it finds the rest there. */
const FILES: readonly VersionFileKind[] = ["zip", "mod", "info"];

/** One version on its way into one store: the put order zip, mod, info, list, for every backend. */
export class Publication {
  readonly #module: VerifiedModule;
  readonly #context: PublicationContext;
  readonly #contents: Readonly<Record<VersionFileKind, Content>>;
  readonly #keys: Readonly<Record<VersionFileKind, readonly [string, ...string[]]>>;
  readonly #list: ListUpdate;
  #writes = 0;
  /** When this run put the zip where none was, by `nowMs`. */
  #zipSince: number | undefined;
  #sawNoMod = false;

  static async of(module: VerifiedModule, context: PublicationContext): Promise<Publication> {
    const contents = {
      zip: await contentOfFile("zip", module.zipFile, module.zipSha256),
      mod: contentOfBytes("mod", module.mod),
      info: contentOfBytes("info", module.info),
    };
    return new Publication(module, context, contents);
  }

  private constructor(
    module: VerifiedModule,
    context: PublicationContext,
    contents: Readonly<Record<VersionFileKind, Content>>,
  ) {
    this.#module = module;
    this.#context = context;
    this.#contents = contents;
    const { path, version } = module.module;
    const keysOf = (kind: VersionFileKind) => context.backend.keysOf({ path, version, kind });
    this.#keys = { zip: keysOf("zip"), mod: keysOf("mod"), info: keysOf("info") };
    this.#list = new ListUpdate(path, context, () => this.#writes++);
  }

  /** Publishes or completes the version; `unchanged` means that nothing was written. */
  async run(): Promise<PublishStatus> {
    const { isAbsent, isModAbsent } = this.#context;
    if (isAbsent && !isModAbsent) await this.#checkLoneMod();
    const isNew = isAbsent === true && (await this.#createZip());
    if (!isNew && (await this.#isPublished())) await this.#compare("VERSION_CHANGED");
    else {
      if (!isAbsent) await this.#checkLoneMod();
      await this.#putVersion();
    }
    await this.#putCopies();
    const { version } = this.#module.module;
    if (isListed(version)) await this.#list.add(version, isNew && this.#context.isListAbsent);
    return this.#writes === 0 ? "unchanged" : "published";
  }

  async state(): Promise<"absent" | "incomplete" | "published"> {
    const { backend } = this.#context;
    if (!(await this.#isPublished())) {
      return (await backend.stat(this.#keys.zip[0])) === undefined ? "absent" : "incomplete";
    }
    await this.#compare("VERSION_CHANGED");
    for (const kind of FILES) {
      for (const copy of this.#keys[kind].slice(1)) {
        if ((await backend.stat(copy)) === undefined) return "incomplete";
      }
    }
    const { version } = this.#module.module;
    return isListed(version) && !(await this.#list.has(version)) ? "incomplete" : "published";
  }

  /** Reads the version as a consumer would; see Store.verifyPublished. */
  async verify(): Promise<void> {
    const info = await this.#context.reader.bytes(this.#keys.info[0]);
    if (info === undefined) throw this.#missing(".info");
    this.#checkInfo(info.bytes);
    const stored = await this.#storedHashes((key) => this.#context.reader.h1OfZip(key));
    if (!sameHashes(stored, this.#module)) {
      throw this.#changed("HASH_MISMATCH", "the store serves other content than was published", stored);
    }
    const { version } = this.#module.module;
    if (isListed(version) && !(await this.#list.has(version))) throw this.#missing("its line in list");
  }

  async #isPublished(): Promise<boolean> {
    return (await this.#context.backend.stat(this.#keys.info[0])) !== undefined;
  }

  /** A `.mod` without a zip was put alone (publishGoMod), as final as a version; with one it may be a leftover. */
  async #checkLoneMod(): Promise<void> {
    this.#sawNoMod = (await this.#context.backend.stat(this.#keys.mod[0])) === undefined;
    const goModH1 = this.#sawNoMod ? undefined : await this.#storedHash("mod");
    if (goModH1 === undefined || goModH1 === this.#module.goModH1) return;
    if ((await this.#context.backend.stat(this.#keys.zip[0])) !== undefined) return;
    throw this.#changedMod("VERSION_CHANGED", goModH1);
  }

  #changedMod(code: "VERSION_CHANGED" | "RACE_LOST", goModH1: string): ModwharfError {
    const what = "the go.mod of this version is published with other content";
    return this.#changed(code, what, { h1: this.#module.h1, goModH1 });
  }

  #nowMs(): number {
    return (this.#context.nowMs ?? (() => performance.now()))();
  }

  /** Puts the zip where none is; false when there is one. */
  async #createZip(): Promise<boolean> {
    const since = this.#nowMs();
    if (!(await this.#context.backend.create(this.#keys.zip[0], this.#contents.zip))) return false;
    this.#zipSince = since;
    this.#writes++;
    return true;
  }

  async #putVersion(): Promise<void> {
    const { backend } = this.#context;
    for (let round = 1; round <= 3; round++) {
      const zipSince = this.#zipSince ?? (await this.#placedSince("zip"));
      const modSince = await this.#placedSince("mod");
      if (backend.guarantee === "detected") await this.#confirm();
      // An upload that took longer than a leftover is trusted for: somebody may have replaced it meanwhile.
      this.#zipSince = undefined;
      if (this.#nowMs() - Math.min(zipSince, modSince) >= TRUST_MS) continue;
      this.#writes++;
      if (await backend.create(this.#keys.info[0], this.#contents.info)) return;
      return this.#compare("RACE_LOST");
    }
    throw new ModwharfError("REMOTE", "the store is too slow to publish safely", {
      subject: this.#subject(),
      expected: `zip, mod and info written within ${TRUST_MS / 60_000} min`,
      fix: "run again when the store or the network is faster",
    });
  }

  /** Makes the storage hold our zip or mod; since when it does, by `nowMs`. */
  async #placedSince(kind: "zip" | "mod"): Promise<number> {
    const key = this.#keys[kind][0];
    const isZipNew = this.#zipSince !== undefined;
    const placement = {
      key,
      // Where there was no zip there hardly is a mod.
      isAbsent: isZipNew || (kind === "mod" && this.#sawNoMod),
      content: this.#contents[kind],
      same: async (state: ObjectState) => {
        const isOurs = await this.#isOurs(kind, state);
        // Where there was no zip it is no leftover: somebody put it alone since the caller looked.
        if (!isOurs && isZipNew)
          throw this.#changedMod("RACE_LOST", (await this.#storedHash("mod")) ?? "nothing");
        return isOurs;
      },
      difference: async () => ({
        expected: `${(await this.#storedHash(kind)) ?? "nothing"}, as stored`,
        actual: kind === "zip" ? this.#module.h1 : this.#module.goModH1,
      }),
    };
    const now = this.#nowMs();
    return now - (await place(this.#context.backend, placement, () => this.#writes++));
  }

  /** On a storage that lets two uploads of a key through: is what it serves now still ours? */
  async #confirm(): Promise<void> {
    const isOurs = async () => (await this.#holdsOurs("zip")) && (await this.#holdsOurs("mod"));
    if (await settles(isOurs, this.#context.retry)) return;
    const stored = await this.#storedHashes((key) => this.#context.reader.h1OfZip(key));
    throw this.#changed("RACE_LOST", "another publisher wrote other content at the same time", stored);
  }

  async #holdsOurs(kind: "zip" | "mod"): Promise<boolean> {
    const state = await this.#context.backend.stat(this.#keys[kind][0]);
    return state !== undefined && this.#isOurs(kind, state);
  }

  /** Equal bytes save reading the object; other bytes may still be the same zip, packed differently. */
  async #isOurs(kind: "zip" | "mod", state: ObjectState): Promise<boolean> {
    if (await this.#hasBytes(kind, state)) return true;
    return (await this.#storedHash(kind)) === (kind === "zip" ? this.#module.h1 : this.#module.goModH1);
  }

  async #hasBytes(kind: "zip" | "mod", { sha256 }: ObjectState): Promise<boolean> {
    return sha256 !== undefined && sha256 === (await this.#contents[kind].sha256());
  }

  async #storedHash(kind: "zip" | "mod"): Promise<string | undefined> {
    const key = this.#keys[kind][0];
    if (kind === "zip") return hashOrNotAZip(this.#context.reader.h1OfZip(key));
    const stored = await this.#context.reader.bytes(key);
    return stored === undefined ? undefined : hashGoMod(stored.bytes);
  }

  async #putCopies(): Promise<void> {
    const { backend } = this.#context;
    for (const kind of FILES) {
      for (const copy of this.#keys[kind].slice(1)) {
        if ((await backend.stat(copy)) !== undefined) continue;
        this.#writes++;
        // Somebody completing the same version at the same time writes the same bytes: no matter who wins.
        await backend.create(copy, this.#contents[kind]);
      }
    }
  }

  /** Throws `code` unless the published version has our content. */
  async #compare(code: "VERSION_CHANGED" | "RACE_LOST"): Promise<void> {
    const { backend } = this.#context;
    const stored = await this.#storedHashes(async (key) => {
      const state = await backend.stat(key);
      if (state === undefined) return undefined;
      return (await this.#hasBytes("zip", state)) ? this.#module.h1 : this.#context.reader.h1OfZip(key);
    });
    if (sameHashes(stored, this.#module)) return;
    const what =
      code === "RACE_LOST"
        ? "another publisher published other content under this version first"
        : "this version is published with other content";
    throw this.#changed(code, what, stored);
  }

  async #storedHashes(hashOfZip: (key: string) => Promise<string | undefined>): Promise<VersionHashes> {
    const mod = await this.#context.reader.bytes(this.#keys.mod[0]);
    if (mod === undefined) throw this.#missing(".mod");
    const h1 = await hashOrNotAZip(hashOfZip(this.#keys.zip[0]));
    if (h1 === undefined) throw this.#missing(".zip");
    return { h1, goModH1: hashGoMod(mod.bytes) };
  }

  #changed(code: "VERSION_CHANGED" | "RACE_LOST" | "HASH_MISMATCH", what: string, stored: VersionHashes) {
    return new ModwharfError(code, what, {
      subject: this.#subject(),
      expected: code === "HASH_MISMATCH" ? formatHashes(this.#module) : `${formatHashes(stored)}, as stored`,
      actual: code === "HASH_MISMATCH" ? formatHashes(stored) : formatHashes(this.#module),
      fix:
        code === "HASH_MISMATCH"
          ? "do not let anybody use this version from here; find out what altered it between here and the store"
          : "a version never changes: restore the tag to the published commit, or tag a new version",
    });
  }

  #missing(part: string): ModwharfError {
    return new ModwharfError("REMOTE_NOT_FOUND", `the store has this version without ${part}`, {
      subject: this.#subject(),
      expected: "zip, mod, info and a line in list",
      fix: "somebody removed it: restore it from a backup or a mirror; a version is never written a second time",
    });
  }

  #checkInfo(info: Buffer): void {
    const { version } = this.#module.module;
    const stored = versionOfInfo(info, this.#subject());
    if (stored === version) return;
    throw new ModwharfError("HASH_MISMATCH", "the store serves the .info of another version", {
      subject: this.#subject(),
      expected: version,
      actual: stored,
      fix: "find out who wrote this .info; it was not this tool",
    });
  }

  #subject(): string {
    return `${formatModuleVersion(this.#module.module)} in ${this.#context.backend.url}`;
  }
}
