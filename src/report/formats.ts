import { ModwharfError } from "../base/errors.ts";
import { renderCodeQuality } from "./code-quality.ts";
import { renderJson } from "./json.ts";
import { renderJunit } from "./junit.ts";
import { renderOpenMetrics } from "./openmetrics.ts";
import type { Report } from "./report.ts";
import { renderSarif } from "./sarif.ts";
import { renderSummary } from "./summary.ts";
import { renderText } from "./text.ts";

export interface FormatOptions {
  /** This tool's version, for formats that name it. */
  version?: string | undefined;
}

interface FormatSpec {
  /** One line for help and the reference page. */
  doc: string;
  render: (report: Report, options: FormatOptions) => string;
}

/** Every FORMAT of `--format FORMAT=FILE`. */
export const formats = {
  text: { doc: "plain text, as printed", render: (report) => renderText(report) },
  markdown: { doc: "Markdown page, as in the job summary", render: (report) => renderSummary(report) },
  json: { doc: "one JSON object, as --json prints it", render: renderJson },
  sarif: { doc: "SARIF 2.1.0 for GitHub code scanning", render: renderSarif },
  codequality: { doc: "GitLab Code Quality report, [] when clean", render: renderCodeQuality },
  junit: { doc: "JUnit XML", render: renderJunit },
  openmetrics: { doc: "OpenMetrics text for GitLab's metrics report", render: renderOpenMetrics },
} as const satisfies Record<string, FormatSpec>;

export type Format = keyof typeof formats;

/** Renders the report in one format. */
export function renderFormat(format: Format, report: Report, options: FormatOptions = {}): string {
  const spec: FormatSpec = formats[format];
  return spec.render(report, options);
}

/** Parses `FORMAT=FILE` items. Throws USAGE for an unknown format, a missing file, or two formats in one file. */
export function parseFormats(items: readonly string[]): { format: Format; file: string }[] {
  const taken = new Map<string, string>();
  return items.map((item) => {
    const [, format = "", file = ""] = /^([^=]*)=(.+)$/s.exec(item) ?? [];
    if (!isFormat(format) || file === "" || taken.has(file)) throw wrongFormat(item, taken.get(file));
    taken.set(file, item);
    return { format, file };
  });
}

function isFormat(name: string): name is Format {
  return Object.hasOwn(formats, name);
}

function wrongFormat(item: string, clash: string | undefined): ModwharfError {
  return new ModwharfError(
    "USAGE",
    clash === undefined ? "a format is not FORMAT=FILE" : "two formats name one file",
    {
      subject: "format",
      expected: clash ?? `FORMAT=FILE with FORMAT one of ${Object.keys(formats).join(", ")}`,
      actual: JSON.stringify(item.slice(0, 200)),
      fix: clash === undefined ? undefined : "give each format a file of its own",
    },
  );
}
