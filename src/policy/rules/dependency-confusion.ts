import { matchPrefixPatterns } from "../../module/patterns.ts";
import { dependenciesOf } from "../dependencies.ts";
import { eachDependency } from "../each-dependency.ts";
import type { StateRule } from "../rule.ts";

export const dependencyConfusion: StateRule = {
  id: "dependency-confusion",
  scope: "module",
  group: "dependency",
  level: "error",
  title: "A private module path exists on the public proxy",
  why:
    "Whoever published it there can serve other code under the organisation's path to every build that asks the " +
    "public proxy, for instance one without GOPRIVATE.",
  fix: "find out who published the path; route private paths to the private proxy only",
  reference: "https://go.dev/ref/mod#private-modules",
  needs: ["proxy"],
  async check(context) {
    const patterns = context.policy.dependencies.private;
    if (patterns === "") return [];
    const dependencies = (await dependenciesOf(context)).filter((dependency) =>
      matchPrefixPatterns(patterns, dependency.module.path),
    );
    return eachDependency(context, dependencies, async ({ module: { path }, place }, facts) => {
      if (!(await facts.isPublic(path))) return undefined;
      return { subject: path, message: `the private module ${path} exists on the public proxy`, ...place };
    });
  },
};
