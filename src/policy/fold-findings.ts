import type { Finding } from "../report/report.ts";

/** Nobody reads more of one kind, and a go.mod of 16 MiB holds some 300,000 lines that a rule may object to. */
const MAX_PER_RULE = 1000;

/**
 * Keeps the first findings of each rule and puts one in the place of those that follow, which blocks when one of them
 * does. Expects blocking ones first, so that what is folded weighs least.
 */
export function foldFindings(findings: readonly Finding[], maxPerRule = MAX_PER_RULE): Finding[] {
  const counts = new Map<string, number>();
  const folded = new Map<string, Finding[]>();
  const kept = findings.filter((finding) => {
    const count = (counts.get(finding.rule) ?? 0) + 1;
    counts.set(finding.rule, count);
    if (count <= maxPerRule) return true;
    const rest = folded.get(finding.rule);
    if (rest === undefined) folded.set(finding.rule, [finding]);
    else rest.push(finding);
    return false;
  });
  return [...kept, ...[...folded.values()].map(asOne)];
}

function asOne(findings: readonly Finding[]): Finding {
  const [first] = findings as [Finding];
  const { detail: _, ...worst } = findings.find((finding) => finding.blocking) ?? first;
  return {
    ...worst,
    subject: `${worst.rule} more`,
    message: `and ${findings.length} more findings of this rule`,
  };
}
