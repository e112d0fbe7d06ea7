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

/** Of parsed packages so much source is kept: types lead back to few of them. A syntax tree is ten times as large. */
const MAX_KEPT_CHARACTERS = 16 * 1024 * 1024;

/** Reads the surfaces of a module's packages one by one, and what their exported types embed or alias of others. */
export class SurfaceReader {
  readonly #source: ModuleSource;
  readonly #scopes = new Map<string, { scope: PackageScope; size: number }>();
  #kept = 0;

  constructor(source: ModuleSource) {
    this.#source = source;
  }

  /** Undefined for a folder without package: of tests, of files that no port builds, or of none at all. */
  async surface(dir: string): Promise<PackageSurface | undefined> {
    const { modulePath } = this.#source;
    const load: LoadScope = (importPath) => this.#scope(importPath);
    const scope = await load(dir === "" ? modulePath : `${modulePath}/${dir}`);
    if (scope === undefined || scope.files.length === 0) return undefined;
    return packageSurface(modulePath, scope, load);
  }

  async #scope(importPath: string): Promise<PackageScope | undefined> {
    const known = this.#scopes.get(importPath);
    if (known !== undefined) return known.scope;
    const { modulePath, packages } = this.#source;
    if (importPath !== modulePath && !importPath.startsWith(`${modulePath}/`)) return undefined;
    const files = await packages.get(importPath.slice(modulePath.length + 1))?.();
    if (files === undefined) return undefined;
    const scope = packageScope(importPath, files);
    this.#keep(importPath, { scope, size: files.reduce((sum, { text }) => sum + text.length, 0) });
    return scope;
  }

  #keep(importPath: string, parsed: { scope: PackageScope; size: number }): void {
    this.#scopes.set(importPath, parsed);
    this.#kept += parsed.size;
    for (const [oldest, { size }] of this.#scopes) {
      if (this.#kept <= MAX_KEPT_CHARACTERS) return;
      this.#scopes.delete(oldest);
      this.#kept -= size;
    }
  }
}
