import type { HttpClient } from "../base/http.ts";
import type { Platform } from "../platform/platform.ts";
import type { Report } from "../report/report.ts";
import type { InputSpec, Inputs, OutputSpec, ValuesOf } from "./inputs.ts";

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
  /** The stage a GitLab component's job stands in unless told otherwise; absent: the command is no component or action. */
  stage?: "build" | "test" | "deploy";
  run(context: CommandContext): Promise<Report>;
  /** GitHub's post step (save a cache); the state is what run() left in the report's `post`. */
  post?(context: CommandContext, state: Record<string, unknown>): Promise<Report>;
}

export interface CommandContext<Values = Inputs> {
  inputs: Values;
  platform: Platform;
  http: HttpClient;
  /** Where relative paths start. */
  cwd: string;
  /** Aborts on SIGINT and SIGTERM; whatever is half-written then stays invisible. */
  signal: AbortSignal;
  version: string;
}

/** A command whose `run` sees its inputs with the types that its own table gives them. */
export interface CommandDefinition<Specs extends readonly InputSpec[]>
  extends Omit<Command, "inputs" | "run" | "post"> {
  inputs: Specs;
  run(context: CommandContext<ValuesOf<Specs>>): Promise<Report>;
  post?(context: CommandContext<ValuesOf<Specs>>, state: Record<string, unknown>): Promise<Report>;
}

/** Ties a command's table to the types of its `run`; parseInputs guarantees what the types say. */
export function defineCommand<const Specs extends readonly InputSpec[]>(
  definition: CommandDefinition<Specs>,
): Command {
  return definition as unknown as Command;
}
