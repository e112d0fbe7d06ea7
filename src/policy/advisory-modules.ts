import type { ModuleVersion } from "../module/module-version.ts";
import { matchPrefixPatterns } from "../module/patterns.ts";
import { dependenciesOf } from "./dependencies.ts";
import type { DependencyFacts } from "./facts.ts";
import type { RepositorySnapshot } from "./snapshot.ts";
import { lowestToolchain } from "./toolchain.ts";

/** What OSV calls the standard library and the go command. */
export const goItself = ["stdlib", "toolchain"] as const;

export interface AdvisoryModules {
  /** Each module version once. */
  asked: ModuleVersion[];
  /** Paths of private modules: no outsider is told their names. */
  kept: string[];
}

/** The module versions of all builds of some commits, as they are to be named to a vulnerability API. */
export async function advisoryModules(
  snapshots: readonly RepositorySnapshot[],
  options: { facts: DependencyFacts | undefined; privatePatterns: string },
): Promise<AdvisoryModules> {
  const asked = new Map<string, ModuleVersion>();
  const kept = new Set<string>();
  const add = (module: ModuleVersion) => asked.set(`${module.path} ${module.version}`, module);
  for (const snapshot of snapshots) {
    const own = new Set(snapshot.modules.map((module) => module.path));
    for (const module of snapshot.modules) {
      const release = lowestToolchain(module.goMod);
      if (release !== undefined) for (const path of goItself) add({ path, version: release });
      for (const { built } of await dependenciesOf({ module, facts: options.facts })) {
        if (built === undefined || own.has(built.path)) continue;
        if (matchPrefixPatterns(options.privatePatterns, built.path)) kept.add(built.path);
        else add(built);
      }
    }
  }
  return { asked: [...asked.values()], kept: [...kept] };
}
