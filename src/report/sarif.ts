import { fingerprints } from "./fingerprint.ts";
import { locationOf } from "./location.ts";
import { webAddress } from "./markdown.ts";
import type { Finding, Report } from "./report.ts";
import { visible, visibleLines, wellFormed } from "./visible.ts";

export interface SarifOptions {
  /** Semantic version of this tool. */
  version?: string | undefined;
}

/**
 * SARIF 2.1.0 (OASIS, with Errata 01) as GitHub code scanning reads it: every result has a location, since one
 * without fails the whole upload, and carries the fingerprint under the name that GitHub tracks.
 */
export function renderSarif(report: Report, options: SarifOptions = {}): string {
  const ruleIds = [...new Set(report.findings.map((finding) => finding.rule))].sort();
  const prints = fingerprints(report.findings);
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "modwharf",
            ...(options.version === undefined ? {} : { semanticVersion: options.version }),
            rules: ruleIds.map((id) => describeRule(id, report.findings)),
          },
        },
        automationDetails: { id: `modwharf/${visible(report.command)}/` },
        columnKind: "unicodeCodePoints",
        results: report.findings.map((finding, i) => result(finding, prints[i]!, ruleIds)),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function describeRule(id: string, findings: readonly Finding[]) {
  const of = findings.filter((finding) => finding.rule === id);
  const reference = of.map((finding) => webAddress(finding.reference ?? "")).find((url) => url !== undefined);
  return {
    id: visible(id),
    shortDescription: { text: visible(id.replaceAll("-", " ")) },
    ...(reference === undefined ? {} : { helpUri: reference }),
    defaultConfiguration: { level: of[0]!.level },
  };
}

function result(finding: Finding, fingerprint: string, ruleIds: readonly string[]) {
  return {
    ruleId: visible(finding.rule),
    ruleIndex: ruleIds.indexOf(finding.rule),
    level: finding.level,
    message: { text: messageText(finding) },
    locations: [{ physicalLocation: physicalLocation(finding) }],
    partialFingerprints: { primaryLocationLineHash: `${fingerprint}:1`, "modwharf/v1": fingerprint },
    ...(finding.status === "new" ? { baselineState: "new" } : {}),
    ...(finding.status === "existing" ? { baselineState: "unchanged" } : {}),
    ...(finding.status === "waived" ? { suppressions: [{ kind: "external", status: "accepted" }] } : {}),
    properties: { subject: visible(finding.subject), blocking: finding.blocking },
  };
}

function physicalLocation(finding: Finding) {
  const { path, line } = locationOf(finding);
  const endLine = finding.endLine !== undefined && finding.endLine >= line ? finding.endLine : undefined;
  const column = finding.line === undefined ? undefined : finding.column;
  return {
    artifactLocation: { uri: uriPath(path), uriBaseId: "%SRCROOT%" },
    region: {
      startLine: line,
      ...(column === undefined ? {} : { startColumn: column }),
      ...(endLine === undefined ? {} : { endLine }),
    },
  };
}

/** A relative URI reference: no part may be taken for a scheme, a query or a fragment. */
function uriPath(path: string): string {
  return path
    .split("/")
    .map((part) => encodeURIComponent(wellFormed(part)))
    .join("/");
}

/** SARIF viewers render `[text](1)` in plain messages as links to locations, so brackets are escaped. */
function messageText(finding: Finding): string {
  const lines = [finding.message, ...(finding.fix === undefined ? [] : [`Fix: ${finding.fix}`])];
  if (finding.detail !== undefined) lines.push("", ...visibleLines(finding.detail));
  return lines.map((line) => visible(line).replace(/[\\[\]]/g, "\\$&")).join("\n");
}
