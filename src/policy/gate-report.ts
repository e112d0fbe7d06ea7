import type { Finding, Report, Table } from "../report/report.ts";
import { dependencyDiagram } from "./diagram.ts";
import type { GateResult } from "./gate.ts";
import { type Judgement, noAdvisories } from "./judge.ts";

export interface GateFacts {
  base: string;
  head: string;
  /** Modules that no proxy was asked about, or that one refused, with why. */
  notAsked: readonly { module: string; reason: string }[];
  /** What `--fix` changed. */
  fixed: readonly string[];
}

/** The gate's answer as a report: findings, changed dependencies as a picture, and what was not checked. */
export function gateReport({ judgement, base, head, policy }: GateResult, facts: GateFacts): Report {
  const counts = countByStatus(judgement.findings);
  const diagram = dependencyDiagram(base, head, judgement.findings);
  return {
    command: "gate",
    summary: verdict(counts, head.modules.length, [fixedText(facts), unseen(judgement, facts)]),
    findings: judgement.findings,
    tables: tables(judgement, facts),
    ...(diagram === undefined ? {} : { diagrams: [diagram] }),
    data: {
      base: facts.base,
      head: facts.head,
      ...counts,
      modules: head.modules.map(({ path, dir, goMod }) => ({
        module: path,
        dir,
        go: goMod.go?.version ?? null,
      })),
      policy: policy.file ?? null,
      unchecked: judgement.unchecked,
      notAsked: facts.notAsked,
      fixed: facts.fixed,
    },
    metrics: [
      {
        name: "gate_findings_blocking",
        help: "Findings that fail the gate",
        type: "gauge",
        value: counts.blocking,
      },
      {
        name: "gate_findings_new",
        help: "Findings that the change introduces",
        type: "gauge",
        value: counts.new,
      },
      {
        name: "gate_findings_existing",
        help: "Findings that were there before",
        type: "gauge",
        value: counts.existing,
      },
    ],
  };
}

function countByStatus(findings: readonly Finding[]) {
  const count = (fits: (finding: Finding) => boolean) => findings.filter(fits).length;
  return {
    blocking: count((finding) => finding.blocking),
    new: count((finding) => finding.status === "new"),
    existing: count((finding) => finding.status === "existing"),
    waived: count((finding) => finding.status === "waived"),
  };
}

/** What should have been checked and could not be, as the verdict's last words; empty when there is none. */
function unseen({ unchecked }: Judgement, { notAsked }: GateFacts): string {
  const wanted = unchecked.filter(({ reason }) => reason !== noAdvisories);
  const rules = new Set(wanted.map(({ rule }) => rule)).size;
  const parts = [
    rules > 0 ? counted(rules, "rule") : "",
    notAsked.length > 0 ? counted(notAsked.length, "module") : "",
  ];
  const said = parts.filter((text) => text !== "").join(" and ");
  return said === "" ? "" : `not checked: ${said}`;
}

/** The commits that were judged still have it. */
function fixedText({ fixed }: GateFacts): string {
  return fixed.length === 0 ? "" : `${fixed.length} fixed in the checkout, to be committed`;
}

function verdict(
  counts: ReturnType<typeof countByStatus>,
  modules: number,
  notes: readonly string[],
): string {
  if (modules === 0 && counts.blocking === 0) return "Head has no go.mod, so there is no module to judge";
  const about = counted(modules, "module");
  const rest = [
    counts.new - counts.blocking > 0 ? `${counts.new - counts.blocking} to look at` : "",
    counts.existing > 0 ? `${counts.existing} existed before` : "",
    counts.waived > 0 ? `${counts.waived} waived` : "",
    ...notes,
  ].filter((text) => text !== "");
  const blocking = `${counted(counts.blocking, "finding")} ${counts.blocking === 1 ? "blocks" : "block"}`;
  const head = `${counts.blocking > 0 ? blocking : "Nothing blocks"} in ${about}`;
  return [head, ...rest].join("; ");
}

function counted(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

function tables({ unchecked }: Judgement, { notAsked, fixed }: GateFacts): Table[] {
  const list: Table[] = [];
  if (fixed.length > 0) list.push({ title: "Fixed", columns: ["Change"], rows: fixed.map((what) => [what]) });
  const rows = [
    ...byReason(unchecked.map(({ rule, reason }) => ({ name: rule, reason }))),
    ...byReason(notAsked.map(({ module, reason }) => ({ name: module, reason }))),
  ];
  if (rows.length > 0) list.push({ title: "Not checked", columns: ["Why", "Rules or modules"], rows });
  return list;
}

/** Of one row; the JSON has all. */
const MAX_NAMES = 100;

/** One row for each reason: offline alone is the reason of many rules. */
function byReason(entries: readonly { name: string; reason: string }[]): string[][] {
  const names = new Map<string, string[]>();
  for (const { name, reason } of entries) {
    const list = names.get(reason);
    if (list === undefined) names.set(reason, [name]);
    else list.push(name);
  }
  return [...names].map(([reason, list]) => {
    const rest = list.length - MAX_NAMES;
    return [reason, list.slice(0, MAX_NAMES).join(", ") + (rest > 0 ? ` and ${rest} more` : "")];
  });
}
