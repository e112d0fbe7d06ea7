import type { RepositoryRule, RuleHit } from "../rule.ts";

export const goSumSyntax: RepositoryRule = {
  id: "go-sum-syntax",
  scope: "repository",
  group: "go-sum",
  level: "error",
  title: "go.sum cannot be read",
  why: "The go command stops at a malformed line, and a hash that is not read protects nothing.",
  fix: "restore the file and run go mod tidy",
  reference: "https://go.dev/ref/mod#go-sum-files",
  check({ repository }) {
    const unread: RuleHit[] = repository.problems
      .filter((problem) => problem.kind === "go-sum")
      .map(({ file, line, column, what, fix }) => ({
        subject: file,
        message: `${file} ${what}`,
        fix,
        file,
        line,
        column,
      }));
    const malformed = repository.modules.flatMap(({ sums }) =>
      (sums?.malformed ?? []).map(({ line, text }) => ({
        subject: `${sums!.file}: ${text}`,
        message: `a line of ${sums!.file} is not module, version and hash: ${JSON.stringify(text)}`,
        file: sums!.file,
        line,
        column: 1,
      })),
    );
    return [...unread, ...malformed];
  },
};
