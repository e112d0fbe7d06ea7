import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";

/** How far the requirements of a module are followed (cmd/go modload modPruning). */
export type Pruning = "pruned" | "unpruned" | "workspace";

/** What a module's go.mod says to those who depend on it. */
export interface Requiring {
  /** go 1.17 and later: who requires it needs nothing of what only its own dependencies require. */
  readonly isPruned: boolean;
  readonly require: readonly ModuleVersion[];
}

interface Visit {
  readonly module: ModuleVersion;
  readonly pruning: Pruning;
  /** The module of the walk's beginning through which this one is reached first. */
  readonly root: ModuleVersion;
}

/** Gives what a module requires; undefined ends the walk there. */
export type ReadRequirements = (module: ModuleVersion, root: ModuleVersion) => Promise<Requiring | undefined>;

/**
 * Walks a module graph as far as the go command reads it (cmd/go modload readModGraph): behind a module older than
 * go 1.17 all counts, later modules and what they require included; else it ends at a module's own requirements.
 * A module may be read twice: what was reached with pruning leads further when it is reached without.
 */
export class RequirementWalk {
  readonly #read: ReadRequirements;
  readonly #visited = new Map<string, ModuleVersion>();

  constructor(read: ReadRequirements) {
    this.#read = read;
  }

  /** Every module version that was read, once for each pruning. */
  visited(): Iterable<ModuleVersion> {
    return this.#visited.values();
  }

  /** Walks from these modules, in their order and one distance after the other. Throws as reading does. */
  async from(modules: readonly ModuleVersion[], pruning: Pruning): Promise<void> {
    let wave = this.#unvisited(modules.map((module) => ({ module, pruning, root: module })));
    while (wave.length > 0) {
      const next = await Promise.all(wave.map((visit) => this.#follow(visit)));
      wave = this.#unvisited(next.flat());
    }
  }

  #unvisited(visits: readonly Visit[]): Visit[] {
    return visits.filter(({ module, pruning }) => {
      const key = `${formatModuleVersion(module)} ${pruning}`;
      if (this.#visited.has(key)) return false;
      this.#visited.set(key, module);
      return true;
    });
  }

  async #follow({ module, pruning, root }: Visit): Promise<Visit[]> {
    const requiring = await this.#read(module, root);
    if (requiring === undefined || (pruning === "pruned" && requiring.isPruned)) return [];
    const further = pruning === "unpruned" || !requiring.isPruned ? "unpruned" : "pruned";
    return requiring.require.map((required) => ({ module: required, pruning: further, root }));
  }
}
