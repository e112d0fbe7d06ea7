import { placeIn } from "../hits.ts";
import { intervalText } from "../retractions.ts";
import type { StateRule } from "../rule.ts";

export const retractWithoutRationale: StateRule = {
  id: "retract-without-rationale",
  scope: "module",
  group: "version",
  level: "warning",
  title: "A retraction gives no reason",
  why: "go list and go get show the comment to everyone who uses the version; without it they cannot judge the risk.",
  fix: "write the reason as a comment above the line or behind it",
  reference: "https://go.dev/ref/mod#go-mod-file-retract",
  check({ module }) {
    return module.goMod.retract
      .filter((retract) => retract.rationale === "")
      .map(({ interval, position }) => {
        const text = intervalText(interval);
        return {
          subject: `${module.path} ${text}`,
          message: `the retraction of ${text} gives no reason`,
          ...placeIn(module, position),
        };
      });
  },
};
