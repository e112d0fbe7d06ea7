import { exitCodes } from "../base/codes.ts";
import { connectionFromEnv } from "../base/connection.ts";
import { exitCodeOf } from "../base/errors.ts";
import { asFileError } from "../base/files.ts";
import { asRemoteError, HttpClient } from "../base/http.ts";
import type { Command, CommandContext } from "../commands/command.ts";
import { type Face, parseInputs, type RawInputs } from "../commands/inputs.ts";
import type { Platform } from "../platform/platform.ts";
import { isBlocked, type Report } from "../report/report.ts";
import { type Delivery, deliver, deliverError, wantedFiles } from "./deliver.ts";
import { version } from "./version.ts";

export interface Run extends Delivery {
  command: Command;
  raw: RawInputs;
  face: Face;
  platform: Platform;
  signal: AbortSignal;
  /** Present in a post step: what the main step left for it. */
  postState?: Record<string, unknown>;
  /** Keeps what the main step leaves for its post step; absent where there is none. */
  keepState?: (state: Record<string, unknown>) => Promise<void>;
}

/** Runs one command on one face to its end: parse, run, show. Never throws; resolves with the exit code. */
export async function runCommand(run: Run): Promise<number> {
  const { platform, command } = run;
  const http = new HttpClient({
    connection: connectionFromEnv(platform.env),
    userAgent: `modwharf/${version}`,
    signal: run.signal,
  });
  let files: Awaited<ReturnType<typeof wantedFiles>> = [];
  try {
    const inputs = parseInputs(command.inputs, run.raw, run.face);
    if (run.postState === undefined) files = await wantedFiles(inputs, run.cwd);
    const report = await execute(run, { inputs, platform, http, cwd: run.cwd, signal: run.signal, version });
    await deliver(run, report, files);
    return isBlocked(report) ? exitCodes[report.blockedAs ?? "findings"] : exitCodes.ok;
  } catch (thrown) {
    const error = asFileError(thrown) ?? asRemoteError(thrown) ?? thrown;
    await deliverError(run, error, files);
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
