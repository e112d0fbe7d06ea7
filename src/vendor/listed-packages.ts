import type { ModuleVersion } from "../module/module-version.ts";
import { unloadable } from "./import-resolver.ts";
import { holdsGoFiles, type ModuleTree } from "./module-tree.ts";
import { type VendoredFile, VendoredFiles } from "./package-files.ts";
import { readGoFiles } from "./packages.ts";

/** A module and packages of it, as a modules.txt lists them. */
export interface ListedPackages {
  readonly module: ModuleVersion;
  readonly packages: readonly string[];
  readonly tree: ModuleTree;
}

/**
 * The files that a vendor directory holds of the listed packages, by path. For checks of single modules: that the
 * list itself is right, only loading all packages of the project can show.
 *
 * Throws PACKAGES_UNLOADABLE for a package that the module lacks, and for embed patterns that match nothing.
 */
export async function filesOfPackages(
  { module, packages, tree }: ListedPackages,
  isGoAtLeast: (version: string) => boolean,
): Promise<ReadonlyMap<string, VendoredFile>> {
  const vendored = new VendoredFiles(isGoAtLeast);
  for (const path of packages) {
    const dir = path.slice(module.path.length + 1);
    if (!holdsGoFiles(tree, dir)) throw unloadable("the module has no such package", path);
    const resolved = { path, module, tree, dir };
    await vendored.add({ ...resolved, goFiles: await readGoFiles(resolved, { withTests: false }) });
  }
  return vendored.files;
}
