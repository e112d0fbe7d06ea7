import { exitCodes } from "../base/codes.ts";
import { connectionFromEnv } from "../base/connection.ts";
import { exitCodeOf, ModwharfError, messageOf } from "../base/errors.ts";
import { writeFileAtomic } from "../base/files.ts";
import { HttpClient } from "../base/http.ts";
import { redact } from "../base/redact.ts";
import type { Command, CommandContext } from "../commands/command.ts";
import { type Face, type Inputs, parseInputs, type RawInputs } from "../commands/inputs.ts";
import type { Platform } from "../platform/platform.ts";
import { type Finding, isBlocked, type Report } from "../report/report.ts";
import { version } from "./version.ts";

export interface Run {
  command: Command;
  raw: RawInputs;
  face: Face;
  platform: Platform;
  /** One JSON object on stdout instead of text. */
  json: boolean;
  /** Nothing but errors. */
  quiet: boolean;
  cwd: string;
  signal: AbortSignal;
  /** Writes to stdout. */
  print: (text: string) => void;
  /** Present in a post step: what the main step left for it. */
  postState?: Record<string, unknown>;
  /** Keeps what the main step leaves for its post step; absent where there is none. */
  keepState?: (state: Record<string, unknown>) => Promise<void>;
}

/** Runs one command on one face to its end: parse, run, show. Never throws; resolves with the exit code. */
export async function runCommand(run: Run): Promise<number> {
  const { platform } = run;
  const http = new HttpClient({
    connection: connectionFromEnv(platform.env),
    userAgent: `modwharf/${version}`,
  });
  try {
    const inputs = parseInputs(run.command.inputs, run.raw, run.face);
    const context = { inputs, platform, http, cwd: run.cwd, signal: run.signal, version };
    const report = await execute(run, context);
    await show(run, inputs, report);
    return isBlocked(report) ? exitCodes.findings : exitCodes.ok;
  } catch (error) {
    await showError(run, error);
    return exitCodeOf(error);
  } finally {
    await http.close();
  }
}

async function execute({ command, postState, keepState }: Run, context: CommandContext): Promise<Report> {
  if (postState !== undefined && command.post !== undefined) return command.post(context, postState);
  const report = await command.run(context);
  if (report.post !== undefined) await keepState?.(report.post);
  return report;
}

async function show(run: Run, inputs: Inputs, report: Report): Promise<void> {
  const { platform, command } = run;
  if (run.json) run.print(`${redact(JSON.stringify({ ...report.data, findings: report.findings }))}\n`);
  else if (!run.quiet || report.findings.length > 0) {
    const { renderText } = await import("../report/text.ts");
    run.print(redact(renderText(report)));
  }
  await writeFormats(run, inputs, report);
  if (platform.name === "shell") return;
  await platform.annotate(report.findings);
  const { renderSummary } = await import("../report/summary.ts");
  await platform.summarize(redact(renderSummary(report)));
  const outputs = command.outputs.map(
    (output) => [output.name, redact(output.from(report.data) ?? "")] as const,
  );
  await platform.setOutputs(Object.fromEntries(outputs));
}

async function writeFormats(run: Run, inputs: Inputs, report: Report): Promise<void> {
  const wanted = (inputs.format ?? []) as string[];
  if (wanted.length === 0) return;
  const { renderFormat, parseFormats } = await import("../report/formats.ts");
  const { resolve } = await import("node:path");
  for (const { format, file } of parseFormats(wanted)) {
    await writeFileAtomic(resolve(run.cwd, file), redact(renderFormat(format, report)));
  }
}

async function showError(run: Run, error: unknown): Promise<void> {
  const ours = error instanceof ModwharfError;
  const message = redact(messageOf(error));
  if (run.json) {
    const body = ours ? error.toJSON() : { code: "INTERNAL", message };
    run.print(`${redact(JSON.stringify({ error: body }))}\n`);
  }
  if (!ours && run.signal.aborted) {
    run.platform.log.error("interrupted; nothing half-written is left");
    return;
  }
  run.platform.log.error(
    ours ? `${error.code}: ${message}` : `INTERNAL: ${redact((error as Error)?.stack ?? message)}`,
  );
  if (run.platform.name !== "shell") await run.platform.annotate([asFinding(error)]);
}

/** A thrown error shown where findings are shown, on its line when it names one. */
function asFinding(error: unknown): Finding {
  const ours = error instanceof ModwharfError ? error : undefined;
  return {
    rule: (ours?.code ?? "INTERNAL").toLowerCase().replaceAll("_", "-"),
    level: "error",
    blocking: true,
    message: redact(messageOf(error)),
    subject: ours?.subject ?? "",
    ...(ours?.at?.file === undefined ? {} : { file: ours.at.file }),
    ...(ours?.at?.line === undefined ? {} : { line: ours.at.line }),
    ...(ours?.at?.column === undefined ? {} : { column: ours.at.column }),
  };
}
