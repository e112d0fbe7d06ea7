import { chainDetail, dependenciesOf } from "../dependencies.ts";
import { matchModule } from "../patterns.ts";
import type { RuleHit, StateRule } from "../rule.ts";
import { inRange } from "../version-range.ts";

export const dependencyDenied: StateRule = {
  id: "dependency-denied",
  scope: "module",
  group: "dependency",
  level: "error",
  title: "A dependency is on the policy's deny list",
  why: "The organisation has decided against it; indirect use counts, since the code is built in all the same.",
  fix: "use what the policy names instead",
  reference: "https://go.dev/ref/mod#go-mod-file-require",
  async check(context) {
    const { deny } = context.policy.dependencies;
    if (deny.length === 0) return [];
    const hits: RuleHit[] = [];
    for (const dependency of await dependenciesOf(context)) {
      const { path, version } = dependency.built ?? dependency.module;
      const entry = deny.find(
        (denied) => matchModule(denied.module, path) && inRange(version, denied.versions),
      );
      if (entry === undefined) continue;
      const detail = await chainDetail(context, dependency);
      hits.push({
        subject: `${path}@${version}`,
        message: `${path} ${version} is denied by the policy: ${entry.reason}`,
        ...(entry.alternative === undefined ? {} : { fix: `use ${entry.alternative} instead` }),
        ...(detail === undefined ? {} : { detail }),
        ...dependency.place,
      });
    }
    return hits;
  },
};
