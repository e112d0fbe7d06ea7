import { compareVersions } from "../../module/version.ts";
import { placeIn } from "../hits.ts";
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
      .filter(({ interval: { low, high } }) => {
        const inside = (version: string) =>
          compareVersions(version, low) >= 0 && compareVersions(version, high) <= 0;
        // The next release may retract itself on purpose; see retract-self.
        const upcoming = compareVersions(high, newest) > 0;
        return isOwnVersion(module.path, low) && !upcoming && !versions.some(inside);
      })
      .map(({ interval: { low, high }, position }) => {
        const text = low === high ? low : `[${low}, ${high}]`;
        return {
          subject: `${module.path} ${text}`,
          message: `${text} is retracted, but no such version was tagged`,
          ...placeIn(module, position),
        };
      });
  },
};
