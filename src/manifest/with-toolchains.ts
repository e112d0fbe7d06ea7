import { ModwharfError } from "../base/errors.ts";
import { compareModuleVersions, formatModuleVersion } from "../module/module-version.ts";
import type { ModuleSet, NeededModule } from "./module-set.ts";
import { toolchainModule } from "./toolchain.ts";

/**
 * A set with the toolchains that its manifests name, as modules, for each platform (`linux/amd64`). Throws USAGE when
 * platforms are asked for and no manifest names a toolchain.
 */
export function withToolchains(set: ModuleSet, platforms: readonly string[]): ModuleSet {
  if (platforms.length === 0) return set;
  if (set.toolchains.length === 0) {
    throw new ModwharfError("USAGE", "no manifest names a toolchain", {
      expected: "a toolchain line, or a go line with a release such as go 1.22.3",
      fix: "add one to go.mod, or list golang.org/toolchain@v0.0.1-go1.22.3.linux-amd64 in a text file",
    });
  }
  const known = new Set(set.modules.map(({ module }) => formatModuleVersion(module)));
  const added = set.toolchains.flatMap(({ name, from }) =>
    platforms.map((platform): NeededModule => {
      const module = toolchainModule(name, platform);
      return { module, needs: "zip", ...set.sums.of(module), from, isDirect: false, replaces: undefined };
    }),
  );
  const fresh = added.filter(({ module }) => !known.has(formatModuleVersion(module)));
  const modules = [...set.modules, ...fresh].sort((a, b) => compareModuleVersions(a.module, b.module));
  return { ...set, modules };
}
