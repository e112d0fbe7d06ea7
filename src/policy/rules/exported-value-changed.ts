import { apiHit } from "../api-hits.ts";
import type { ChangeRule } from "../rule.ts";
import { hasStableRelease } from "../versions.ts";

export const exportedValueChanged: ChangeRule = {
  id: "exported-value-changed",
  scope: "change",
  group: "api",
  level: "note",
  title: "An exported constant has another value",
  why:
    "Users' code compiles on, but what was stored or sent under the old value no longer matches; often that is " +
    "intended (a version number), in an iota list it often is not.",
  fix: "add new constants at the end of an iota list",
  reference: "https://go.dev/ref/spec#Iota",
  needs: ["tags"],
  readsSource: true,
  async check(context) {
    if (!hasStableRelease(context)) return [];
    const changed = (await context.api()).filter((change) => change.kind === "value-changed");
    return changed.map((change) => apiHit(context, change));
  },
};
