import { chainDetail, dependenciesOf } from "../dependencies.ts";
import { matchModule } from "../patterns.ts";
import type { RuleHit, StateRule } from "../rule.ts";

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
      const { path } = dependency.built ?? dependency.module;
      if (siblings.has(path) || allow.some((pattern) => matchModule(pattern, path))) continue;
      const detail = await chainDetail(context, dependency);
      const message = `${path} is not on the policy's allow list`;
      hits.push({ subject: path, message, ...dependency.place, ...(detail === undefined ? {} : { detail }) });
    }
    return hits;
  },
};
