import { ModwharfError } from "../base/errors.ts";
import { readObjects } from "../source/objects.ts";
import type { Repository } from "../source/repository.ts";
import { listTree } from "../source/tree.ts";
import type { SourceTree } from "./tree.ts";

/** More than this in one answer of git would not fit its limit; it is asked in parts. */
const MAX_BATCH_BYTES = 128 * 1024 * 1024;

/** The tree of a commit, read through git objects: nothing is checked out. */
export async function gitTree(repository: Repository, commit: string): Promise<SourceTree> {
  const entries = await listTree(repository, commit);
  const files = new Map(
    entries.map((entry) => [
      entry.path,
      { mode: entry.mode, sizeBytes: entry.sizeBytes, id: entry.objectId } as const,
    ]),
  );
  const read = async (paths: readonly string[]) => {
    const contents: Uint8Array[] = [];
    for (const batch of batches(paths, (path) => files.get(path)?.sizeBytes ?? 0)) {
      const ids = batch.map((path) => idOf(path, files, commit));
      const objects = await readObjects(repository, ids);
      const missing = batch.filter((_, i) => objects[i] === undefined);
      if (missing.length > 0) throw filesMissing(repository, missing);
      contents.push(...objects.map((object) => object!.content));
    }
    return contents;
  };
  return { label: commit.slice(0, 12), files, read };
}

/** The error for files of a commit that a partial or damaged clone does not have. */
function filesMissing({ dir, isPartialClone }: Repository, paths: readonly string[]): ModwharfError {
  return new ModwharfError(
    "OBJECTS_MISSING",
    isPartialClone
      ? "this partial clone (--filter) lacks files that are to be judged"
      : "the clone lacks files that are to be judged",
    {
      subject: dir,
      actual: `${paths.length} missing, first ${paths[0]}`,
      fix: isPartialClone
        ? "clone without --filter, or fetch all objects: git fetch --refetch --no-filter origin"
        : "clone anew, or fetch all objects again: git fetch --refetch origin (git fsck names what is damaged)",
    },
  );
}

function idOf(path: string, files: SourceTree["files"], commit: string): string {
  const file = files.get(path);
  if (file !== undefined) return file.id;
  throw new ModwharfError("INTERNAL", "a file was asked for that the commit does not have", {
    subject: `${commit}:${path}`,
  });
}

function* batches(paths: readonly string[], sizeOf: (path: string) => number): Generator<string[]> {
  let batch: string[] = [];
  let size = 0;
  for (const path of paths) {
    if (batch.length > 0 && size + sizeOf(path) > MAX_BATCH_BYTES) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(path);
    size += sizeOf(path);
  }
  if (batch.length > 0) yield batch;
}
