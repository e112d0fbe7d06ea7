import { placeOf, rankFindings } from "./rank.ts";
import type { Finding, Report } from "./report.ts";
import { visible, visibleLines } from "./visible.ts";

/**
 * JUnit XML as GitLab, Jenkins and others read it: a blocking finding is a failure, a waived one is skipped, any
 * other passes with its text as output. A clean run has one test case that passes, since an empty suite reads
 * as "no tests ran".
 */
export function renderJunit(report: Report): string {
  const findings = rankFindings(report.findings);
  const suite = `modwharf ${report.command}`;
  const clean = `    <testcase${attributes({ classname: suite, name: report.summary })}/>`;
  const cases = findings.length === 0 ? [clean] : findings.map((finding) => testCase(suite, finding));
  const counts = {
    tests: cases.length,
    failures: findings.filter((finding) => finding.blocking).length,
    errors: 0,
    skipped: findings.filter(isSkipped).length,
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes(counts)}>`,
    `  <testsuite${attributes({ name: suite, ...counts })}>`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function isSkipped(finding: Finding): boolean {
  return !finding.blocking && finding.status === "waived";
}

function testCase(suite: string, finding: Finding): string {
  const open = `    <testcase${attributes({
    classname: finding.module ?? suite,
    name: `${finding.rule}: ${finding.subject}`,
    ...(finding.file === undefined ? {} : { file: finding.file }),
    ...(finding.line === undefined ? {} : { line: finding.line }),
  })}>`;
  return `${open}\n      ${outcome(finding)}\n    </testcase>`;
}

function outcome(finding: Finding): string {
  if (finding.blocking) {
    const head = attributes({ type: finding.rule, message: finding.message });
    return `<failure${head}>${content(finding)}</failure>`;
  }
  if (isSkipped(finding)) return `<skipped${attributes({ message: finding.message })}/>`;
  return `<system-out>${content(finding)}</system-out>`;
}

function content(finding: Finding): string {
  const place = placeOf(finding);
  const fix = finding.fix === undefined ? [] : [`Fix: ${finding.fix}`];
  const detail = finding.detail === undefined ? [] : visibleLines(finding.detail);
  const lines = [
    `${place === undefined ? "" : `${place}: `}${finding.level}: ${finding.message}`,
    ...fix,
    ...detail,
  ];
  return lines.map((line) => escapeXml(visible(line))).join("\n");
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(visible(String(value)))}"`)
    .join("");
}

/** Element content or an attribute. XML 1.0 has no form for U+FFFE and U+FFFF; controls are gone already. */
function escapeXml(text: string): string {
  return text
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;")
    .replace(/'/g, "&apos;")
    .replace(/[\ufffe\uffff]/g, "\ufffd");
}
