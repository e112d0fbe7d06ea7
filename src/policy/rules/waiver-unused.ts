import type { VerdictRule } from "../rule.ts";

export const waiverUnused: VerdictRule = {
  id: "waiver-unused",
  scope: "verdict",
  group: "repository",
  level: "note",
  title: "A waiver covers no finding",
  why: "It may have been mended since, or its subject is misspelt; left there it would cover the next such finding.",
  fix: "remove the waiver, or correct its subject and paths",
  reference: "docs/gate.md",
  check({ repository, unusedWaivers }) {
    return (
      unusedWaivers
        // An organisation's policy from elsewhere is not the repository's to edit.
        .filter(({ file }) => repository.tree.files.has(file))
        .map(({ rule, subject, file, line }) => ({
          subject: `${rule} ${subject ?? "*"}`,
          message: `the waiver of ${rule}${subject === undefined ? "" : ` for ${subject}`} covers nothing`,
          file,
          line,
          column: 1,
        }))
    );
  },
};
