import { chainDetail, dependenciesOf } from "../dependencies.ts";
import { eachDependency } from "../each-dependency.ts";
import type { StateRule } from "../rule.ts";

export const requireDeprecated: StateRule = {
  id: "require-deprecated",
  scope: "module",
  group: "dependency",
  level: "warning",
  title: "A dependency is deprecated",
  why: "Its author no longer maintains it, and usually names what to use instead.",
  fix: "move to the module that its author names",
  reference: "https://go.dev/ref/mod#go-mod-file-module-deprecation",
  needs: ["proxy"],
  async check(context) {
    const dependencies = await dependenciesOf(context);
    return eachDependency(context, dependencies, async (dependency, facts) => {
      const latest = dependency.built && (await facts.latest(dependency.built.path));
      const notice = latest?.goMod.module?.deprecated ?? "";
      if (notice === "") return undefined;
      const detail = await chainDetail(context, dependency);
      return {
        subject: dependency.built!.path,
        message: `${dependency.built!.path} is deprecated: ${notice.split("\n")[0]!.slice(0, 300)}`,
        ...dependency.place,
        ...(detail === undefined ? {} : { detail }),
        ...(dependency.direct ? {} : { level: "note" as const }),
      };
    });
  },
};
