import { apiHit } from "../api-hits.ts";
import type { ChangeRule } from "../rule.ts";

export const undefinedName: ChangeRule = {
  id: "undefined-name",
  scope: "change",
  group: "api",
  level: "error",
  title: "A declaration uses a name that nothing declares",
  why: "The package does not compile, and what it exports could not be compared.",
  fix: "declare or import the name",
  reference: "https://go.dev/ref/spec#Declarations_and_scope",
  readsSource: true,
  async check(context) {
    const found = (await context.api()).filter((change) => change.kind === "undefined");
    return found.map((change) => ({ ...apiHit(context, change), line: change.line, column: change.column }));
  },
};
