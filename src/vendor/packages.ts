import { ModwharfError } from "../base/errors.ts";
import type { Project } from "../modgraph/project.ts";
import type { Requirements } from "../modgraph/requirements.ts";
import type { GoFile } from "./go-file.ts";
import { ImportResolver, type ResolvedImport } from "./import-resolver.ts";
import { mainPackagePaths } from "./main-packages.ts";
import { isFile, joinPath } from "./module-tree.ts";
import type { Modules } from "./modules.ts";

/** A package with its Go files by name; those of tests are read only as far as they matter. */
export interface LoadedPackage extends ResolvedImport {
  readonly goFiles: ReadonlyMap<string, GoFile>;
}

/**
 * Loads the packages that `go mod vendor` calls "all": those of the main modules with their tests, the tools, and
 * what these import, over all build tags. Tests of dependencies do not count. The result holds the packages of
 * dependencies, by import path.
 *
 * Throws PACKAGES_UNLOADABLE with all that is wrong, and what reading modules throws.
 */
export async function loadPackages(
  project: Project,
  modules: Modules,
  requirements: Requirements,
): Promise<ReadonlyMap<string, LoadedPackage>> {
  const loader = new PackageLoader(project, new ImportResolver(project, modules, requirements));
  const main = [...project.main.values()];
  const trees = await Promise.all(main.map(({ path }) => modules.tree({ path, version: "" })));
  await loader.load(
    main.flatMap((module, i) => mainPackagePaths(module, trees[i]!)),
    { areWalked: true },
  );
  await loader.load(
    main.flatMap(({ goMod }) => goMod.tool.map(({ path }) => path)),
    { areWalked: false },
  );
  await checkDirectImports(project, requirements, loader);
  loader.throwIfAny();
  const dependencies = [...loader.packages].filter(([, loaded]) => loaded.module.version !== "");
  return new Map(dependencies);
}

/** As many as a person reads. */
const MAX_SHOWN = 20;

/** Imports that the module loader never looks up. */
const OUTSIDE = /^(?:C|appengine(?:_internal)?(?:\/.*)?)$/;

class PackageLoader {
  readonly #project: Project;
  readonly #resolver: ImportResolver;
  readonly packages = new Map<string, LoadedPackage>();
  /** The imports of each package of a main module, its tests' included. */
  readonly mainImports = new Map<string, readonly string[]>();
  readonly #seen = new Set<string>();
  readonly #problems: string[] = [];

  constructor(project: Project, resolver: ImportResolver) {
    this.#project = project;
    this.#resolver = resolver;
  }

  /** Loads packages and what they import. Walked ones are left out when none of their files is ever built. */
  async load(paths: readonly string[], { areWalked }: { areWalked: boolean }): Promise<void> {
    let wave = this.#unseen(paths);
    for (let isFirst = true; wave.length > 0; isFirst = false) {
      const imports = await Promise.all(wave.map((path) => this.#load(path, areWalked && isFirst)));
      wave = this.#unseen(imports.flat());
    }
  }

  addProblem(problem: string): void {
    this.#problems.push(problem);
  }

  throwIfAny(): void {
    if (this.#problems.length === 0) return;
    const problems = [...new Set(this.#problems)].sort();
    const more = problems.length - MAX_SHOWN;
    throw new ModwharfError("PACKAGES_UNLOADABLE", "packages cannot be loaded", {
      subject: this.#project.root,
      actual: problems.slice(0, MAX_SHOWN).join("; ") + (more > 0 ? `; and ${more} more` : ""),
      fix: "run go mod tidy, commit go.mod and go.sum, and check that go build ./... finds all packages",
    });
  }

  #unseen(paths: readonly string[]): string[] {
    const unseen = [...new Set(paths)].filter((path) => !this.#seen.has(path));
    for (const path of unseen) this.#seen.add(path);
    return unseen;
  }

  /** Returns what the package imports. */
  async #load(path: string, isWalked: boolean): Promise<readonly string[]> {
    const resolved = await this.#resolve(path);
    if (resolved === undefined) return [];
    const isMain = this.#project.main.has(resolved.module.path);
    const goFiles = await readGoFiles(resolved, { withTests: isMain });
    const built = [...goFiles].filter(([name, file]) => file.builds && !/^[._]/.test(name));
    if (built.length === 0 && !(await hasTestFile(resolved))) {
      if (!isWalked) this.addProblem(`${path}: build constraints exclude all Go files`);
      return [];
    }
    if (built.some(([, file]) => file.hasNul)) this.addProblem(`${path}: unexpected NUL in a Go file`);
    this.packages.set(path, { ...resolved, goFiles });
    const imports = new Set(built.flatMap(([, file]) => file.imports));
    const wanted = [...imports].filter((imported) => !OUTSIDE.test(imported));
    if (isMain) this.mainImports.set(path, wanted);
    return wanted;
  }

  async #resolve(path: string): Promise<ResolvedImport | undefined> {
    try {
      return await this.#resolver.resolve(path);
    } catch (error) {
      if (!(error instanceof ModwharfError && error.code === "PACKAGES_UNLOADABLE")) throw error;
      this.addProblem(`${error.what} (${error.subject})`);
      return undefined;
    }
  }
}

/** Reads the Go files of a package's directory, whatever their names begin with. */
export async function readGoFiles(
  { tree, dir }: ResolvedImport,
  { withTests }: { withTests: boolean },
): Promise<Map<string, GoFile>> {
  const names = [...(tree.list(dir) ?? [])]
    .filter(([name, mode]) => name.endsWith(".go") && isFile(tree, joinPath(dir, name), mode))
    .map(([name]) => name)
    .filter((name) => withTests || !name.endsWith("_test.go"));
  const files = await Promise.all(names.map((name) => tree.goFile(joinPath(dir, name))));
  return new Map(names.map((name, i) => [name, files[i]!]));
}

/** A package may consist of tests alone; those of dependencies are read for nothing else. */
async function hasTestFile(resolved: ResolvedImport): Promise<boolean> {
  const files = await readGoFiles(resolved, { withTests: true });
  return [...files].some(([name, file]) => name.endsWith("_test.go") && !/^[._]/.test(name) && file.builds);
}

/** What a main module imports itself must be required by go.mod, not reached through another module only. */
async function checkDirectImports(
  project: Project,
  requirements: Requirements,
  loader: PackageLoader,
): Promise<void> {
  for (const [importer, imports] of loader.mainImports) {
    for (const imported of imports) {
      const module = loader.packages.get(imported)?.module;
      if (module === undefined || module.version === "") continue;
      const isDirect =
        project.work === undefined
          ? requirements.listed(module.path) === module.version
          : (await requirements.graph()).isRead(module);
      if (isDirect) continue;
      loader.addProblem(`${importer} imports ${imported} of ${module.path}, which go.mod does not require`);
    }
  }
}
