import { isPseudoVersion } from "../../module/pseudo.ts";
import { listedDependencies } from "../dependencies.ts";
import type { StateRule } from "../rule.ts";

export const requirePseudoVersion: StateRule = {
  id: "require-pseudo-version",
  scope: "module",
  group: "dependency",
  level: "warning",
  title: "A direct dependency is an untagged commit",
  why: "Its author has not released that commit: it may be half of a change, be rewritten, or vanish with its branch.",
  fix: "require a released version that has the change, or ask for a release",
  reference: "https://go.dev/ref/mod#pseudo-versions",
  check({ module }) {
    return listedDependencies(module)
      .filter((dependency) => dependency.direct && isPseudoVersion(dependency.module.version))
      .map(({ module: { path, version }, place }) => ({
        subject: path,
        message: `${path} is required at ${version}, a commit without release`,
        ...place,
      }));
  },
};
