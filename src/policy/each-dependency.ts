import type { Dependency } from "./dependencies.ts";
import type { DependencyFacts } from "./facts.ts";
import type { ModuleContext, RuleHit } from "./rule.ts";

/** Asks about all dependencies at once (the client limits what runs at a time); the hits keep their order. */
export async function eachDependency(
  { facts }: ModuleContext,
  dependencies: readonly Dependency[],
  judge: (dependency: Dependency, facts: DependencyFacts) => Promise<RuleHit | undefined>,
): Promise<RuleHit[]> {
  if (facts === undefined) return [];
  const hits = await Promise.all(dependencies.map((dependency) => judge(dependency, facts)));
  return hits.filter((hit) => hit !== undefined);
}
