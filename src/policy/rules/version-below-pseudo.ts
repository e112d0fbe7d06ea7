import { compareVersions, isSemver, prereleaseOf } from "../../module/version.ts";
import { modulePlace } from "../hits.ts";
import type { ChangeRule } from "../rule.ts";
import { ownVersions } from "../versions.ts";

/** Sorts above every pseudo-version of an untagged module (golang.org/issue/37562). */
const HIGHEST_PSEUDO = "0.0-99999999999999-zzzzzzzzzzzz";

export const versionBelowPseudo: ChangeRule = {
  id: "version-below-pseudo",
  scope: "change",
  group: "version",
  level: "warning",
  title: "The proposed version sorts below pseudo-versions",
  why:
    "Users of an untagged commit hold a pseudo-version such as v0.0.0-20260102150405-abcdef123456, and minimal " +
    "version selection keeps the higher one: a v0.0.0-2 or v0.0.0-1 would never reach them.",
  fix: "release v0.1.0 or a pre-release of it",
  reference: "https://go.dev/ref/mod#pseudo-versions",
  needs: ["tags"],
  check(context) {
    const { module, proposed } = context;
    if (proposed === undefined || !isSemver(proposed.version)) return [];
    const { version } = proposed;
    const major = version.slice(0, version.indexOf("."));
    const isFirst = ownVersions(context, module.path).length === 0;
    const isBelow =
      prereleaseOf(version) !== "" && compareVersions(version, `${major}.${HIGHEST_PSEUDO}`) < 0;
    if (!isBelow || !isFirst) return [];
    const message = `${version} is lower than the pseudo-versions of commits that users may have`;
    const next = major === "v0" ? "v0.1.0-0" : `${major}.0.1-0`;
    return [
      {
        subject: `${module.path} ${version}`,
        message,
        fix: `release ${next} instead`,
        ...modulePlace(module),
      },
    ];
  },
};
