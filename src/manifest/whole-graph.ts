import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import { compareVersions } from "../module/version.ts";
import type { ModuleSet } from "./module-set.ts";

/**
 * A set that has the whole version of every selected module, also of those that take part in the module graph only.
 * `go list -m all` asks for the `.info` of each of them, and `go get` looks for packages in their zips; the other
 * versions of the graph are never asked for more than their go.mod.
 *
 * Selected is the highest version that a go.sum has of a path (minimal version selection, in a go.sum as `go mod tidy`
 * leaves it): of each file by itself, since its module may be built alone, and of all together, as in a workspace.
 */
export function withWholeGraph(set: ModuleSet): ModuleSet {
  const { entries, files } = set.sums;
  const selected = new Set(
    [entries, ...files].flatMap((sums) => highestOf(sums.map(({ module }) => module))),
  );
  const modules = set.modules.map((needed) =>
    needed.needs === "mod" && selected.has(formatModuleVersion(needed.module))
      ? { ...needed, needs: "zip" as const }
      : needed,
  );
  return { ...set, modules };
}

/** The highest version of each path, as `path@version`. */
function highestOf(modules: readonly ModuleVersion[]): string[] {
  const highest = new Map<string, ModuleVersion>();
  for (const module of modules) {
    const known = highest.get(module.path);
    if (known === undefined || compareVersions(known.version, module.version) < 0)
      highest.set(module.path, module);
  }
  return [...highest.values()].map(formatModuleVersion);
}
