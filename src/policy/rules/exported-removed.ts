import { apiHit } from "../api-hits.ts";
import type { ChangeRule } from "../rule.ts";
import { hasStableRelease } from "../versions.ts";

export const exportedRemoved: ChangeRule = {
  id: "exported-removed",
  scope: "change",
  group: "api",
  level: "error",
  title: "An exported name was removed",
  why: "Code that uses the name stops compiling when it upgrades within the major version, which promised otherwise.",
  fix: "keep the name, deprecated if need be, or release a new major version",
  reference: "https://go.dev/blog/module-compatibility",
  needs: ["tags"],
  readsSource: true,
  async check(context) {
    if (!hasStableRelease(context)) return [];
    const gone = (await context.api()).filter(
      (change) => !change.doubtful && (change.kind === "removed" || change.kind === "package-removed"),
    );
    return gone.map((change) => apiHit(context, change));
  },
};
