import { licenceHits } from "../licences.ts";
import type { StateRule } from "../rule.ts";

export const licenceUnknown: StateRule = {
  id: "licence-unknown",
  scope: "module",
  group: "licence",
  level: "warning",
  title: "A dependency's licence cannot be told",
  why: "Without a licence nobody may use the code; with one in unknown words a person has to read it.",
  fix: "read the module's licence and name it in licences.exceptions",
  reference: "https://spdx.org/licenses/",
  needs: ["proxy"],
  check(context) {
    return licenceHits(context, ({ path, version, expression, files }) => {
      if (expression !== undefined) return undefined;
      const message =
        files.length === 0
          ? `${path} ${version} has no licence file`
          : `the licence of ${path} ${version} is none that is known (${files.join(", ")})`;
      return { message };
    });
  },
};
