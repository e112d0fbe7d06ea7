import { hash } from "node:crypto";
import type { H1 } from "./h1.ts";
import { decodeName, encodeName, sortNames } from "./names.ts";

/*
 * An h1 is the sha256 of a text: one line `<sha256>  <name>` for each file of the module. Whoever has that text and
 * go.sum knows the hash of each file, and cannot be lied to: a text with another line has another h1. So a list of
 * hashes, kept from an earlier run or restored from any cache, stands in for the zip as far as nothing but hashes is
 * asked for.
 */

/** Where the name begins in a line. */
const NAME_AT = 64 + "  ".length;

const LINE_FEED = 0x0a;
const SLASH = 0x2f;

/** The h1 that a list stands for. */
export function h1OfList(list: Uint8Array): H1 {
  return `h1:${hash("sha256", list, "base64")}`;
}

interface Directory {
  readonly modes: ReadonlyMap<string, "regular" | "directory">;
  readonly sums: ReadonlyMap<string, string>;
}

/**
 * What a list says of a module's files, looked up in its bytes: lists of large modules have tens of thousands of
 * lines, of which few are asked for, so none becomes a string before it is.
 */
export class FileHashes {
  readonly #bytes: Buffer;
  /** What the names begin with. */
  readonly #prefix: string;
  readonly #directories = new Map<string, Directory | undefined>();
  #starts: Uint32Array | undefined;

  /** `list` has the h1 of the module whose names begin with `prefix`, `path@version/`; others are not found. */
  constructor(list: Uint8Array, prefix: string) {
    this.#bytes = Buffer.from(list.buffer, list.byteOffset, list.byteLength);
    this.#prefix = prefix;
  }

  /** The sha256 of a file in hexadecimal form; undefined when the module has no such file. */
  of(path: string): string | undefined {
    const slash = path.lastIndexOf("/");
    return this.#directory(slash < 0 ? "" : path.slice(0, slash))?.sums.get(path.slice(slash + 1));
  }

  /** The names in a directory ("" is the root) in rising order; undefined when nothing is below it. */
  list(dir: string): ReadonlyMap<string, "regular" | "directory"> | undefined {
    return this.#directory(dir)?.modes;
  }

  /** The paths of all files. */
  paths(): string[] {
    const names = Array.from({ length: this.#lines.length - 1 }, (_, i) => this.#text(...this.#nameAt(i)));
    const own = names.filter((name) => name.startsWith(this.#prefix) && !name.endsWith("/"));
    return own.map((name) => name.slice(this.#prefix.length));
  }

  #directory(dir: string): Directory | undefined {
    if (!this.#directories.has(dir)) this.#directories.set(dir, this.#read(dir));
    return this.#directories.get(dir);
  }

  #read(dir: string): Directory | undefined {
    const above = encodeName(this.#prefix + (dir === "" ? "" : `${dir}/`));
    const modes = new Map<string, "regular" | "directory">();
    const sums = new Map<string, string>();
    for (let at = this.#firstFrom(above); at < this.#lines.length - 1; ) {
      const [start, end] = this.#nameAt(at);
      if (!this.#bytes.subarray(start, end).subarray(0, above.length).equals(above)) break;
      const nameStart = start + above.length;
      const slash = this.#bytes.indexOf(SLASH, nameStart);
      const isFile = slash < 0 || slash >= end;
      const name = this.#text(nameStart, isFile ? end : slash);
      // An empty name is the entry that some zips have for the directory itself.
      if (name !== "") modes.set(name, isFile ? "regular" : "directory");
      if (isFile) sums.set(name, this.#bytes.toString("latin1", this.#lines[at], this.#lines[at]! + 64));
      at = isFile ? at + 1 : this.#firstFrom(behind(this.#bytes.subarray(start, slash + 1)));
    }
    if (modes.size === 0) return undefined;
    const names = sortNames([...modes.keys()]);
    return { modes: new Map(names.map((name) => [name, modes.get(name)!])), sums };
  }

  /** Where each line begins, and where one behind the last would. */
  get #lines(): Uint32Array {
    this.#starts ??= lineStarts(this.#bytes);
    return this.#starts;
  }

  #nameAt(line: number): [start: number, end: number] {
    return [this.#lines[line]! + NAME_AT, this.#lines[line + 1]! - 1];
  }

  #text(start: number, end: number): string {
    return decodeName(this.#bytes.subarray(start, end));
  }

  /** The index of the first line whose name is not below `name` in the order of bytes, which is that of the list. */
  #firstFrom(name: Uint8Array): number {
    let low = 0;
    let high = this.#lines.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#bytes.compare(name, 0, name.length, ...this.#nameAt(middle)) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** What sorts behind everything below a directory, given with its slash: 0 follows the slash. */
function behind(directory: Uint8Array): Uint8Array {
  const name = Uint8Array.from(directory);
  name[name.length - 1] = SLASH + 1;
  return name;
}

function lineStarts(bytes: Buffer): Uint32Array {
  const starts = [0];
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) starts.push(at + 1);
  return Uint32Array.from(starts);
}
