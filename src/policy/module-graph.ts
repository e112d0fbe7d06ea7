import type { GoMod } from "../modfile/go-mod.ts";
import { RequirementWalk } from "../modgraph/requirement-walk.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import { compareVersions } from "../module/version.ts";
import type { DependencyFacts } from "./facts.ts";
import { builtAs, isPruned } from "./replaced.ts";
import type { ModuleSnapshot } from "./snapshot.ts";

/** The module graph of one module as the go command loads it. */
export interface ModuleGraph {
  /** The version that minimal version selection picks of each module. */
  selected: ReadonlyMap<string, string>;
  /** Every module version whose own go.mod the go command reads for it, beside the main module's. */
  loaded: readonly LoadedModule[];
}

export interface LoadedModule {
  /** As replaced. */
  built: ModuleVersion;
  /** The module of go.mod through which it is reached first. */
  root: string;
}

const graphs = new WeakMap<ModuleSnapshot, { facts: DependencyFacts; graph: Promise<ModuleGraph> }>();

/**
 * The module graph, pruned as the go command prunes it (go.dev/ref/mod, "Module graph pruning"), with the main
 * module's replace and exclude; walked once for all rules. Modules that no proxy has end the walk there: other rules
 * tell of them.
 */
export function moduleGraph(module: ModuleSnapshot, facts: DependencyFacts): Promise<ModuleGraph> {
  const known = graphs.get(module);
  if (known?.facts === facts) return known.graph;
  const graph = readGraph(module.goMod, facts);
  graphs.set(module, { facts, graph });
  return graph;
}

async function readGraph(main: GoMod, facts: DependencyFacts): Promise<ModuleGraph> {
  const selected = new Map<string, string>();
  const loaded = new Map<string, LoadedModule>();
  const excluded = new Set(main.exclude.map((entry) => keyOf(entry.module)));
  const count = ({ require }: GoMod) => {
    const counted = require.map(({ module }) => module).filter((module) => !excluded.has(keyOf(module)));
    for (const { path, version } of counted) {
      const known = selected.get(path);
      if (known === undefined || compareVersions(version, known) > 0) selected.set(path, version);
    }
    return counted;
  };
  const walk = new RequirementWalk(async (module, root) => {
    const built = builtAs(main, module);
    if (built === undefined) return undefined;
    if (!loaded.has(keyOf(built))) loaded.set(keyOf(built), { built, root: root.path });
    const goMod = await facts.goMod(built);
    return goMod && { isPruned: isPruned(goMod), require: count(goMod) };
  });
  await walk.from(count(main), isPruned(main) ? "pruned" : "unpruned");
  return { selected, loaded: [...loaded.values()] };
}

/** `path version`, as go.sum begins a line. */
export function keyOf({ path, version }: ModuleVersion): string {
  return `${path} ${version}`;
}
