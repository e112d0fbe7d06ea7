import { listedDependencies } from "../dependencies.ts";
import { matchModule } from "../patterns.ts";
import type { StateRule } from "../rule.ts";
import { inRange } from "../version-range.ts";

export const dependencyEndOfLife: StateRule = {
  id: "dependency-end-of-life",
  scope: "module",
  group: "dependency",
  level: "error",
  title: "A dependency is past its end of life",
  why: "Nobody mends what is found in it from that day on.",
  fix: "move to a supported version",
  reference: "https://go.dev/ref/mod#go-mod-file-require",
  check({ module, policy, today }) {
    return listedDependencies(module).flatMap(({ module: required, built, place }) => {
      const { path, version } = built ?? required;
      const entry = policy.dependencies.endOfLife.find(
        (ended) => matchModule(ended.module, path) && inRange(version, ended.versions) && ended.date <= today,
      );
      if (entry === undefined) return [];
      const reason = entry.reason === undefined ? "" : `: ${entry.reason}`;
      const message = `${path} ${version} is without support since ${entry.date}${reason}`;
      return [{ subject: `${path}@${version}`, message, ...place }];
    });
  },
};
