import type { Report } from "./report.ts";

/**
 * What `--json` prints and `--format json=FILE` writes: one object, the command's data with its findings beside
 * it. JSON escapes whatever it holds but `##[`, which GitHub's runner takes for a command anywhere in a line.
 */
export function renderJson(report: Report): string {
  const text = JSON.stringify({ ...report.data, findings: report.findings });
  return `${text.replaceAll("##[", "#\\u0023[")}\n`;
}
