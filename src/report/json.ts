import type { Report } from "./report.ts";

/**
 * What `--json` prints and `--format json=FILE` writes: one object, the command's data with its findings beside
 * it. JSON escapes whatever it holds; nothing here is meant for a terminal.
 */
export function renderJson(report: Report): string {
  return `${JSON.stringify({ ...report.data, findings: report.findings })}\n`;
}
