import { compareVersions, isSemver } from "../../module/version.ts";
import { modulePlace } from "../hits.ts";
import type { ChangeRule } from "../rule.ts";
import { ownVersions } from "../versions.ts";

export const versionNotNewest: ChangeRule = {
  id: "version-not-newest",
  scope: "change",
  group: "version",
  level: "warning",
  title: "The proposed version is older than one that exists",
  why: "Users who ask for the latest version never get it. That is right for a fix of an old line, and else a mistake.",
  fix: "choose a version above the newest one, or waive this for a fix of an older line",
  reference: "https://go.dev/ref/mod#version-queries",
  needs: ["tags"],
  check(context) {
    const { module, proposed } = context;
    if (proposed === undefined || !isSemver(proposed.version)) return [];
    const newest = ownVersions(context, module.path).at(-1);
    if (newest === undefined || compareVersions(proposed.version, newest) >= 0) return [];
    const { version } = proposed;
    const message = `${version} is older than ${newest}, which exists`;
    return [{ subject: `${module.path} ${version}`, message, ...modulePlace(module) }];
  },
};
