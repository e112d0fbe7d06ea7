import { type Dirent, lstatSync, readdirSync, type Stats } from "node:fs";
import { fixForReading } from "../base/errno-advice.ts";
import { ModwharfError } from "../base/errors.ts";
import { errnoOf } from "../base/files.ts";
import { decodeName, fsPath, sortNames } from "./names.ts";

export type EntryMode = "regular" | "directory" | "symlink" | "irregular";

/** A file or directory below the root of a walk. */
export interface WalkEntry {
  /** Slash-separated, relative to the root, in the form of `decodeName`. */
  readonly path: string;
  readonly mode: EntryMode;
}

/** What to do after a directory: walk into it, or leave out everything below it. */
export type WalkStep = "skip" | undefined;

/**
 * Calls `visit` for each file and directory below `root` in the order of Go's filepath.Walk: names of one directory
 * sorted bytewise, a directory before what it holds; the root itself is not visited. Symbolic links are not followed.
 * Throws FILE_UNREADABLE for what cannot be listed, the root being no directory included.
 */
export function walkTree(root: string, visit: (entry: WalkEntry) => WalkStep): void {
  walk(root, "", visit);
}

function walk(root: string, below: string, visit: (entry: WalkEntry) => WalkStep): void {
  const modes = readDirectory(root + (below === "" ? "" : `/${below}`));
  for (const name of sortNames([...modes.keys()])) {
    const path = below === "" ? name : `${below}/${name}`;
    const mode = modes.get(name)!;
    if (visit({ path, mode }) !== "skip" && mode === "directory") walk(root, path, visit);
  }
}

/** A directory's names with their modes. Names that are not UTF-8 cost a second listing, as bytes. */
function readDirectory(dir: string): Map<string, EntryMode> {
  try {
    const entries = readdirSync(fsPath(dir), { withFileTypes: true });
    if (entries.every((entry) => !entry.name.includes("\ufffd"))) {
      return new Map(entries.map((entry) => [entry.name, modeOf(entry)]));
    }
    // Without withFileTypes: Node joins the directory's path to byte names and fails when it is a string.
    const names = readdirSync(fsPath(dir), { encoding: "buffer" }).map(decodeName);
    return new Map(names.map((name) => [name, modeOf(lstatSync(fsPath(`${dir}/${name}`)))]));
  } catch (error) {
    throw new ModwharfError("FILE_UNREADABLE", "cannot list the directory", {
      subject: dir,
      actual: errnoOf(error),
      fix: errnoOf(error) === "ENOTDIR" ? "name a folder: this is a file" : fixForReading(errnoOf(error)),
      cause: error,
    });
  }
}

/** The mode of what lstat or a directory listing describes. */
export function modeOf(entry: Dirent | Stats): EntryMode {
  if (entry.isFile()) return "regular";
  if (entry.isDirectory()) return "directory";
  return entry.isSymbolicLink() ? "symlink" : "irregular";
}
