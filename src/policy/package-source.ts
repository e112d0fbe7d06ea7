import type { ModuleSource } from "../api/module-surface.ts";
import type { SourceFile } from "../api/package-scope.ts";
import type { ModuleSnapshot, RepositorySnapshot } from "./snapshot.ts";

/** A module at one commit. */
export interface ModuleSide {
  repository: RepositorySnapshot;
  module: ModuleSnapshot;
}

/** Go files by folder relative to the module. */
export type FilesByDir = Map<string, string[]>;

/** So much is read with one question to git: a process for each package would take longer than reading. */
const READ_AHEAD_BYTES = 8 * 1024 * 1024;

/**
 * The packages of a commit's module for a comparison that asks for `wanted` in the order of their names, and now and
 * then for another one. A package is kept until it is asked for, since all of them may not fit into memory.
 */
export function packageSource(
  { repository: { tree }, module }: ModuleSide,
  byDir: FilesByDir,
  wanted: Iterable<string>,
): ModuleSource {
  const order = [...wanted].filter((dir) => byDir.has(dir)).sort();
  const place = new Map(order.map((dir, i) => [dir, i]));
  let ahead = new Map<string, SourceFile[]>();
  let end = 0;
  const sizeOf = (dir: string) =>
    byDir.get(dir)!.reduce((sum, path) => sum + (tree.files.get(path)?.sizeBytes ?? 0), 0);

  const readAhead = async (from: number) => {
    let size = 0;
    for (end = from; end < order.length && (end === from || size < READ_AHEAD_BYTES); end++) {
      size += sizeOf(order[end]!);
    }
    ahead = await readAll(order.slice(from, end));
  };
  const readAll = async (dirs: readonly string[]) => {
    const contents = await tree.read(dirs.flatMap((dir) => byDir.get(dir)!));
    const texts = contents.map((bytes) => new TextDecoder().decode(bytes)).values();
    return new Map(
      dirs.map((dir) => [dir, byDir.get(dir)!.map((path) => ({ path, text: texts.next().value! }))]),
    );
  };
  const read = async (dir: string): Promise<SourceFile[]> => {
    const at = place.get(dir) ?? -1;
    if (at >= end) await readAhead(at);
    const files = ahead.get(dir) ?? (await readAll([dir])).get(dir)!;
    ahead.delete(dir);
    return files;
  };
  const packages = new Map([...byDir.keys()].map((dir) => [dir, () => read(dir)]));
  return { modulePath: module.path, packages };
}
