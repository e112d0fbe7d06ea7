import * as crypto from "node:crypto";
import { isWellFormed } from "../base/bytewise.ts";
import { ModwharfError } from "../base/errors.ts";
import { encodeName, sortNames } from "./names.ts";

/** Go's name for the hash in go.sum: "h1:" and the base64 of a sha256. */
export type H1 = `h1:${string}`;

/** The lower-case hexadecimal sha256 of bytes held whole. */
export function sha256Hex(bytes: Uint8Array): string {
  return crypto.hash("sha256", bytes, "hex");
}

/**
 * Builds an h1 from the sha256 of each file, added in any order.
 *
 * The h1 is the sha256 over one line for each file, `<hex sha256>  <name>\n`, ordered by name bytewise
 * (golang.org/x/mod/sumdb/dirhash Hash1). A name added twice makes two lines, as in Go.
 */
export class Hash1 {
  readonly #sums = new Map<string, string>();
  readonly #names: string[] = [];

  /**
   * Adds a file. `name` is its full name in the module zip (`path@version/file`), `sha256` the hexadecimal form
   * or the 32 bytes. A newline in the name throws ZIP_INVALID: it could forge a line.
   */
  add(name: string, sha256: string | Uint8Array): void {
    if (name.includes("\n")) {
      throw new ModwharfError("ZIP_INVALID", "a file name holds a newline, so it has no h1", {
        subject: JSON.stringify(name),
        fix: "rename the file",
      });
    }
    this.#sums.set(name, typeof sha256 === "string" ? sha256 : Buffer.from(sha256).toString("hex"));
    this.#names.push(name);
  }

  /** The h1 of what was added. */
  sum(): H1 {
    const hash = crypto.createHash("sha256");
    let lines = "";
    for (const name of sortNames([...this.#names])) {
      const line = `${this.#sums.get(name)}  ${name}\n`;
      if (isWellFormed(line)) lines += line;
      else {
        hash.update(lines).update(encodeName(line));
        lines = "";
      }
    }
    return `h1:${hash.update(lines).digest("base64")}`;
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
