import { listedDependencies } from "../dependencies.ts";
import type { StateRule } from "../rule.ts";

export const requireIncompatible: StateRule = {
  id: "require-incompatible",
  scope: "module",
  group: "dependency",
  level: "note",
  title: "A direct dependency is +incompatible",
  why: "It has no go.mod, so its own dependencies are unversioned and every major of it shares one import path.",
  fix: "require a version that has a go.mod, usually the next major",
  reference: "https://go.dev/ref/mod#incompatible-versions",
  check({ module }) {
    return listedDependencies(module)
      .filter((dependency) => dependency.direct && dependency.module.version.endsWith("+incompatible"))
      .map(({ module: { path, version }, place }) => ({
        subject: path,
        message: `${path} is required at ${version}, which has no go.mod`,
        ...place,
      }));
  },
};
