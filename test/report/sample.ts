import type { Finding, Report } from "../../src/report/report.ts";

/** A gate's report with a finding of every kind. */
export const sample: Report = {
  command: "gate",
  summary: "2 findings block this merge request",
  findings: [
    {
      rule: "waived-rule",
      level: "error",
      blocking: false,
      status: "waived",
      message: "github.com/old/dep is forbidden",
      subject: "github.com/old/dep",
      file: "go.mod",
      line: 12,
    },
    {
      rule: "api-breaking",
      level: "error",
      blocking: true,
      status: "new",
      message: "func Parse was removed; example.com/mod@v1.2.0 has it",
      fix: "keep it, or release example.com/mod/v2",
      file: "parse/parse.go",
      line: 40,
      column: 6,
      endLine: 44,
      subject: "example.com/mod/parse.Parse",
      module: "example.com/mod",
      reference: "https://go.dev/doc/modules/major-version",
      detail: "was:\n\tfunc Parse(s string) (T, error)\nis:\n\tabsent",
    },
    {
      rule: "replace-directive",
      level: "error",
      blocking: true,
      status: "new",
      message: "a replace directive does not reach those who import this module",
      fix: "drop it before the tag",
      file: "go.mod",
      line: 9,
      column: 1,
      subject: "example.com/other",
      module: "example.com/mod",
    },
    {
      rule: "go-directive",
      level: "warning",
      blocking: false,
      status: "existing",
      message: "the go directive is missing",
      subject: "go.mod",
      module: "example.com/mod",
    },
    { rule: "next-version", level: "note", blocking: false, message: "next: v1.3.0", subject: "v1.3.0" },
  ],
  tables: [
    {
      title: "Modules",
      columns: ["Module", "Base", "Next"],
      rows: [
        ["example.com/mod", "v1.2.0", "v2.0.0"],
        ["example.com/mod/tools", "v0.3.1", "v0.3.2 (patch)"],
      ],
    },
    { title: "Nothing", columns: ["A"], rows: [] },
  ],
  diagrams: [{ title: "Releases", mermaid: 'flowchart LR\n  n0["mod"]' }],
  data: { base: "v1.2.0" },
  metrics: [
    { name: "checked", help: "Packages compared.", type: "counter", value: 7 },
    {
      name: "zip",
      help: "Size of the zip.",
      type: "gauge",
      unit: "bytes",
      value: 1024,
      labels: { module: "a" },
    },
    {
      name: "zip",
      help: "Size of the zip.",
      type: "gauge",
      unit: "bytes",
      value: 2048,
      labels: { module: "b" },
    },
  ],
};

export const clean: Report = {
  command: "gate",
  summary: "nothing blocks",
  findings: [],
  tables: [],
  data: {},
};

/** As many findings as wanted, alternating between three rules. */
export function manyFindings(n: number, over: Partial<Finding> = {}): Finding[] {
  return Array.from({ length: n }, (_, i) => ({
    rule: `rule-${i % 3}`,
    level: "error",
    blocking: true,
    message: `problem number ${i}`,
    file: "go.mod",
    line: i + 1,
    subject: `subject-${i}`,
    ...over,
  }));
}
