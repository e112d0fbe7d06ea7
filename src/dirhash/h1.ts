import * as crypto from "node:crypto";
import { ModwharfError } from "../base/errors.ts";
import { encodeName, sortNames } from "./names.ts";

/** Go's name for the hash in go.sum: "h1:" and the base64 of a sha256. */
export type H1 = `h1:${string}`;

/** The lower-case hexadecimal sha256 of bytes held whole. */
export function sha256Hex(bytes: Uint8Array): string {
  return crypto.hash("sha256", bytes, "hex");
}

/** Of a sha256 in hexadecimal. */
const HEX_BYTES = 64;

/** So many lines are hashed at once, which keeps the text short that is made of them. */
const LINES_AT_ONCE = 256;

/**
 * Builds an h1 from the sha256 of each file, added in any order.
 *
 * The h1 is the sha256 over one line for each file, `<hex sha256>  <name>\n`, ordered by name bytewise
 * (golang.org/x/mod/sumdb/dirhash Hash1). A name added twice makes two lines, both with the later sum, as in Go.
 */
export class Hash1 {
  readonly #prefix: string;
  /** Where the sum of a name stands in `#sums`: outside of the heap, since there may be a hundred thousand. */
  readonly #places = new Map<string, number>();
  readonly #names: string[] = [];
  #sums = Buffer.allocUnsafeSlow(64 * HEX_BYTES);

  /** `prefix` goes before every name that is added. */
  constructor(prefix = "") {
    this.#prefix = prefix;
  }

  /**
   * Adds a file. `name` with the prefix is its full name in the module zip (`path@version/file`), `sha256` the
   * hexadecimal form or the 32 bytes. A newline in the name throws ZIP_INVALID: it could forge a line.
   */
  add(name: string, sha256: string | Uint8Array): void {
    if (name.includes("\n")) {
      throw new ModwharfError("ZIP_INVALID", "a file name holds a newline, so it has no h1", {
        subject: JSON.stringify(this.#prefix + name),
        fix: "rename the file",
      });
    }
    const at = this.#places.get(name) ?? this.#places.size * HEX_BYTES;
    if (at === this.#sums.length) this.#sums = Buffer.concat([this.#sums], 2 * at);
    this.#sums.write(typeof sha256 === "string" ? sha256 : Buffer.from(sha256).toString("hex"), at, "latin1");
    this.#places.set(name, at);
    this.#names.push(name);
  }

  /** Adds a name that was added before once more, with the sum that it has. */
  repeat(name: string): void {
    this.#names.push(name);
  }

  /** The h1 of what was added. */
  sum(): H1 {
    const hash = crypto.createHash("sha256");
    for (const lines of this.#lines()) hash.update(lines);
    return `h1:${hash.digest("base64")}`;
  }

  /** What the h1 is the sha256 of: the lines of all files. See hash-list.ts for what it is good for. */
  list(): Buffer {
    return Buffer.concat([...this.#lines()]);
  }

  /** The bytes of all lines, some at a time. */
  *#lines(): Generator<Buffer> {
    const names = sortNames([...this.#names]);
    for (let i = 0; i < names.length; i += LINES_AT_ONCE) {
      const lines = names.slice(i, i + LINES_AT_ONCE).map((name) => this.#line(name));
      yield encodeName(lines.join(""));
    }
  }

  #line(name: string): string {
    const at = this.#places.get(name)!;
    return `${this.#sums.toString("latin1", at, at + HEX_BYTES)}  ${this.#prefix}${name}\n`;
  }
}

/** The h1 of files held in memory. */
export function h1OfEntries(entries: Iterable<readonly [name: string, content: Uint8Array]>): H1 {
  const h1 = new Hash1();
  for (const [name, content] of entries) h1.add(name, sha256Hex(content));
  return h1.sum();
}

/** The h1 that go.sum's `/go.mod` lines carry: of one file with the bare name go.mod. */
export function hashGoMod(goMod: Uint8Array): H1 {
  return h1OfEntries([["go.mod", goMod]]);
}
