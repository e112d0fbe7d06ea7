import { compareBytewise } from "../base/bytewise.ts";
import { isBlocked, type Level, type Metric, type Report } from "./report.ts";
import { visible } from "./visible.ts";

const LEVELS: readonly Level[] = ["error", "warning", "note"];

/**
 * OpenMetrics 1.0 text: the report's own metrics, and for every command the number of findings by level and
 * whether it is blocked. GitLab compares the values with those of the target branch.
 */
export function renderOpenMetrics(report: Report): string {
  const families = new Map<string, Metric[]>();
  for (const metric of [...findingMetrics(report), ...(report.metrics ?? [])]) {
    const name = familyName(metric);
    families.set(name, [...(families.get(name) ?? []), metric]);
  }
  const lines = [...families].flatMap(([name, metrics]) => family(name, metrics));
  return `${[...lines, "# EOF"].join("\n")}\n`;
}

function findingMetrics(report: Report): Metric[] {
  const command = report.command;
  const counts = LEVELS.map((level) => ({
    name: "findings",
    help: "Findings of the last run by level.",
    type: "gauge" as const,
    value: report.findings.filter((finding) => finding.level === level).length,
    labels: { command, level },
  }));
  const blocked: Metric = {
    name: "blocked",
    help: "1 when a finding fails the command.",
    type: "gauge",
    value: isBlocked(report) ? 1 : 0,
    labels: { command },
  };
  return [...counts, blocked];
}

/** The family's name: prefix, cleaned name, and the unit as its suffix, as OpenMetrics demands. */
function familyName({ name, unit, type }: Metric): string {
  const clean = `modwharf_${name.replace(/[^A-Za-z0-9_]/g, "_")}`;
  const bare = type === "counter" ? clean.replace(/_total$/, "") : clean;
  return unit === undefined || bare.endsWith(`_${unit}`) ? bare : `${bare}_${unit}`;
}

function family(name: string, metrics: readonly Metric[]): string[] {
  const { type, unit, help } = metrics[0]!;
  const suffix = type === "counter" ? "_total" : "";
  const samples = new Map(metrics.map((metric) => [labelText(metric.labels), metric.value]));
  return [
    `# TYPE ${name} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${escapeText(help)}`,
    ...[...samples].map(([labels, value]) => `${name}${suffix}${labels} ${numberText(value)}`),
  ];
}

function labelText(labels: Metric["labels"]): string {
  const pairs = Object.entries(labels ?? {}).sort(([a], [b]) => compareBytewise(a, b));
  if (pairs.length === 0) return "";
  const text = pairs.map(([name, value]) => `${labelName(name)}="${escapeText(value)}"`);
  return `{${text.join(",")}}`;
}

function labelName(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/g, "_").replace(/^(?=\d|$)/, "_");
}

function escapeText(text: string): string {
  return visible(text).replace(/\\/g, "\\\\").replace(/"/g, '\\"');
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  return String(value);
}
