import { type ApiChange, compareSurfaces } from "../api/compare.ts";
import { isInternalDir, type ModuleSource, surfacesOfChange } from "../api/module-surface.ts";
import { isPackageFile, type SourceFile } from "../api/package-scope.ts";
import { goFilesOf } from "./go-source.ts";
import type { ModuleSnapshot, RepositorySnapshot } from "./snapshot.ts";
import { folderOf, isLargeGoFile } from "./tree.ts";

export interface ModuleSide {
  repository: RepositorySnapshot;
  module: ModuleSnapshot;
}

/**
 * What changed in the exported surface of a module between two commits. Packages whose files are the same are
 * not read, and those with a file that is too large (see `unreadSources`) are left out, since names of theirs would
 * seem to be missing. This is where a full judgement by types will stand instead; its answer keeps the form ApiChange[].
 */
export async function apiChanges(base: ModuleSide, head: ModuleSide): Promise<ApiChange[]> {
  const before = filesByDir(base);
  const after = filesByDir(head);
  for (const dir of [...largeDirs(base, before), ...largeDirs(head, after)]) {
    before.delete(dir);
    after.delete(dir);
  }
  const changed = new Set<string>();
  for (const dir of new Set([...before.keys(), ...after.keys()])) {
    if (fingerprint(base, before.get(dir)) !== fingerprint(head, after.get(dir))) changed.add(dir);
  }
  if (changed.size === 0) return [];
  const wanted = [...changed].some(isInternalDir) ? undefined : changed;
  const surfaces = await surfacesOfChange(
    await sourceOf(base, before, wanted),
    await sourceOf(head, after, wanted),
    changed,
  );
  return compareSurfaces(surfaces);
}

/** Go files that may belong to packages, by folder relative to the module. */
function filesByDir({ repository, module }: ModuleSide): Map<string, string[]> {
  const byDir = new Map<string, string[]>();
  for (const path of goFilesOf(repository, module)) {
    if (!isPackageFile(path)) continue;
    const folder = folderOf(path);
    const dir = module.dir === "" ? folder : folder.slice(module.dir.length + 1);
    const files = byDir.get(dir);
    if (files === undefined) byDir.set(dir, [path]);
    else files.push(path);
  }
  return byDir;
}

function largeDirs({ repository }: ModuleSide, byDir: ReadonlyMap<string, string[]>): string[] {
  const hasLarge = (paths: readonly string[]) => paths.some((path) => isLargeGoFile(repository.tree, path));
  return [...byDir].filter(([, paths]) => hasLarge(paths)).map(([dir]) => dir);
}

function fingerprint({ repository, module }: ModuleSide, paths: readonly string[] = []): string {
  const { files } = repository.tree;
  return paths.map((path) => `${path.slice(module.dir.length)} ${files.get(path)?.id}`).join("\n");
}

/** Reads the wanted packages with one question to git; others one by one, when a type leads there. */
async function sourceOf(
  { repository, module }: ModuleSide,
  byDir: ReadonlyMap<string, string[]>,
  wanted: ReadonlySet<string> | undefined,
): Promise<ModuleSource> {
  const texts = new Map<string, string>();
  const fetch = async (paths: readonly string[]) => {
    const missing = paths.filter((path) => !texts.has(path));
    const contents = await repository.tree.read(missing);
    for (const [i, path] of missing.entries()) texts.set(path, new TextDecoder().decode(contents[i]));
  };
  const dirs = [...byDir.keys()].filter((dir) => wanted === undefined || wanted.has(dir));
  await fetch(dirs.flatMap((dir) => byDir.get(dir)!));
  const read = async (dir: string): Promise<SourceFile[]> => {
    const paths = byDir.get(dir)!;
    await fetch(paths);
    return paths.map((path) => ({ path, text: texts.get(path)! }));
  };
  const packages = new Map([...byDir.keys()].map((dir) => [dir, () => read(dir)]));
  return { modulePath: module.path, packages };
}
