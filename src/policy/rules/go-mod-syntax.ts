import type { RepositoryRule } from "../rule.ts";

export const goModSyntax: RepositoryRule = {
  id: "go-mod-syntax",
  scope: "repository",
  group: "repository",
  level: "error",
  title: "go.mod or go.work cannot be read",
  why: "No build can use the module, and nothing else about it can be checked.",
  fix: "correct the line",
  reference: "https://go.dev/ref/mod#go-mod-file-grammar",
  check({ repository }) {
    return repository.problems
      .filter(({ kind }) => kind === "go-mod" || kind === "go-work")
      .map(({ file, line, column, what, fix }) => ({
        subject: `${file}: ${what}`,
        message: `${file}: ${what}`,
        fix,
        file,
        line,
        column,
      }));
  },
};
