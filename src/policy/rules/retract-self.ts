import { isSemver } from "../../module/version.ts";
import { placeIn } from "../hits.ts";
import { isWithin } from "../retractions.ts";
import type { ChangeRule } from "../rule.ts";

export const retractSelf: ChangeRule = {
  id: "retract-self",
  scope: "change",
  group: "version",
  level: "warning",
  title: "The release retracts itself",
  why:
    "Nobody can select a version that its own go.mod retracts. That is right for a release which only carries " +
    "retractions, and a mistake for every other.",
  fix: "release under a version outside of the range, or waive this for a release that only carries retractions",
  reference: "https://go.dev/ref/mod#go-mod-file-retract",
  check({ module, proposed }) {
    const version = proposed?.version;
    if (version === undefined || !isSemver(version)) return [];
    return module.goMod.retract
      .filter(({ interval }) => isWithin(interval, version))
      .map(({ position }) => ({
        subject: `${module.path} ${version}`,
        message: `${version} is retracted by its own go.mod`,
        ...placeIn(module, position),
      }));
  },
};
