import { compareBytewise } from "../base/bytewise.ts";
import type { Finding, Level } from "./report.ts";

const LEVELS: readonly Level[] = ["error", "warning", "note"];

/** Findings in the order in which a reader wants them: what blocks, then by level, file, line and rule. */
export function rankFindings(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) =>
      Number(b.blocking) - Number(a.blocking) ||
      Number(a.status === "waived") - Number(b.status === "waived") ||
      LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) ||
      compareBytewise(a.file ?? "", b.file ?? "") ||
      (a.line ?? 0) - (b.line ?? 0) ||
      compareBytewise(a.rule, b.rule) ||
      compareBytewise(a.subject, b.subject),
  );
}

/** `file:line:column`, as far as it is known; undefined for a finding without a place. */
export function placeOf(finding: Finding): string | undefined {
  if (finding.file === undefined) return undefined;
  const parts = [finding.file, finding.line, finding.line === undefined ? undefined : finding.column];
  return parts.filter((part) => part !== undefined).join(":");
}

/** "2 errors, 1 warning": how many findings of each level, or "no findings". */
export function countFindings(findings: readonly Finding[]): string {
  const counts = LEVELS.map((level) => ({ level, n: findings.filter((f) => f.level === level).length }));
  const said = counts.filter(({ n }) => n > 0).map(({ level, n }) => `${n} ${level}${n === 1 ? "" : "s"}`);
  return said.length === 0 ? "no findings" : said.join(", ");
}

/** The message with its fix behind it, as one or two sentences of one paragraph. */
export function messageWithFix({ message, fix }: Finding): string {
  if (fix === undefined) return message;
  return `${message}${/[.!?]$/.test(message) ? "" : "."} Fix: ${fix}`;
}
