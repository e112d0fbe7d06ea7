import { ModwharfError } from "../base/errors.ts";
import { pause, type RetryPolicy } from "../base/retry.ts";
import type { Backend } from "./backend.ts";
import { contentOfBytes } from "./content.ts";
import type { StoredReader } from "./stored.ts";
import { formatVersionList, mergeVersions, parseVersionList } from "./version-list.ts";

export interface ListContext {
  backend: Backend;
  reader: StoredReader;
  retry?: Partial<RetryPolicy> | undefined;
}

/** Each lost round means that another publisher won one, so this many can race for one module. */
const MAX_ROUNDS = 64;

/** Changes to one module's `@v/list`, which is never empty and never loses another publisher's version. */
export class ListUpdate {
  readonly #context: ListContext;
  readonly #path: string;
  readonly #key: string;
  readonly #wrote: () => void;

  /** `wrote` is called before each write. */
  constructor(path: string, context: ListContext, wrote: () => void) {
    this.#context = context;
    this.#path = path;
    this.#key = context.backend.keysOf({ path, kind: "list" })[0];
    this.#wrote = wrote;
  }

  async has(version: string): Promise<boolean> {
    return (await this.#read())?.versions.includes(version) ?? false;
  }

  /**
   * Adds a version: merge, write under compare-and-swap, read back, again until it stays. A version that is
   * listed already costs one read and no write. Where no list is expected, writing is tried before looking.
   */
  async add(version: string, isAbsent = false): Promise<void> {
    let written = false;
    for (let round = 1; round <= MAX_ROUNDS; round++) {
      const current = isAbsent && round === 1 ? undefined : await this.#read();
      const listed = current?.versions ?? [];
      if (listed.includes(version) && !written) return;
      const recent = (await this.#context.backend.recentVersions?.(this.#path)) ?? [];
      const wanted = mergeVersions([...listed, version], recent);
      if (wanted.length === listed.length) return;
      if (!(await this.#write(wanted, current?.revision))) await this.#pause(isAbsent ? round - 1 : round);
      // A storage that compares and swaps in one step has it now.
      else if (this.#context.backend.guarantee === "atomic") return;
      else written = true;
    }
    throw new ModwharfError("REMOTE", "the list of versions keeps changing", {
      subject: this.#key,
      fix: "run again; the version is published and only its line in list is missing",
    });
  }

  #write(versions: readonly string[], revision: string | undefined): Promise<boolean> {
    const { backend } = this.#context;
    const content = contentOfBytes("list", Buffer.from(formatVersionList(versions)));
    this.#wrote();
    return revision === undefined
      ? backend.create(this.#key, content)
      : backend.replace(this.#key, content, revision);
  }

  async #read(): Promise<{ versions: string[]; revision: string } | undefined> {
    const found = await this.#context.reader.bytes(this.#key);
    if (found === undefined) return undefined;
    return { versions: parseVersionList(found.bytes.toString("utf8")), revision: found.revision };
  }

  async #pause(round: number): Promise<void> {
    const { random = Math.random } = this.#context.retry ?? {};
    const ms = Math.round(random() * Math.min(2000, 20 * 2 ** Math.min(round, 10)));
    await pause(ms, this.#context.retry);
  }
}
