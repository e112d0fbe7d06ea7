import type { ModuleSurfaces } from "./compare.ts";
import type { LoadScope } from "./members.ts";
import { type PackageScope, packageScope, type SourceFile } from "./package-scope.ts";
import { type PackageSurface, packageSurface } from "./surface.ts";

/** The Go files of one module, as a tree or an archive offers them. */
export interface ModuleSource {
  modulePath: string;
  /**
   * Every folder of the module that holds Go files, relative to its root ("" is the root itself), with the
   * folder's Go files read; nested modules, testdata, vendor and hidden folders are left out by the caller
   * (see `isPackageDir`).
   */
  packages: ReadonlyMap<string, () => Promise<readonly SourceFile[]>>;
}

/** False for folders whose packages no other module can import, or that the go command does not look into. */
export function isPackageDir(dir: string): boolean {
  return !dir
    .split("/")
    .some(
      (element) =>
        element === "testdata" ||
        element === "vendor" ||
        (element !== "" && (element.startsWith(".") || element.startsWith("_"))),
    );
}

/** True for packages that other modules cannot import. */
export function isInternalDir(dir: string): boolean {
  return dir.split("/").includes("internal");
}

/**
 * The surfaces of a module's importable packages, by folder. Of internal packages only what exported types
 * embed or alias is read. With `only`, other packages are left out (but still read where a type leads there).
 */
export async function moduleSurface(
  source: ModuleSource,
  only?: ReadonlySet<string>,
): Promise<Map<string, PackageSurface>> {
  const scopes = new Map<string, Promise<PackageScope | undefined>>();
  const load: LoadScope = (importPath) => {
    let scope = scopes.get(importPath);
    if (scope === undefined) {
      scope = readScope(source, importPath);
      scopes.set(importPath, scope);
    }
    return scope;
  };
  const surfaces = new Map<string, PackageSurface>();
  for (const dir of [...source.packages.keys()].sort()) {
    if (isInternalDir(dir) || (only !== undefined && !only.has(dir))) continue;
    const scope = await load(dir === "" ? source.modulePath : `${source.modulePath}/${dir}`);
    // A folder of tests, or of files that no port builds, is no package.
    if (scope === undefined || scope.files.length === 0) continue;
    surfaces.set(dir, await packageSurface(source.modulePath, scope, load));
  }
  return surfaces;
}

async function readScope(source: ModuleSource, importPath: string): Promise<PackageScope | undefined> {
  const { modulePath, packages } = source;
  if (importPath !== modulePath && !importPath.startsWith(`${modulePath}/`)) return undefined;
  const dir = importPath === modulePath ? "" : importPath.slice(modulePath.length + 1);
  const read = packages.get(dir);
  return read === undefined ? undefined : packageScope(importPath, await read());
}

/**
 * The two surfaces of a change. Only packages in `changed` are compared, unless an internal package is among
 * them: what it offers may reach any package through embedding.
 */
export async function surfacesOfChange(
  base: ModuleSource,
  head: ModuleSource,
  changed?: ReadonlySet<string>,
): Promise<ModuleSurfaces> {
  const only = changed === undefined || [...changed].some(isInternalDir) ? undefined : changed;
  return { base: await moduleSurface(base, only), head: await moduleSurface(head, only) };
}
