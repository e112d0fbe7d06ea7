import { rankFindings } from "./rank.ts";
import type { Finding } from "./report.ts";
import { shorten } from "./shorten.ts";

export type AnnotationLevel = "error" | "warning" | "notice";

/** One mark beside the code. Plain text: the platform escapes it for its own protocol. */
export interface Annotation {
  level: AnnotationLevel;
  title: string;
  message: string;
  file?: string | undefined;
  line?: number | undefined;
  endLine?: number | undefined;
  column?: number | undefined;
}

export interface AnnotationLimits {
  /** Of one level in one step. GitHub: 10, further ones vanish without a word. */
  perLevel: number;
  /** In all that this step may still add. GitHub: 50 a job. */
  total: number;
}

export const GITHUB_ANNOTATION_LIMITS: AnnotationLimits = { perLevel: 10, total: 50 };

const LEVELS: readonly AnnotationLevel[] = ["error", "warning", "notice"];

/**
 * Chooses which findings to annotate when the platform shows only so many: what blocks first, and one of each
 * rule before the second of any. When a level overflows, its last place states what is missing, by rule.
 */
export function selectAnnotations(
  findings: readonly Finding[],
  limits: AnnotationLimits = GITHUB_ANNOTATION_LIMITS,
): Annotation[] {
  let left = limits.total;
  return LEVELS.flatMap((level) => {
    const ofLevel = spreadRules(rankFindings(findings).filter((finding) => levelOf(finding) === level));
    const room = Math.min(limits.perLevel, left);
    const chosen = selectLevel(level, ofLevel, room);
    left -= chosen.length;
    return chosen;
  });
}

/** An error that does not block must not look like the reason of a red job. */
function levelOf(finding: Finding): AnnotationLevel {
  if (finding.blocking) return "error";
  if (finding.status === "waived" || finding.level === "note") return "notice";
  return "warning";
}

function selectLevel(level: AnnotationLevel, findings: readonly Finding[], room: number): Annotation[] {
  if (room <= 0) return [];
  if (findings.length <= room) return findings.map((finding) => annotationOf(level, finding));
  const shown = findings.slice(0, room - 1).map((finding) => annotationOf(level, finding));
  const rest = findings.slice(room - 1);
  const byRule = [...groupByRule(rest)].map(([rule, of]) => `${of.length} × ${rule}`).join(", ");
  const message = `${rest.length} more ${level}${rest.length === 1 ? "" : "s"} not shown here: ${byRule}. The job summary lists all.`;
  return [...shown, { level, title: "modwharf", message }];
}

/** The first finding of each rule, then the second of each, and so on; each round keeps the rank. */
function spreadRules(ranked: readonly Finding[]): Finding[] {
  const groups = [...groupByRule(ranked).values()];
  const rounds = Math.max(0, ...groups.map((group) => group.length));
  return Array.from({ length: rounds }, (_, i) => groups.map((group) => group[i]))
    .flat()
    .filter((f) => f !== undefined);
}

function groupByRule(findings: readonly Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const group = groups.get(finding.rule);
    if (group === undefined) groups.set(finding.rule, [finding]);
    else group.push(finding);
  }
  return groups;
}

function annotationOf(level: AnnotationLevel, finding: Finding): Annotation {
  const waived = finding.status === "waived" ? " (waived)" : "";
  return {
    level,
    title: finding.rule,
    message:
      shorten(finding.message) + waived + (finding.fix === undefined ? "" : `\nFix: ${shorten(finding.fix)}`),
    file: finding.file,
    line: finding.line,
    endLine: finding.endLine,
    column: finding.column,
  };
}
