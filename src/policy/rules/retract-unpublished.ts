import { compareVersions } from "../../module/version.ts";
import { placeIn } from "../hits.ts";
import { intervalText, isWithin } from "../retractions.ts";
import type { StateRule } from "../rule.ts";
import { isOwnVersion } from "../versions.ts";

export const retractUnpublished: StateRule = {
  id: "retract-unpublished",
  scope: "module",
  group: "version",
  level: "warning",
  title: "A version is retracted that was never published",
  why: "A retraction of a version that nobody can have is usually a mistyped one, and the bad version stays offered.",
  fix: "retract the version that was published",
  reference: "https://go.dev/ref/mod#go-mod-file-retract",
  check({ module, published }) {
    const versions = published.get(module.path) ?? [];
    // Without any tag nothing can be said: versions may have been published from elsewhere.
    if (versions.length === 0) return [];
    const newest = versions.at(-1)!;
    return module.goMod.retract
      .filter(({ interval }) => {
        // The next release may retract itself on purpose; see retract-self.
        const isUpcoming = compareVersions(interval.high, newest) > 0;
        const isPublished = versions.some((version) => isWithin(interval, version));
        return isOwnVersion(module.path, interval.low) && !isUpcoming && !isPublished;
      })
      .map(({ interval, position }) => {
        const text = intervalText(interval);
        return {
          subject: `${module.path} ${text}`,
          message: `${text} is retracted, but no such version was tagged`,
          ...placeIn(module, position),
        };
      });
  },
};
