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

/** More is not kept in memory at once where files are read one after the other. */
const PART_BYTES = 16 * 1024 * 1024;

/** Files in the order of the paths, read in parts, so that any number of them takes little memory. */
export async function* readFiles(
  tree: SourceTree,
  paths: readonly string[],
): AsyncGenerator<{ path: string; content: Uint8Array }> {
  for (let from = 0, to = 0; from < paths.length; from = to) {
    for (let size = 0; to < paths.length && size < PART_BYTES; to++) {
      size += tree.files.get(paths[to]!)?.sizeBytes ?? 0;
    }
    const part = paths.slice(from, to);
    const contents = await tree.read(part);
    for (const [i, path] of part.entries()) yield { path, content: contents[i]! };
  }
}

/** The texts of files, as `readFiles`. */
export async function* readTexts(
  tree: SourceTree,
  paths: readonly string[],
): AsyncGenerator<{ path: string; text: string }> {
  const decoder = new TextDecoder();
  for await (const { path, content } of readFiles(tree, paths)) yield { path, text: decoder.decode(content) };
}

/** The text of one file, or undefined when the tree has no such regular file. */
export async function readText(tree: SourceTree, path: string): Promise<string | undefined> {
  if (tree.files.get(path)?.mode !== "regular") return undefined;
  const [bytes] = await tree.read([path]);
  return new TextDecoder().decode(bytes);
}
