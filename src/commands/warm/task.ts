import { moduleSource } from "../../modgraph/module-source.ts";
import { type ModuleServices, vouchOptions } from "../modules/services.ts";
import type { WarmContext } from "./inputs.ts";
import { needsGraph, type PlanOptions, planFromGraph, type WarmPlan } from "./plan.ts";

/** What a run has opened, whatever it fills. */
export interface Task {
  readonly services: ModuleServices;
  readonly workDir: string;
  /** As performance.now() gave it. */
  readonly start: number;
}

/** What the plan of a run is made from. */
export function planOptions(context: WarmContext, services: ModuleServices): PlanOptions {
  const { inputs, cwd, platform } = context;
  return {
    inputs,
    cwd,
    workspace: platform.env.GOWORK !== "off",
    vouch: vouchOptions(context, services, []),
    gonoproxy: services.go.gonoproxy,
  };
}

/**
 * The plan, made anew from the module graph where the manifests alone do not say all. What the module cache `cache`
 * has of go.mod files is not downloaded.
 */
export async function completed(
  named: WarmPlan,
  options: PlanOptions,
  { services, workDir, cache }: Task & { readonly cache: string },
): Promise<WarmPlan> {
  if (!needsGraph(named)) return named;
  return await planFromGraph(options, moduleSource({ gomodcache: cache, client: services.client, workDir }));
}
