import { apiHit } from "../api-hits.ts";
import type { ChangeRule } from "../rule.ts";
import { hasStableRelease } from "../versions.ts";

export const exportedChanged: ChangeRule = {
  id: "exported-changed",
  scope: "change",
  group: "api",
  level: "warning",
  title: "An exported declaration changed",
  why:
    "Another signature, field type or a new method of an interface usually stops users' code from compiling. The " +
    "comparison is by text, so a change that only looks different is possible.",
  fix: "add a new name beside the old one, or release a new major version",
  reference: "https://go.dev/blog/module-compatibility",
  needs: ["tags"],
  readsSource: true,
  async check(context) {
    if (!hasStableRelease(context)) return [];
    const changed = (await context.api()).filter(
      (change) => !change.doubtful && (change.kind === "changed" || change.kind === "interface-grew"),
    );
    return changed.map((change) => apiHit(context, change));
  },
};
