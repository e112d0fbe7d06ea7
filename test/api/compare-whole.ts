import type { ApiChange } from "../../src/api/compare.ts";
import { compareModules } from "../../src/api/compare-modules.ts";
import type { ModuleSource } from "../../src/api/module-surface.ts";

/** What differs between two versions of a module, in all of its packages. */
export async function compareWhole(base: ModuleSource, head: ModuleSource): Promise<ApiChange[]> {
  const dirs = new Set([...base.packages.keys(), ...head.packages.keys()]);
  return (await compareModules(base, head, { dirs, maxChanges: 1000 })).changes;
}
