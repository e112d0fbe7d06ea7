import { isPackageDir } from "../api/module-surface.ts";
import type { ModuleSnapshot, RepositorySnapshot } from "./snapshot.ts";
import { baseNameOf, folderOf, isLargeGoFile, maxGoFileBytes, type SourceTree } from "./tree.ts";

const known = new WeakMap<SourceTree, ReadonlyMap<string, readonly string[]>>();

/**
 * The Go files of a module in the order of their paths. Hidden folders, testdata and vendor are left out, and so is
 * every folder with a go.mod of its own, whether or not that can be read.
 */
export function goFilesOf({ tree }: RepositorySnapshot, module: ModuleSnapshot): readonly string[] {
  let byRoot = known.get(tree);
  if (byRoot === undefined) {
    byRoot = groupByRoot(tree);
    known.set(tree, byRoot);
  }
  return byRoot.get(module.dir) ?? [];
}

/** Those of `goFilesOf` that are small enough to be read; `unreadSources` tells of the others. */
export function readableGoFiles(repository: RepositorySnapshot, module: ModuleSnapshot): string[] {
  return goFilesOf(repository, module).filter((path) => !isLargeGoFile(repository.tree, path));
}

/** All at once: a repository may have thousands of modules, and each would go through all of its files. */
function groupByRoot({ files }: SourceTree): Map<string, string[]> {
  const rootOf = rootFinder(files);
  const byRoot = new Map<string, string[]>();
  for (const [path, { mode }] of files) {
    if (mode !== "regular" || !path.endsWith(".go") || /^[_.]/.test(baseNameOf(path))) continue;
    const folder = folderOf(path);
    const root = rootOf(folder);
    if (root === undefined || !isPackageDir(root === "" ? folder : folder.slice(root.length + 1))) continue;
    const group = byRoot.get(root);
    if (group === undefined) byRoot.set(root, [path]);
    else group.push(path);
  }
  for (const group of byRoot.values()) group.sort();
  return byRoot;
}

/** Finds the nearest folder with a go.mod, at a folder or above; undefined where none is. */
function rootFinder(files: SourceTree["files"]): (folder: string) => string | undefined {
  const roots = new Map<string, string | undefined>([["", undefined]]);
  for (const [path, { mode }] of files) {
    if (mode !== "submodule" && baseNameOf(path) === "go.mod") roots.set(folderOf(path), folderOf(path));
  }
  return (folder) => {
    const below: string[] = [];
    let at = folder;
    for (; !roots.has(at); at = folderOf(at)) below.push(at);
    const root = roots.get(at);
    for (const passed of below) roots.set(passed, root);
    return root;
  };
}

/**
 * Why the rules that read Go source have not seen all of it: a sentence for each file of head's modules that is too
 * large, and for those of base that head changes or removes. Empty when everything was read.
 */
export function unreadSources(base: RepositorySnapshot, head: RepositorySnapshot): string[] {
  const changed = largeFiles(base).filter(
    (path) => base.tree.files.get(path)!.id !== head.tree.files.get(path)?.id,
  );
  return [
    ...largeFiles(head).map((path) => sentence(head.tree, path, "is")),
    ...changed.map((path) => sentence(base.tree, path, "was at the base")),
  ];
}

function largeFiles(repository: RepositorySnapshot): string[] {
  return repository.modules
    .flatMap((module) => goFilesOf(repository, module))
    .filter((path) => isLargeGoFile(repository.tree, path));
}

function sentence(tree: SourceTree, path: string, is: string): string {
  const size = Math.ceil((tree.files.get(path)?.sizeBytes ?? 0) / 2 ** 20);
  return (
    `${path} ${is} too large: ${size} MiB, and of a Go file at most ${maxGoFileBytes / 2 ** 20} MiB are read; ` +
    "what it imports and what its package exports is not known"
  );
}
