import type { EntryMode } from "../dirhash/walk.ts";
import type { GoFile } from "./go-file.ts";

/**
 * The files of one module, in a verified zip or in a local directory. Paths are relative to the module's root, with
 * slashes; "" is the root.
 */
export interface ModuleTree {
  /** A directory of this machine, about which go.sum says nothing. */
  readonly isLocal: boolean;
  /** The entries of a directory in rising order of their names; undefined when there is no such directory. */
  list(dir: string): ReadonlyMap<string, EntryMode> | undefined;
  /** What a symbolic link leads to; undefined when to nothing. */
  follow(path: string): EntryMode | undefined;
  /** What a Go file says. */
  goFile(path: string): Promise<GoFile>;
  /** Makes contents available, where that takes a download; else the first `read` does. */
  fetch(): Promise<void>;
  /** The content of a regular file. */
  read(path: string): Promise<Uint8Array>;
  /** The lower-case hexadecimal sha256 of a regular file. */
  sha256(path: string): Promise<string>;
}

/** `dir/name`, or the name alone in the root. */
export function joinPath(dir: string, name: string): string {
  return dir === "" ? name : `${dir}/${name}`;
}

/** The directory above; "" for what stands in the root. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

/** What stands at the path, not following links; undefined when nothing does. */
export function modeAt(tree: ModuleTree, path: string): EntryMode | undefined {
  if (path === "") return tree.list("") === undefined ? undefined : "directory";
  return tree.list(parentOf(path))?.get(path.slice(path.lastIndexOf("/") + 1));
}

/** True for a regular file and for a link to one. */
export function isFile(tree: ModuleTree, path: string, mode: EntryMode): boolean {
  return mode === "regular" || (mode === "symlink" && tree.follow(path) === "regular");
}

/** True when the directory holds a Go file, whatever its constraints (cmd/go fsys.IsGoDir). */
export function holdsGoFiles(tree: ModuleTree, dir: string): boolean {
  for (const [name, mode] of tree.list(dir) ?? []) {
    if (name.endsWith(".go") && isFile(tree, joinPath(dir, name), mode)) return true;
  }
  return false;
}
