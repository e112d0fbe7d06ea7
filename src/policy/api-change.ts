import type { ApiChange } from "../api/compare.ts";
import { compareModules } from "../api/compare-modules.ts";
import { isInternalDir } from "../api/module-surface.ts";
import { isPackageFile } from "../api/package-scope.ts";
import {
  choosePackages,
  isTooLarge,
  type SourceBudget,
  sourceBudget,
  unlistedSentence,
  type WeighedPackage,
} from "./compared-packages.ts";
import { goFilesOf } from "./go-source.ts";
import { type FilesByDir, type ModuleSide, packageSource } from "./package-source.ts";
import { folderOf, isLargeGoFile } from "./tree.ts";

export interface ApiComparison {
  changes: ApiChange[];
  /** Which packages were not compared for their size, one sentence each. */
  left: string[];
}

/**
 * What changed in the exported surface of a module between two commits. Packages whose files are the same are not
 * read, and those that are too large are left out, since names of theirs would seem to be missing. This is where a
 * full judgement by types will stand instead; its answer keeps the form ApiChange[].
 */
export async function apiChanges(
  base: ModuleSide,
  head: ModuleSide,
  budget: SourceBudget = sourceBudget(),
): Promise<ApiComparison> {
  const [before, after] = [filesByDir(base), filesByDir(head)];
  const dirs = [...new Set([...before.keys(), ...after.keys()])].sort();
  const changed = dirs.filter(
    (dir) => fingerprint(base, before.get(dir)) !== fingerprint(head, after.get(dir)),
  );
  if (changed.length === 0) return { changes: [], left: [] };
  const weigh = (dir: string): WeighedPackage => {
    const [older, newer] = [before.get(dir) ?? [], after.get(dir) ?? []];
    const isTold = hasLargeFile(base, older) || hasLargeFile(head, newer);
    return { dir, bytes: [sizeOf(base, older), sizeOf(head, newer)], isTold };
  };
  // What an internal package offers may reach any other through embedding.
  const wanted = changed.some(isInternalDir) ? new Set([...changed, ...dirs]) : changed;
  const packages = [...wanted].filter((dir) => !isInternalDir(dir)).map(weigh);
  const { compared, left } = choosePackages(head.module.path, packages, budget);
  for (const dir of dirs.filter((dir) => isTooLarge(weigh(dir).bytes))) {
    before.delete(dir);
    after.delete(dir);
  }
  const sources = [packageSource(base, before, compared), packageSource(head, after, compared)] as const;
  const { leftChanges } = budget;
  const { changes, rest } = await compareModules(...sources, { dirs: compared, maxChanges: leftChanges });
  budget.leftChanges -= changes.length;
  if (rest.length > 0) left.push(unlistedSentence(head.module.path, rest));
  return { changes, left };
}

/** Go files that may belong to packages, by folder relative to the module. */
function filesByDir({ repository, module }: ModuleSide): FilesByDir {
  const byDir: FilesByDir = new Map();
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

function fingerprint({ repository, module }: ModuleSide, paths: readonly string[] = []): string {
  const { files } = repository.tree;
  return paths.map((path) => `${path.slice(module.dir.length)} ${files.get(path)?.id}`).join("\n");
}

function hasLargeFile({ repository }: ModuleSide, paths: readonly string[]): boolean {
  return paths.some((path) => isLargeGoFile(repository.tree, path));
}

function sizeOf({ repository }: ModuleSide, paths: readonly string[]): number {
  return paths.reduce((sum, path) => sum + (repository.tree.files.get(path)?.sizeBytes ?? 0), 0);
}
