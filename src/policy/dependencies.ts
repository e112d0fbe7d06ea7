import type { RequireDirective } from "../modfile/go-mod.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import type { DependencyFacts } from "./facts.ts";
import { type Place, placeIn } from "./hits.ts";
import { moduleGraph } from "./module-graph.ts";
import { builtAs, isPruned } from "./replaced.ts";
import type { ModuleContext } from "./rule.ts";
import type { ModuleSnapshot } from "./snapshot.ts";

/** A module that the build of a repository's module may use. */
export interface Dependency {
  /** As required. */
  module: ModuleVersion;
  /** What is built instead; undefined when it is a folder of this machine. Equal to `module` without replace. */
  built: ModuleVersion | undefined;
  /** False when nothing in the module itself imports it. */
  direct: boolean;
  /** Its own line in go.mod, else that of the module directive. */
  place: Place;
}

/**
 * The modules of the build list. From go 1.17 on they all stand in go.mod; before, they are found in the go.mod
 * files of the dependencies (needs facts; without them only what go.mod names is seen).
 */
export async function dependenciesOf(
  context: Pick<ModuleContext, "module" | "facts">,
): Promise<Dependency[]> {
  const { module, facts } = context;
  const listed = listedDependencies(module);
  if (facts === undefined || isPruned(module.goMod)) return listed;
  const { selected } = await moduleGraph(module, facts);
  const direct = new Map(listed.map((dependency) => [dependency.module.path, dependency]));
  return [...selected].map(([path, version]) => {
    const known = direct.get(path);
    const found = { path, version };
    const place = known?.place ?? placeIn(module, module.goMod.module?.position);
    return { module: found, built: builtAs(module.goMod, found), direct: known?.direct ?? false, place };
  });
}

/** Those that stand in go.mod itself, in its order. */
export function listedDependencies(module: ModuleSnapshot): Dependency[] {
  return module.goMod.require.map((require: RequireDirective) => ({
    module: require.module,
    built: builtAs(module.goMod, require.module),
    direct: !require.indirect,
    place: placeIn(module, require.position),
  }));
}

/** `a@v1.0.0 → b@v1.2.0`: one shortest way by which a module came in; undefined when none is found. */
export async function chainTo(
  module: ModuleSnapshot,
  target: ModuleVersion,
  facts: DependencyFacts,
): Promise<ModuleVersion[] | undefined> {
  const seen = new Set<string>();
  let wave = module.goMod.require
    .filter((require) => !require.indirect || require.module.path === target.path)
    .map((require) => [require.module]);
  // A direct line of the target's own explains nothing, so it counts only when it is not an indirect one.
  const own = module.goMod.require.find((require) => require.module.path === target.path);
  if (own?.indirect) wave = wave.filter((chain) => chain[0]!.path !== target.path);
  for (let depth = 0; depth < MAX_CHAIN && wave.length > 0; depth++) {
    const found = wave.find((chain) => chain.at(-1)!.path === target.path);
    if (found !== undefined) return found;
    const next = await Promise.all(
      wave.map(async (chain) => {
        const built = builtAs(module.goMod, chain.at(-1)!);
        const goMod = built === undefined ? undefined : await facts.goMod(built);
        return (goMod?.require ?? []).map((require) => [...chain, require.module]);
      }),
    );
    wave = next.flat().filter((chain) => {
      const { path } = chain.at(-1)!;
      if (seen.has(path)) return false;
      seen.add(path);
      return true;
    });
  }
  return undefined;
}

/** Longer ways are not worth the requests; real ones are rarely longer than six. */
const MAX_CHAIN = 12;

/** The chain as text for a finding's detail; undefined for a direct dependency. */
export async function chainDetail(
  { module, facts }: ModuleContext,
  dependency: Dependency,
): Promise<string | undefined> {
  if (dependency.direct || facts === undefined) return undefined;
  const chain = await chainTo(module, dependency.module, facts);
  if (chain === undefined) return undefined;
  return `Pulled in by ${[module.path, ...chain.map((link) => `${link.path}@${link.version}`)].join(" → ")}`;
}
