import { lstatSync, readdirSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { errnoOf } from "../base/files.ts";
import { sha256Hex } from "../dirhash/h1.ts";
import { decodeName, fsPath, sortNames } from "../dirhash/names.ts";
import { type EntryMode, modeOf } from "../dirhash/walk.ts";
import { type GoFile, readGoFile } from "./go-file.ts";
import { joinPath, type ModuleTree } from "./module-tree.ts";

/** A main module, or the target of a local replacement. */
export class DirectoryTree implements ModuleTree {
  readonly isLocal = true;
  readonly root: string;
  readonly #listed = new Map<string, ReadonlyMap<string, EntryMode> | undefined>();

  constructor(root: string) {
    this.root = root;
  }

  list(dir: string): ReadonlyMap<string, EntryMode> | undefined {
    if (!this.#listed.has(dir)) this.#listed.set(dir, readDirectory(join(this.root, dir)));
    return this.#listed.get(dir);
  }

  follow(path: string): EntryMode | undefined {
    const stats = statSync(fsPath(join(this.root, path)), { throwIfNoEntry: false });
    return stats === undefined ? undefined : modeOf(stats);
  }

  async goFile(path: string): Promise<GoFile> {
    return readGoFile(await this.read(path));
  }

  async fetch(): Promise<void> {}

  async read(path: string): Promise<Uint8Array> {
    const file = join(this.root, path);
    try {
      return await readFile(fsPath(file));
    } catch (error) {
      throw new ModwharfError("FILE_UNREADABLE", "cannot read the file", {
        subject: file,
        actual: errnoOf(error),
        cause: error,
      });
    }
  }

  async sha256(path: string): Promise<string> {
    return sha256Hex(await this.read(path));
  }
}

/** The names of a directory with their modes; undefined when it is none. */
export function readDirectory(dir: string): ReadonlyMap<string, EntryMode> | undefined {
  try {
    const modes = new Map<string, EntryMode>();
    for (const entry of readdirSync(fsPath(dir), { withFileTypes: true, encoding: "utf8" })) {
      modes.set(entry.name, modeOf(entry));
    }
    const names = [...modes.keys()];
    if (names.some((name) => name.includes("\ufffd"))) return readBytewise(dir);
    return new Map(sortNames(names).map((name) => [name, modes.get(name)!]));
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return undefined;
    throw new ModwharfError("FILE_UNREADABLE", "cannot list the directory", {
      subject: dir,
      actual: errnoOf(error),
      cause: error,
    });
  }
}

/** For names that may not be UTF-8. */
function readBytewise(dir: string): ReadonlyMap<string, EntryMode> {
  const names = sortNames(readdirSync(fsPath(dir), { encoding: "buffer" }).map(decodeName));
  return new Map(names.map((name) => [name, modeOf(lstatSync(fsPath(joinPath(dir, name))))]));
}
