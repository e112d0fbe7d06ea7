import { type ApiChange, compareSurfaces } from "./compare.ts";
import { isInternalDir, type ModuleSource, SurfaceReader } from "./module-surface.ts";

export interface ModuleComparison {
  changes: ApiChange[];
  /** The packages that were not compared since there are enough changes already. */
  rest: string[];
}

/**
 * What differs between two versions of a module in those of its importable packages that `dirs` names, ordered by
 * packages and names. Package by package, since the surfaces of a large module do not fit into memory together; ends
 * with the package that brings the changes to `maxChanges`.
 */
export async function compareModules(
  base: ModuleSource,
  head: ModuleSource,
  { dirs, maxChanges }: { dirs: Iterable<string>; maxChanges: number },
): Promise<ModuleComparison> {
  const [before, after] = [new SurfaceReader(base), new SurfaceReader(head)];
  const changes: ApiChange[] = [];
  const order = [...dirs].filter((dir) => !isInternalDir(dir)).sort();
  for (const [i, dir] of order.entries()) {
    if (changes.length >= maxChanges) return { changes, rest: order.slice(i) };
    for (const change of compareSurfaces(await before.surface(dir), await after.surface(dir))) {
      changes.push(change);
    }
  }
  return { changes, rest: [] };
}
