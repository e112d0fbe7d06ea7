import type { Section } from "./fit.ts";
import { cell, code, fenced, fold, inline, link, row, tableHead } from "./markdown.ts";
import { placeOf, rankFindings } from "./rank.ts";
import type { Finding, Report, Table } from "./report.ts";
import { shorten } from "./shorten.ts";

/** Builds the address of a place in the repository's files; undefined leaves the place without a link. */
export type SourceLink = (finding: Finding) => string | undefined;

/** Findings as Markdown tables, one for what blocks and one for the rest, ranked. */
export function findingSections(findings: readonly Finding[], sourceLink?: SourceLink): Section[] {
  const ranked = rankFindings(findings);
  const groups = [
    { title: "Blocking", findings: ranked.filter((finding) => finding.blocking) },
    { title: "Not blocking", findings: ranked.filter((finding) => !finding.blocking) },
  ];
  return groups
    .filter((group) => group.findings.length > 0)
    .map((group) => ({
      head: `#### ${group.title} (${group.findings.length})\n\n${tableHead(["Level", "Finding", "Where", "Rule"])}`,
      rows: group.findings.map((finding) => findingRow(finding, sourceLink)),
    }));
}

function findingRow(finding: Finding, sourceLink?: SourceLink): string {
  const place = placeOf(finding);
  const status = finding.status === undefined || finding.status === "new" ? "" : ` (${finding.status})`;
  const fix = finding.fix === undefined ? "" : `<br>Fix: ${inline(shorten(finding.fix))}`;
  return row([
    `${finding.level}${status}`,
    inline(shorten(finding.message)) + fix,
    place === undefined ? cell(shorten(finding.subject)) : link(code(shorten(place)), sourceLink?.(finding)),
    link(code(finding.rule), finding.reference),
  ]);
}

/** Longer explanations, one fold for each finding that has one. */
export function detailSection(findings: readonly Finding[]): Section[] {
  const detailed = rankFindings(findings).filter((finding) => finding.detail !== undefined);
  if (detailed.length === 0) return [];
  const rows = detailed.map((finding) =>
    fold(shorten(finding.message), fenced(shorten(finding.detail!, 10_000))),
  );
  return [{ head: "#### Details\n", rows }];
}

/** A report's table as a Markdown section; undefined when it has no rows. */
export function tableSections(report: Report): Section[] {
  return report.tables.filter((table) => table.rows.length > 0).map(tableSection);
}

function tableSection(table: Table): Section {
  const rows = table.rows.map((cells) => row(table.columns.map((_, i) => cell(cells[i] ?? ""))));
  return { head: `#### ${inline(table.title)}\n\n${tableHead(table.columns)}`, rows };
}
