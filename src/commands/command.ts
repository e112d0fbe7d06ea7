import type { HttpClient } from "../base/http.ts";
import type { Platform } from "../platform/platform.ts";
import type { Report } from "../report/report.ts";
import type { InputSpec, Inputs, OutputSpec } from "./inputs.ts";

/** One command, the same on every face. `run` returns a report; expected problems are findings in it. */
export interface Command {
  name: string;
  /** A paragraph or two for the reference page; plain Markdown. */
  description: string;
  inputs: readonly InputSpec[];
  outputs: readonly OutputSpec[];
  /** What this command needs on each platform, for the generated pages. */
  permissions: { github: readonly string[]; gitlab: readonly string[] };
  /** A command line that works as it stands, for --help. */
  examples: readonly string[];
  run(context: CommandContext): Promise<Report>;
  /** GitHub's post step (save a cache); the state is what run() left in the report's data.post. */
  post?(context: CommandContext, state: Record<string, unknown>): Promise<Report>;
}

export interface CommandContext {
  inputs: Inputs;
  platform: Platform;
  http: HttpClient;
  /** Where relative paths start. */
  cwd: string;
  /** Aborts on SIGINT and SIGTERM; whatever is half-written then stays invisible. */
  signal: AbortSignal;
  version: string;
}
