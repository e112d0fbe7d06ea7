import { hash } from "node:crypto";
import { ModwharfError } from "../base/errors.ts";
import type { H1 } from "./h1.ts";
import { encodeName, sortNames } from "./names.ts";

/*
 * An h1 is the sha256 of a text: one line `<sha256>  <name>` for each file of the module. Whoever has that text and
 * go.sum knows the hash of each file, and cannot be lied to: a text with another line has another h1. So a list of
 * hashes, kept from an earlier run or restored from any cache, stands in for the zip as far as nothing but hashes is
 * asked for.
 */

/** Where the name begins in a line. */
const NAME_AT = 64 + "  ".length;

/** The h1 that a list stands for, whether its text or its bytes. */
export function h1OfList(list: string | Uint8Array): H1 {
  return `h1:${hash("sha256", typeof list === "string" ? encodeName(list) : list, "base64")}`;
}

/**
 * What a list says of a module's files, looked up in the text itself: lists of large modules have tens of thousands
 * of lines, of which few are asked for.
 */
export class FileHashes {
  readonly #lines: readonly string[];
  readonly #prefixLength: number;

  /**
   * `list` has the h1 of the module; `prefix` is what its names begin with: `path@version/`. Throws ZIP_INVALID when
   * one does not: go refuses such a module.
   */
  constructor(list: string, prefix: string) {
    const lines = list.split("\n");
    lines.pop();
    const foreign = lines.find((line) => !line.startsWith(prefix, NAME_AT));
    if (foreign !== undefined) throw foreignName(foreign, prefix);
    // In the order of JavaScript's comparison, which for names beyond the BMP is not that of the list.
    this.#lines = isAscii(list)
      ? lines
      : lines.sort((a, b) => (a.slice(NAME_AT) < b.slice(NAME_AT) ? -1 : 1));
    this.#prefixLength = NAME_AT + prefix.length;
  }

  /** The sha256 of a file in hexadecimal form; undefined when the module has no such file. */
  of(path: string): string | undefined {
    const line = this.#lines[this.#firstFrom(path)];
    return line?.slice(this.#prefixLength) === path ? line.slice(0, 64) : undefined;
  }

  /** The paths of all files. */
  paths(): string[] {
    const paths = this.#lines.map((line) => line.slice(this.#prefixLength));
    return paths.filter((path) => path !== "" && !path.endsWith("/"));
  }

  /** The names in a directory ("" is the root); undefined when nothing is below it. */
  list(dir: string): Map<string, "regular" | "directory"> | undefined {
    const prefix = dir === "" ? "" : `${dir}/`;
    const found = new Map<string, "regular" | "directory">();
    for (let at = this.#firstFrom(prefix); at < this.#lines.length; ) {
      const path = this.#lines[at]!.slice(this.#prefixLength);
      if (!path.startsWith(prefix)) break;
      const slash = path.indexOf("/", prefix.length);
      const name = path.slice(prefix.length, slash < 0 ? path.length : slash);
      // An empty name is the entry that some zips have for the directory itself.
      if (name !== "") found.set(name, slash < 0 ? "regular" : "directory");
      // What sorts behind everything below a directory: 0 follows the slash.
      at = slash < 0 ? at + 1 : this.#firstFrom(`${path.slice(0, slash)}0`);
    }
    if (found.size === 0) return undefined;
    const names = sortNames([...found.keys()]);
    return new Map(names.map((name) => [name, found.get(name)!]));
  }

  /** The index of the first line whose path is not below `path` in order. */
  #firstFrom(path: string): number {
    let low = 0;
    let high = this.#lines.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#lines[middle]!.slice(this.#prefixLength) < path) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function foreignName(line: string, prefix: string): ModwharfError {
  return new ModwharfError("ZIP_INVALID", "a file of the module lies outside of it", {
    subject: JSON.stringify(line.slice(NAME_AT)),
    expected: `${prefix}…`,
    fix: "do not use this module: go refuses it too",
  });
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}
