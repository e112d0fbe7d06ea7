import { type ApiChange, compareSurfaces } from "./compare.ts";
import { isInternalDir, type ModuleSource, SurfaceReader } from "./module-surface.ts";

/**
 * What differs between two versions of a module, ordered by packages and names: of its importable packages, or of
 * those in `dirs`. Package by package, since the surfaces of a large module do not fit into memory together.
 */
export async function compareModules(
  base: ModuleSource,
  head: ModuleSource,
  dirs: Iterable<string> = [...base.packages.keys(), ...head.packages.keys()],
): Promise<ApiChange[]> {
  const [before, after] = [new SurfaceReader(base), new SurfaceReader(head)];
  const changes: ApiChange[] = [];
  for (const dir of [...new Set(dirs)].sort()) {
    if (isInternalDir(dir)) continue;
    for (const change of compareSurfaces(await before.surface(dir), await after.surface(dir))) {
      changes.push(change);
    }
  }
  return changes;
}
