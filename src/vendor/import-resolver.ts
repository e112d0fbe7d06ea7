import { ModwharfError } from "../base/errors.ts";
import type { ModuleGraph } from "../modgraph/module-graph.ts";
import type { Project } from "../modgraph/project.ts";
import type { Requirements } from "../modgraph/requirements.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import { problemOfPath } from "../module/path.ts";
import { holdsGoFiles, joinPath, type ModuleTree, modeAt, parentOf } from "./module-tree.ts";
import type { Modules } from "./modules.ts";

/** A package where it was found. */
export interface ResolvedImport {
  readonly path: string;
  /** Version "" for a main module. */
  readonly module: ModuleVersion;
  readonly tree: ModuleTree;
  /** The package's directory in the tree. */
  readonly dir: string;
}

/** Finds the module that provides a package (cmd/go modload importFromModules). */
export class ImportResolver {
  readonly #project: Project;
  readonly #modules: Modules;
  readonly #requirements: Requirements;

  constructor(project: Project, modules: Modules, requirements: Requirements) {
    this.#project = project;
    this.#modules = modules;
    this.#requirements = requirements;
  }

  /**
   * The package, or undefined for one of the standard library, which is not looked up: an import path without a dot
   * in its first element that no module provides. Throws PACKAGES_UNLOADABLE for one that is missing or that two
   * modules provide.
   */
  async resolve(path: string): Promise<ResolvedImport | undefined> {
    const problem = problemOfPath(path, "import");
    if (problem !== undefined) throw unloadable(`malformed import path: ${problem.reason}`, path);
    const isStandard = !path.split("/", 1)[0]!.includes(".");
    if (isStandard && !this.#mayProvide(path)) return undefined;
    const listed = (prefix: string) => this.#requirements.listed(prefix);
    if (this.#requirements.isPruned || this.#project.work !== undefined) {
      const found = await this.#find(path, listed);
      if (found !== undefined) return found;
    }
    const graph: ModuleGraph = await this.#requirements.graph();
    const found = await this.#find(path, (prefix) => graph.selected(prefix));
    if (found !== undefined || isStandard) return found;
    throw unloadable("no required module provides the package", path);
  }

  /** Modules whose path has no dot are few, and the graph need not be read to know that they provide nothing. */
  #mayProvide(path: string): boolean {
    const first = path.split("/", 1)[0]!;
    const starts = (name: string) => name === first || name.startsWith(`${first}/`);
    const { main, replacements } = this.#project;
    return (
      [...main.values()].some(
        ({ path: module, goMod }) =>
          starts(module) || goMod.require.some((entry) => starts(entry.module.path)),
      ) || replacements.directives.some((directive) => starts(directive.old.path))
    );
  }

  async #find(
    path: string,
    versionOf: (prefix: string) => string | undefined,
  ): Promise<ResolvedImport | undefined> {
    const candidates: ModuleVersion[] = [];
    for (let prefix = path; prefix !== ""; prefix = parentOf(prefix)) {
      const version = prefix === "go" || prefix === "toolchain" ? undefined : versionOf(prefix);
      if (version !== undefined) candidates.push({ path: prefix, version });
    }
    const found = await Promise.all(candidates.map((module) => this.#inModule(path, module)));
    const providers = found.filter((resolved) => resolved !== undefined);
    if (providers.length > 1) {
      const names = providers.map(({ module }) => formatModuleVersion(module)).reverse();
      throw unloadable(`ambiguous import: found in ${names.join(" and ")}`, path);
    }
    return providers[0];
  }

  async #inModule(path: string, module: ModuleVersion): Promise<ResolvedImport | undefined> {
    const tree = await this.#modules.tree(module);
    const dir = path.slice(module.path.length + 1);
    if (tree.isLocal && isInNestedModule(tree, dir)) return undefined;
    return holdsGoFiles(tree, dir) ? { path, module, tree, dir } : undefined;
  }
}

/** Local directories may hold further modules; zips never do. */
function isInNestedModule(tree: ModuleTree, dir: string): boolean {
  for (let at = dir; at !== ""; at = parentOf(at)) {
    const mode = modeAt(tree, joinPath(at, "go.mod"));
    if (mode !== undefined && mode !== "directory") return true;
  }
  return false;
}

/** The error for packages that `go` could not load either. */
export function unloadable(what: string, subject: string): ModwharfError {
  return new ModwharfError("PACKAGES_UNLOADABLE", what, {
    subject,
    fix: "run go mod tidy, and check that go build ./... finds all packages",
  });
}
