import type { Rule, RuleGroup } from "./rule.ts";

const groups: readonly [RuleGroup, string][] = [
  ["repository", "Repository"],
  ["version", "Versions and go.mod"],
  ["api", "Exported API"],
  ["dependency", "Dependencies"],
  ["go-sum", "go.sum"],
  ["licence", "Licences"],
  ["vulnerability", "Vulnerabilities"],
  ["metadata", "Module metadata"],
];

const scopes: Readonly<Record<Rule["scope"], string>> = {
  module: "looks at head, and at base for what is new",
  repository: "looks at head, and at base for what is new",
  change: "compares base and head",
  "repository-change": "compares base and head",
  verdict: "looks at what the other rules found",
};

/** The reference page of all rules, as Markdown; docs/rules.md is this text. */
export function rulesPage(rules: readonly Rule[]): string {
  const parts = [
    "# Rules of the merge request gate",
    "",
    "Generated from `src/policy/rules/` by `node scripts/gen-schema.mjs`. Levels are those without a policy; set them",
    "in `modwharf.yaml` under `rules:` (see [gate.md](gate.md)). A rule of level error blocks when the change",
    "introduces what it finds; everything else is reported.",
    "",
  ];
  for (const [group, heading] of groups) {
    parts.push(`## ${heading}`, "");
    for (const rule of rules.filter((entry) => entry.group === group)) parts.push(...ruleText(rule));
  }
  return `${parts.join("\n").trimEnd()}\n`;
}

function ruleText(rule: Rule): string[] {
  const needs = rule.needs === undefined ? "" : ` · needs ${rule.needs.join(", ")}`;
  const scope = scopes[rule.scope];
  const reference = rule.reference.startsWith("http") ? `<${rule.reference}>` : `[gate.md](gate.md)`;
  return [
    `### ${rule.id}`,
    "",
    `**${rule.title}** · ${rule.level} · ${scope}${needs}`,
    "",
    rule.why,
    "",
    `Fix: ${rule.fix}. See ${reference}.`,
    "",
  ];
}
