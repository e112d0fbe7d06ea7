import { goFilesOf } from "./imports.ts";
import type { RepositorySnapshot } from "./snapshot.ts";
import { isLargeGoFile, maxGoFileBytes, type SourceTree } from "./tree.ts";

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
  const large = [...repository.tree.files.keys()].filter((path) => isLargeGoFile(repository.tree, path));
  if (large.length === 0) return [];
  const own = new Set(repository.modules.flatMap((module) => goFilesOf(repository, module)));
  return large.filter((path) => own.has(path));
}

function sentence(tree: SourceTree, path: string, is: string): string {
  const size = Math.ceil((tree.files.get(path)?.sizeBytes ?? 0) / 2 ** 20);
  return (
    `${path} ${is} too large: ${size} MiB, and of a Go file at most ${maxGoFileBytes / 2 ** 20} MiB are read; ` +
    "what it imports and what its package exports is not known"
  );
}
