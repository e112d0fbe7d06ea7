import { ModwharfError } from "../base/errors.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import { allRequirements, compareRequired, GO, ModuleGraph } from "./module-graph.ts";
import { goVersionOf, isGoAtLeast, type Project, requirementsOf } from "./project.ts";
import type { ModuleSummaries } from "./summaries.ts";

/**
 * Which version of each module counts. From go 1.17 a tidy go.mod lists all that a build needs, so the whole module
 * graph is read only for what the list does not answer; before that, and in a workspace, it always is.
 */
export class Requirements {
  readonly #project: Project;
  readonly #summaries: ModuleSummaries;
  readonly #roots = new Map<string, string>();
  #graph: Promise<ModuleGraph> | undefined;

  constructor(project: Project, summaries: ModuleSummaries) {
    this.#project = project;
    this.#summaries = summaries;
    if (project.work !== undefined) return;
    const [main] = project.main.values();
    for (const { path, version } of [
      ...requirementsOf(project, main!),
      { path: GO, version: goVersionOf(project) },
    ]) {
      const known = this.#roots.get(path);
      if (known === undefined || compareRequired(path, known, version) < 0) this.#roots.set(path, version);
    }
  }

  /** True when the list of go.mod is where to look first. */
  get isPruned(): boolean {
    return this.#project.work === undefined && isGoAtLeast(this.#project, "1.17");
  }

  /** The version that go.mod itself lists: "" for a main module, undefined for a path that is not listed. */
  listed(path: string): string | undefined {
    return this.#project.main.has(path) ? "" : this.#roots.get(path);
  }

  graph(): Promise<ModuleGraph> {
    this.#graph ??= ModuleGraph.read(this.#project, this.#summaries);
    return this.#graph;
  }

  /** The version that a build selects, undefined for a path outside of the build list. */
  async selected(path: string): Promise<string | undefined> {
    const listed = this.isPruned ? this.listed(path) : undefined;
    return listed ?? (await this.graph()).selected(path);
  }

  /**
   * Throws PACKAGES_UNLOADABLE when go.mod would have to change: it lacks one of the given modules, which all provide
   * packages, or lists a lower version than what they require.
   */
  async checkConsistent(providers: readonly ModuleVersion[]): Promise<void> {
    if (this.#project.work !== undefined) return;
    if (this.isPruned) await this.#checkProviders(providers);
    if (this.#graph === undefined) return;
    const graph = await this.#graph;
    for (const [path, version] of this.#roots) {
      const selected = graph.selected(path) ?? version;
      if (selected !== version && path !== GO) throw this.#notTidy({ path, version: selected }, version);
    }
  }

  async #checkProviders(providers: readonly ModuleVersion[]): Promise<void> {
    // go.mod of go 1.17 and later lists every module that provides a package.
    const unlisted = providers.find(({ path }) => this.listed(path) === undefined);
    if (unlisted !== undefined) throw this.#notTidy(unlisted, "nothing");
    const summaries = await Promise.all(providers.map((provider) => this.#summaries.of(provider)));
    for (const [i, summary] of summaries.entries()) {
      for (const required of allRequirements(summary)) {
        const listed = this.listed(required.path);
        if (listed === undefined || listed === "") continue;
        if (compareRequired(required.path, listed, required.version) < 0)
          throw this.#notTidy(required, listed, providers[i]);
      }
    }
  }

  #notTidy(required: ModuleVersion, listed: string, by?: ModuleVersion): ModwharfError {
    const [main] = this.#project.main.values();
    const because = by === undefined ? "" : ` (required by ${formatModuleVersion(by)})`;
    return new ModwharfError("PACKAGES_UNLOADABLE", "go.mod is not up to date", {
      subject: `${main!.dir}/go.mod`,
      expected: `${required.path} ${required.version}${because}`,
      actual: listed,
      fix: "run go mod tidy and commit go.mod and go.sum",
    });
  }
}
