import { apiHit } from "../api-hits.ts";
import type { ChangeRule } from "../rule.ts";

export const goSourceSyntax: ChangeRule = {
  id: "go-source-syntax",
  scope: "change",
  group: "api",
  level: "error",
  title: "A Go file cannot be read",
  why: "It does not compile, and what its package exports could not be compared.",
  fix: "correct the syntax",
  reference: "https://go.dev/ref/spec",
  readsSource: true,
  async check(context) {
    const broken = (await context.api()).filter((change) => change.kind === "unreadable");
    return broken.map((change) => apiHit(context, change));
  },
};
