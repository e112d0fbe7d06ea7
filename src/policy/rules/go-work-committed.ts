import type { RepositoryRule } from "../rule.ts";

export const goWorkCommitted: RepositoryRule = {
  id: "go-work-committed",
  scope: "repository",
  group: "repository",
  level: "note",
  title: "go.work is committed",
  why:
    "A workspace makes modules build against each other's sources here and against published versions " +
    "everywhere else, so a missing requirement or an unpublished sibling goes unnoticed until a user meets it.",
  fix: "remove go.work from version control, or allow it in the policy and build each module with GOWORK=off too",
  reference: "https://go.dev/ref/mod#workspaces",
  check({ repository }) {
    if (!repository.tree.files.has("go.work")) return [];
    return [{ subject: "go.work", message: "go.work is committed", file: "go.work", line: 1, column: 1 }];
  },
};
