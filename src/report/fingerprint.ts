import { createHash } from "node:crypto";
import type { Finding } from "./report.ts";

/**
 * A stable identity for each finding, unique within the list: rule, file and subject, never the line, so that
 * a finding keeps its identity when code above it moves. Equal ones are told apart by their order.
 */
export function fingerprints(findings: readonly Finding[]): string[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const identity = JSON.stringify([
      finding.rule,
      finding.module ?? "",
      finding.file ?? "",
      finding.subject,
    ]);
    const occurrence = seen.get(identity) ?? 0;
    seen.set(identity, occurrence + 1);
    return createHash("sha256").update(`${identity}\0${occurrence}`).digest("hex").slice(0, 40);
  });
}
