import { chainDetail, dependenciesOf } from "../dependencies.ts";
import { matchModule } from "../patterns.ts";
import type { RuleHit, StateRule } from "../rule.ts";
import { inRange } from "../version-range.ts";

export const dependencyNotAllowed: StateRule = {
  id: "dependency-not-allowed",
  scope: "module",
  group: "dependency",
  level: "error",
  title: "A dependency is not on the policy's allow list",
  why: "The organisation wants every module reviewed before it is built in, directly or through another.",
  fix: "have the module reviewed and added to the allow list, or do without it",
  reference: "https://go.dev/ref/mod#go-mod-file-require",
  async check(context) {
    const { allow } = context.policy.dependencies;
    if (allow === undefined) return [];
    const siblings = new Set(context.repository.modules.map((module) => module.path));
    const hits: RuleHit[] = [];
    for (const dependency of await dependenciesOf(context)) {
      const { path, version } = dependency.built ?? dependency.module;
      const entries = allow.filter((entry) => matchModule(entry.module, path));
      if (siblings.has(path) || entries.some(({ versions }) => inRange(version, versions))) continue;
      const detail = await chainDetail(context, dependency);
      const ranges = entries.map(({ versions }) => versions).join(" || ");
      const named =
        ranges === ""
          ? { subject: path, message: `${path} is not on the policy's allow list` }
          : {
              subject: `${path}@${version}`,
              message: `${path} ${version} is not among the versions that the policy allows: ${ranges}`,
              fix: `require a version in ${ranges}`,
            };
      hits.push({ ...named, ...dependency.place, ...(detail === undefined ? {} : { detail }) });
    }
    return hits;
  },
};
