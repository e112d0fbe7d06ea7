import { isPseudoVersion } from "../../module/pseudo.ts";
import { prereleaseOf } from "../../module/version.ts";
import { listedDependencies } from "../dependencies.ts";
import type { StateRule } from "../rule.ts";

export const requirePrerelease: StateRule = {
  id: "require-prerelease",
  scope: "module",
  group: "dependency",
  level: "warning",
  title: "A direct dependency is a pre-release",
  why: "A pre-release promises nothing, and through minimal version selection every user of this module gets it.",
  fix: "require a release",
  reference: "https://go.dev/ref/mod#versions",
  check({ module }) {
    return listedDependencies(module)
      .filter(
        ({ direct, module: { version } }) =>
          direct && prereleaseOf(version) !== "" && !isPseudoVersion(version),
      )
      .map(({ module: { path, version }, place }) => ({
        subject: path,
        message: `${path} is required at the pre-release ${version}`,
        ...place,
      }));
  },
};
