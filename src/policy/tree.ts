/**
 * The files of one commit, of an archive or of a test: what rules look at. Reading is by name, in batches, so
 * that a commit is read through one git process.
 */
export interface SourceTree {
  /** What it is, for messages: an abbreviated commit, `the work tree`. */
  readonly label: string;
  readonly files: ReadonlyMap<string, TreeFile>;
  /** The bytes of several files, in the order of the paths; throws for one that cannot be read. */
  read(paths: readonly string[]): Promise<Uint8Array[]>;
}

export interface TreeFile {
  mode: "regular" | "symlink" | "submodule";
  /** Undefined when not known. */
  sizeBytes: number | undefined;
  /** Equal for equal content. */
  id: string;
}

/** The largest files of generated clients have about 10 MiB; what is larger would only exhaust the memory. */
export const maxGoFileBytes = 32 * 1024 * 1024;

/** True for a Go file that is not read. */
export function isLargeGoFile(tree: SourceTree, path: string): boolean {
  return path.endsWith(".go") && (tree.files.get(path)?.sizeBytes ?? 0) > maxGoFileBytes;
}

/** The folder of a path with slashes; `""` for the root. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

/** The name within its folder. */
export function baseNameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Joins folder and name, the root being `""`. */
export function joinPath(folder: string, name: string): string {
  return folder === "" ? name : name === "" ? folder : `${folder}/${name}`;
}

/** The text of one file, or undefined when the tree has no such regular file. */
export async function readText(tree: SourceTree, path: string): Promise<string | undefined> {
  if (tree.files.get(path)?.mode !== "regular") return undefined;
  const [bytes] = await tree.read([path]);
  return new TextDecoder().decode(bytes);
}
