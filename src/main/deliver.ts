import { resolve } from "node:path";
import { ModwharfError, messageOf } from "../base/errors.ts";
import { checkOutputFile, writeOutputFile } from "../base/output-file.ts";
import { redact, redactDeep } from "../base/redact.ts";
import type { Command } from "../commands/command.ts";
import type { Inputs } from "../commands/inputs.ts";
import type { Platform } from "../platform/platform.ts";
import type { Format } from "../report/formats.ts";
import type { Finding, Report } from "../report/report.ts";
import { renderErrorJson } from "./error-json.ts";
import { version } from "./version.ts";

/** Where a report goes. Renderers are loaded when they are needed: most runs need one. */
export interface Delivery {
  command: Command;
  platform: Platform;
  /** One JSON object on stdout instead of text. */
  json: boolean;
  /** Nothing but findings and errors. */
  quiet: boolean;
  colour: boolean;
  cwd: string;
  /** Writes to stdout. */
  print: (text: string) => void;
  /** Present in a post step, which tells what it did and leaves the main step's files and outputs alone. */
  postState?: Record<string, unknown>;
}

export interface WantedFile {
  format: Format;
  file: string;
}

/**
 * The report files that the inputs ask for; judged before the command runs, so that a mistake costs nothing.
 * Throws USAGE, FILE_UNWRITABLE.
 */
export async function wantedFiles(inputs: Inputs, cwd: string): Promise<WantedFile[]> {
  const items = (inputs.format ?? []) as string[];
  if (items.length === 0) return [];
  const files = (await import("../report/formats.ts")).parseFormats(items);
  for (const { file } of files) await checkOutputFile(resolve(cwd, file));
  return files;
}

/** Shows a report everywhere it belongs: stdout, files, annotations, summary page, outputs. */
export async function deliver(to: Delivery, found: Report, files: readonly WantedFile[]): Promise<void> {
  const { platform, command } = to;
  // Before any renderer escapes a secret into a form that nobody would recognise, and so that none breaks the form.
  const report = redactDeep(found);
  if (to.json) to.print((await import("../report/json.ts")).renderJson(report));
  else if (!to.quiet || report.findings.length > 0) {
    const { renderText } = await import("../report/text.ts");
    to.print(renderText(report, { colour: to.colour }));
  }
  await writeFiles(to, report, files);
  if (platform.name === "shell") return;
  await showOnPages(platform, report);
  if (to.postState !== undefined) return;
  const outputs = command.outputs.map((output) => [output.name, output.from(report.data) ?? ""] as const);
  await platform.setOutputs(Object.fromEntries(outputs));
}

/** Shows why a command ended early: as a finding where the platform can, with its code and fix in the log. */
export async function deliverError(
  to: Delivery,
  error: unknown,
  files: readonly WantedFile[],
): Promise<void> {
  const ours = error instanceof ModwharfError ? error : undefined;
  const message = redact(messageOf(error));
  if (to.json) to.print(renderErrorJson(error));
  to.platform.log.error(
    ours ? `${ours.code}: ${message}` : `INTERNAL: ${redact((error as Error)?.stack ?? message)}`,
  );
  const finding = asFinding(message, ours);
  const report: Report = {
    command: to.command.name,
    summary: message,
    findings: [finding],
    tables: [],
    data: {},
  };
  try {
    await writeFiles(to, report, files);
    if (to.platform.name !== "shell") await showOnPages(to.platform, report);
  } catch (second) {
    // The first error is what the user needs; this one only says that it is not shown everywhere.
    to.platform.log.warn(`the error could not be shown everywhere: ${redact(messageOf(second))}`);
  }
}

async function showOnPages(platform: Platform, report: Report): Promise<void> {
  await platform.annotate(report.findings);
  const [{ renderSummary }, { sourceLinkOf }] = await Promise.all([
    import("../report/summary.ts"),
    import("../platform/source-link.ts"),
  ]);
  const sourceLink = sourceLinkOf(platform);
  await platform.summarize(renderSummary(report, sourceLink === undefined ? {} : { sourceLink }));
}

async function writeFiles({ cwd }: Delivery, report: Report, files: readonly WantedFile[]): Promise<void> {
  if (files.length === 0) return;
  const { renderFormat } = await import("../report/formats.ts");
  for (const { format, file } of files) {
    await writeOutputFile(resolve(cwd, file), renderFormat(format, report, { version }));
  }
}

function asFinding(message: string, error: ModwharfError | undefined): Finding {
  const at = error?.at;
  return {
    rule: (error?.code ?? "INTERNAL").toLowerCase().replaceAll("_", "-"),
    level: "error",
    blocking: true,
    message,
    subject: redact(error?.subject ?? ""),
    ...(at && { file: at.file }),
    ...(at?.line && { line: at.line }),
    ...(at?.column && { column: at.column }),
  };
}
