import { compareGoVersions, isPrunedAt } from "../modfile/go-version.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import { compareVersions } from "../module/version.ts";
import { goVersionOf, isGoAtLeast, type MainModule, type Project, requirementsOf } from "./project.ts";
import { RequirementWalk } from "./requirement-walk.ts";
import type { ModuleSummaries, ModuleSummary } from "./summaries.ts";

/** The version of the language that a module needs counts as a requirement of this name from go 1.21. */
export const GO = "go";

/** The order of versions of one module; for `go`, of go versions. */
export function compareRequired(path: string, a: string, b: string): number {
  return path === GO ? compareGoVersions(a, b) : compareVersions(a, b);
}

/** A summary's requirements with the one on the language (modload summaryFromModFile). */
export function allRequirements({ goVersion, require }: ModuleSummary): ModuleVersion[] {
  const isStrict = goVersion !== "" && compareGoVersions(goVersion, "1.21") >= 0;
  return isStrict ? [...require, { path: GO, version: goVersion }] : [...require];
}

/** The module graph of a project, read from go.mod files; each path's highest version is selected. */
export class ModuleGraph {
  readonly #project: Project;
  readonly #summaries: ModuleSummaries;
  readonly #selected = new Map<string, string>();
  readonly #required = new Map<string, readonly ModuleVersion[]>();
  readonly #walk = new RequirementWalk((module) => this.#read(module));

  private constructor(project: Project, summaries: ModuleSummaries) {
    this.#project = project;
    this.#summaries = summaries;
  }

  /** Reads the graph (modload readModGraph). Throws as `ModuleSummaries.of`. */
  static async read(project: Project, summaries: ModuleSummaries): Promise<ModuleGraph> {
    const graph = new ModuleGraph(project, summaries);
    if (project.work !== undefined) await graph.#readWorkspace();
    else {
      const [main] = project.main.values();
      const summary = { ...graph.#summaryOfMain(main!), goVersion: goVersionOf(project) };
      graph.#require(main!.path, allRequirements(summary));
      await graph.#walk.from(summary.require, isGoAtLeast(project, "1.17") ? "pruned" : "unpruned");
    }
    return graph;
  }

  /** The selected version of a path: "" for a main module, undefined when the graph does not hold it. */
  selected(path: string): string | undefined {
    return this.#project.main.has(path) ? "" : this.#selected.get(path);
  }

  /** True when the requirements of this module version were read: it is near enough to the main modules. */
  isRead(module: ModuleVersion): boolean {
    return this.#required.has(formatModuleVersion(module));
  }

  /** The selected version of every module but the main ones, as `go list -m all` names them. */
  buildList(): ModuleVersion[] {
    const list = [...this.#selected].map(([path, version]) => ({ path, version }));
    return list.filter(({ path }) => path !== GO && !this.#project.main.has(path));
  }

  /** Every module version whose requirements were read, without the main modules. */
  readModules(): ModuleVersion[] {
    return [...this.#walk.visited()].filter(({ version }) => version !== "");
  }

  #require(key: string, requirements: readonly ModuleVersion[]): void {
    this.#required.set(key, requirements);
    for (const { path, version } of requirements) {
      const known = this.#selected.get(path);
      if (known === undefined || compareRequired(path, known, version) < 0) this.#selected.set(path, version);
    }
  }

  async #read(module: ModuleVersion): Promise<ModuleSummary> {
    const main = module.version === "" ? this.#project.main.get(module.path) : undefined;
    const summary = main === undefined ? await this.#summaries.of(module) : this.#summaryOfMain(main);
    if (!this.isRead(module)) this.#require(formatModuleVersion(module), allRequirements(summary));
    return summary;
  }

  /**
   * In a workspace the roots are its modules. Where another module selects a higher version than one of them asks
   * for, the requirements of the higher one count as well, which reading the modules alone would prune away.
   */
  async #readWorkspace(): Promise<void> {
    const reached = new Set(this.#project.main.keys());
    const seen = new Set<string>();
    for (;;) {
      const next = new Map<string, ModuleVersion>();
      for (const path of reached) {
        const module = this.#selectedModule(path);
        if (!seen.has(formatModuleVersion(module))) next.set(formatModuleVersion(module), module);
        else for (const raised of this.#raisedBy(module)) next.set(formatModuleVersion(raised), raised);
      }
      for (const key of seen) next.delete(key);
      if (next.size === 0) return;
      await this.#walk.from([...next.values()], "workspace");
      for (const [key, { path }] of next) {
        seen.add(key);
        reached.add(path);
      }
    }
  }

  #selectedModule(path: string): ModuleVersion {
    return { path, version: this.selected(path) ?? "" };
  }

  /** The selected versions of what a module requires lower versions of. */
  #raisedBy(module: ModuleVersion): ModuleVersion[] {
    return (this.#required.get(formatModuleVersion(module)) ?? [])
      .filter(({ path, version }) => {
        const selected = this.selected(path);
        return path !== GO && selected !== "" && compareRequired(path, selected ?? "", version) > 0;
      })
      .map(({ path }) => this.#selectedModule(path));
  }

  #summaryOfMain(main: MainModule): ModuleSummary {
    const goVersion = main.goMod.go?.version ?? "";
    const require = requirementsOf(this.#project, main);
    return { goVersion, isPruned: isPrunedAt(goVersion), require };
  }
}
