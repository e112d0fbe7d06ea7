import type { Repository } from "./repository.ts";

/** One entry of a commit's tree, folders left out. */
export interface TreeEntry {
  /** Slash-separated, from the repository's root. */
  readonly path: string;
  readonly mode: "regular" | "symlink" | "submodule";
  /** Hex. */
  readonly objectId: string;
  /** Size of the committed blob, before attributes; 0 for a submodule, undefined when the blob is missing. */
  readonly sizeBytes: number | undefined;
}

/** Lists every file of a commit (or any tree-ish), in git's order, with one process. */
export async function listTree(repository: Repository, treeish: string): Promise<TreeEntry[]> {
  const text = await repository.query(["ls-tree", "-r", "-l", "-z", "--full-tree", treeish]);
  return text
    .split("\0")
    .filter((record) => record !== "")
    .map(parseRecord);
}

/** `<mode> <type> <id> <size>\t<path>`; the size is padded, `-` for submodules and `BAD` for a missing blob. */
function parseRecord(record: string): TreeEntry {
  const tab = record.indexOf("\t");
  const [mode, , objectId, size] = record.slice(0, tab).split(/ +/);
  return {
    path: record.slice(tab + 1),
    mode: mode === "120000" ? "symlink" : mode === "160000" ? "submodule" : "regular",
    objectId: objectId!,
    sizeBytes: size === "-" ? 0 : /^\d+$/.test(size!) ? Number(size) : undefined,
  };
}

/** The entries below a folder (`""` is the root), with paths from there. */
export function entriesBelow(tree: readonly TreeEntry[], dir: string): TreeEntry[] {
  if (dir === "") return [...tree];
  const prefix = `${dir}/`;
  return tree
    .filter((entry) => entry.path.startsWith(prefix))
    .map((entry) => ({ ...entry, path: entry.path.slice(prefix.length) }));
}
