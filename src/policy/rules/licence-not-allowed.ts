import { isAllowed, licenceHits } from "../licences.ts";
import type { StateRule } from "../rule.ts";

export const licenceNotAllowed: StateRule = {
  id: "licence-not-allowed",
  scope: "module",
  group: "licence",
  level: "error",
  title: "A dependency's licence is not on the allow list",
  why: "What is built with the module is distributed under its terms; the organisation has not accepted these.",
  fix: "do without the module, or have the licence accepted and added to licences.allow",
  reference: "https://spdx.org/licenses/",
  needs: ["proxy"],
  check(context) {
    const allow = context.policy.licences.allow ?? [];
    return licenceHits(context, ({ path, version, expression }) => {
      if (expression === undefined || isAllowed(expression, allow)) return undefined;
      // Words that several identifiers share, such as those of MPL-2.0 with and without its copyleft exception.
      const isChoice = expression.includes(" OR ") && !/[()]| AND /.test(expression);
      const licence = isChoice ? `one of ${expression.split(" OR ").join(", ")}` : expression;
      return { message: `${path} ${version} is under ${licence}, which licences.allow does not list` };
    });
  },
};
