import { isSemver, majorOf, prereleaseOf } from "../../module/version.ts";
import { modulePlace } from "../hits.ts";
import type { ChangeRule } from "../rule.ts";
import { ownVersions } from "../versions.ts";

export const versionGap: ChangeRule = {
  id: "version-gap",
  scope: "change",
  group: "version",
  level: "warning",
  title: "The first release of a major is no first version",
  why: "Users look for what came before, and a version list that starts at v3.1.0 hides a mistyped tag.",
  fix: "start with v0.1.0, v1.0.0, v2.0.0 and so on, or a pre-release of it",
  reference: "https://go.dev/doc/modules/version-numbers",
  needs: ["tags"],
  check(context) {
    const { module, proposed } = context;
    if (proposed === undefined || !isSemver(proposed.version)) return [];
    const { version } = proposed;
    if (ownVersions(context, module.path).some((known) => majorOf(known) === majorOf(version))) return [];
    const release = version.slice(0, version.length - prereleaseOf(version).length);
    // A module may well be born stable, so only majors that follow another one are strict.
    const isFirst = ["v0", "v1"].includes(majorOf(version)!) || /^v\d+\.0\.0$/.test(release);
    if (isFirst) return [];
    const message = `${version} would be the first version of ${module.path}`;
    return [{ subject: `${module.path} ${version}`, message, ...modulePlace(module) }];
  },
};
