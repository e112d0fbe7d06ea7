import type { GoMod } from "../modfile/go-mod.ts";
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

/** A requirement to be walked. */
interface Edge {
  module: ModuleVersion;
  /** False where pruning ends the graph: the module counts, but what it requires is not read. */
  isRead: boolean;
  /** True when all that stands behind it counts, however new its own go line is. */
  isUnpruned: boolean;
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
  const graph = walkGraph(module.goMod, facts);
  graphs.set(module, { facts, graph });
  return graph;
}

async function walkGraph(main: GoMod, facts: DependencyFacts): Promise<ModuleGraph> {
  const selected = new Map<string, string>();
  const loaded = new Map<string, LoadedModule>();
  const walked = new Set<string>();
  const excluded = new Set(main.exclude.map((entry) => keyOf(entry.module)));
  const isUnpruned = !isPruned(main);
  let wave: Edge[] = main.require.map(({ module }) => ({
    module,
    isRead: true,
    isUnpruned,
    root: module.path,
  }));
  while (wave.length > 0) {
    const fresh: Edge[] = [];
    for (const edge of wave) {
      const { path, version } = edge.module;
      const key = keyOf(edge.module);
      if (excluded.has(key)) continue;
      const known = selected.get(path);
      if (known === undefined || compareVersions(version, known) > 0) selected.set(path, version);
      // What was read with pruning is read again without, since that leads further.
      const visit = `${key} ${edge.isUnpruned}`;
      if (!edge.isRead || walked.has(visit)) continue;
      walked.add(visit);
      fresh.push(edge);
    }
    const edges = await Promise.all(fresh.map((edge) => edgesOf(main, edge, { facts, loaded })));
    wave = edges.flat();
  }
  return { selected, loaded: [...loaded.values()] };
}

/**
 * What a module requires. Behind one that is older than go 1.17 everything counts, later modules and what they
 * require included; else the graph ends at a module's own requirements (cmd/go modload readModGraph).
 */
async function edgesOf(
  main: GoMod,
  { module, isUnpruned, root }: Edge,
  { facts, loaded }: { facts: DependencyFacts; loaded: Map<string, LoadedModule> },
): Promise<Edge[]> {
  const built = builtAs(main, module);
  if (built === undefined) return [];
  if (!loaded.has(keyOf(built))) loaded.set(keyOf(built), { built, root });
  const goMod = await facts.goMod(built);
  if (goMod === undefined) return [];
  const isWhole = isUnpruned || !isPruned(goMod);
  return goMod.require.map((require) => ({
    module: require.module,
    isRead: isWhole,
    isUnpruned: isWhole,
    root,
  }));
}

/** `path version`, as go.sum begins a line. */
export function keyOf({ path, version }: ModuleVersion): string {
  return `${path} ${version}`;
}
