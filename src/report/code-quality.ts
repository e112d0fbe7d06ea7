import { fingerprints } from "./fingerprint.ts";
import { locationOf } from "./location.ts";
import { messageWithFix } from "./rank.ts";
import type { Finding, Report } from "./report.ts";
import { visible, wellFormed } from "./visible.ts";

/**
 * GitLab's Code Quality report: an array, `[]` when clean, which the comparison with the target branch needs.
 * GitLab's parser stops at the first entry that lacks a field, so every field is always there.
 */
export function renderCodeQuality(report: Report): string {
  const prints = fingerprints(report.findings);
  const entries = report.findings.map((finding, i) => {
    const { path, line } = locationOf(finding);
    return {
      description: visible(messageWithFix(finding)),
      check_name: visible(finding.rule),
      fingerprint: prints[i]!,
      severity: severityOf(finding),
      location: { path: wellFormed(path), lines: { begin: line } },
    };
  });
  return `${JSON.stringify(entries, undefined, 2)}\n`;
}

type Severity = "info" | "minor" | "major" | "critical" | "blocker";

function severityOf(finding: Finding): Severity {
  if (finding.blocking) return "blocker";
  if (finding.status === "waived") return "info";
  return ({ error: "critical", warning: "minor", note: "info" } as const)[finding.level];
}
