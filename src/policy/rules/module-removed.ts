import type { RepositoryChangeRule } from "../rule.ts";
import { isOwnVersion } from "../versions.ts";

export const moduleRemoved: RepositoryChangeRule = {
  id: "module-removed",
  scope: "repository-change",
  group: "repository",
  level: "error",
  title: "A module's go.mod is removed",
  why:
    "No further version of the module can be released, and its users are not told: their builds stay at the last " +
    "one. Packages that move into the module around it exist twice for whoever requires both. A module that was " +
    "never released is a warning only.",
  fix: "release a last version with a // Deprecated: comment above the module directive first, or keep go.mod",
  reference: "https://go.dev/ref/mod#go-mod-file-module-deprecation",
  check({ repository, baseRepository, published, tagsKnown }) {
    const left = new Set(repository.modules.map((module) => module.path));
    return baseRepository.modules
      .filter((module) => !repository.tree.files.has(module.file) && !left.has(module.path))
      .map(({ path, file, goMod }) => {
        const newest = (published.get(path) ?? []).findLast((version) => isOwnVersion(path, version));
        const isDeprecated = (goMod.module?.deprecated ?? "") !== "";
        const hadReleases = newest === undefined ? "" : `, of which ${newest} was released`;
        return {
          subject: path,
          message: `${file} is removed, and with it module ${path}${hadReleases}`,
          file,
          line: 1,
          column: 1,
          ...(isDeprecated || (newest === undefined && tagsKnown) ? { level: "warning" as const } : {}),
        };
      });
  },
};
