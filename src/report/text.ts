import { countFindings, placeOf, rankFindings } from "./rank.ts";
import type { Finding, Report, Table } from "./report.ts";
import { visible, visibleLines, withoutCommands } from "./visible.ts";

export interface TextOptions {
  /** ANSI colours; only for a terminal that wants them. Default false. */
  colour?: boolean;
}

type Paint = (code: string, text: string) => string;

/**
 * The report for a terminal or a plain log. With findings the verdict stands first, then what blocks and the other
 * findings in compiler style, then tables; tables alone are what the command was asked for, so the verdict closes
 * them. The last line is the verdict's whenever tables would hide it, since logs are read from their end.
 */
export function renderText(report: Report, options: TextOptions = {}): string {
  const paint: Paint = options.colour ? (code, text) => `\u001b[${code}m${text}\u001b[0m` : (_, text) => text;
  const tables = report.tables
    .filter((table) => table.rows.length > 0)
    .map((table) => textTable(table, paint));
  const findings = rankFindings(report.findings).map((finding) => textFinding(finding, paint));
  const lines = arrange({ verdict: paint("1", verdictOf(report)), findings, tables })
    .join("\n")
    .split("\n");
  // The text goes into job logs too, where a line of a user's making must not command the runner.
  return `${lines.map(withoutCommands).join("\n")}\n`;
}

interface Parts {
  verdict: string;
  findings: readonly string[];
  tables: readonly string[];
}

function arrange({ verdict, findings, tables }: Parts): string[] {
  if (findings.length === 0) return [...tables, verdict];
  const above = [verdict, ...findings];
  return tables.length === 0 ? above : [...above, "", ...tables, verdict];
}

function verdictOf({ summary, findings }: Report): string {
  const verdict = visible(summary);
  return findings.length === 0 ? verdict : `${verdict} · ${countFindings(findings)}`;
}

const COLOURS = { error: "31", warning: "33", note: "36" } as const;

function textFinding(finding: Finding, paint: Paint): string {
  const place = placeOf(finding);
  const status = finding.status === undefined || finding.status === "new" ? "" : ` (${finding.status})`;
  const where = place === undefined ? "" : `${visible(place)}: `;
  const level = paint(COLOURS[finding.level], finding.level);
  const lines = [`${where}${level}: ${visible(finding.message)} [${visible(finding.rule)}]${status}`];
  for (const line of finding.detail === undefined ? [] : visibleLines(finding.detail))
    lines.push(`    ${line}`);
  if (finding.fix !== undefined) lines.push(`    fix: ${visible(finding.fix)}`);
  return lines.join("\n");
}

function textTable(table: Table, paint: Paint): string {
  const rows = [table.columns, ...table.rows].map((row) => row.map(visible));
  const widths = table.columns.map((_, i) => Math.max(...rows.map((row) => width(row[i] ?? ""))));
  const title = paint("1", visible(table.title));
  const last = widths.slice(0, -1).reduce((sum, size) => sum + size + 2, 0);
  if (last > MAX_INDENT)
    return [title, ...rows.slice(1).flatMap((row) => stacked(row, rows[0]!)), ""].join("\n");
  const lines = rows.map((row) =>
    widths
      .map((size, i) => (row[i] ?? "") + " ".repeat(size - width(row[i] ?? "")))
      .join("  ")
      .trimEnd(),
  );
  const [head = "", ...body] = lines;
  return [title, paint("2", head), ...body, ""].join("\n");
}

/** Where the last column may start: a log's lines are wrapped soon after. */
const MAX_INDENT = 110;

/** A row whose cells are too long to stand side by side. */
function stacked([first = "", ...cells]: readonly string[], [, ...columns]: readonly string[]): string[] {
  return [`- ${first}`, ...cells.map((cell, i) => `  ${columns[i]}: ${cell}`)];
}

/** Code points, a fair guess at columns. */
function width(text: string): number {
  return [...text].length;
}
