import { detailSection, findingSections, type SourceLink, tableSections } from "./finding-rows.ts";
import { bytes, fitSections, type Section } from "./fit.ts";
import { diagramBlock, inline } from "./markdown.ts";
import { countFindings } from "./rank.ts";
import type { Report } from "./report.ts";
import { shorten } from "./shorten.ts";

export interface SummaryOptions {
  /** Upper bound in UTF-8 bytes. Default 1 MiB, what GitHub takes of one step. */
  maxBytes?: number;
  sourceLink?: SourceLink;
}

/** GitHub refuses a step's summary above this size as a whole. */
export const SUMMARY_MAX_BYTES = 1024 * 1024;

/**
 * The report as a page of Markdown for the job: verdict, findings by severity, diagrams, details, tables. What
 * does not fit is left out from the end, and its number is stated.
 */
export function renderSummary(report: Report, options: SummaryOptions = {}): string {
  return fitSections(summarySections(report, options.sourceLink), {
    max: options.maxBytes ?? SUMMARY_MAX_BYTES,
    sizeOf: bytes,
    overflow: (rows) =>
      `*${rows} more rows did not fit into this page; the job's log and report files have all.*`,
  });
}

function summarySections(report: Report, sourceLink?: SourceLink): Section[] {
  const verdict = `${inline(shorten(report.summary))}${report.findings.length === 0 ? "" : ` · ${countFindings(report.findings)}`}`;
  const diagrams = (report.diagrams ?? []).map((diagram) => ({ head: "", rows: [diagramBlock(diagram)] }));
  return [
    { head: `### modwharf ${inline(report.command)}\n\n${verdict}`, rows: [] },
    ...findingSections(report.findings, sourceLink),
    ...diagrams,
    ...detailSection(report.findings),
    ...tableSections(report),
  ];
}
