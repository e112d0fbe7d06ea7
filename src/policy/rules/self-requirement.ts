import { compareVersions } from "../../module/version.ts";
import { chainTo } from "../dependencies.ts";
import { modulePlace } from "../hits.ts";
import { moduleGraph } from "../module-graph.ts";
import type { ChangeRule } from "../rule.ts";
import { ownVersions } from "../versions.ts";

export const selfRequirement: ChangeRule = {
  id: "self-requirement",
  scope: "change",
  group: "dependency",
  level: "error",
  title: "A dependency requires a higher version of this module",
  why: "Users of the next release would still get that higher version, so nothing of the release would reach them.",
  fix: "release a version above the one that is required",
  reference: "https://go.dev/ref/mod#minimal-version-selection",
  needs: ["proxy", "tags"],
  async check(context) {
    const { module, facts, proposed } = context;
    if (facts === undefined) return [];
    const own = module.path;
    const required = (await moduleGraph(module, facts)).selected.get(own);
    const next = proposed?.version ?? ownVersions(context, own).at(-1);
    if (required === undefined || next === undefined || compareVersions(required, next) <= 0) return [];
    const chain = await chainTo(module, { path: own, version: required }, facts);
    const detail = chain?.map((link) => `${link.path}@${link.version}`).join(" → ");
    return [
      {
        subject: `${own} ${required}`,
        message: `a dependency requires ${own} ${required}, which is higher than ${next}`,
        ...(detail === undefined ? {} : { detail }),
        ...modulePlace(module),
      },
    ];
  },
};
