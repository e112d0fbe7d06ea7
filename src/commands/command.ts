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
  /** How the other faces offer it, or the reason why they do not. */
  faces: { action: ActionFace | string; component: ComponentFace | string };
  run(context: CommandContext): Promise<Report>;
  /** GitHub's post step (save a cache); the state is what run() left in the report's `post`. */
  post?(context: CommandContext, state: Record<string, unknown>): Promise<Report>;
}

export interface ActionFace {
  /** Runs `post` at the job's end. */
  post?: boolean;
}

/** What a GitLab component's job needs beside the command's inputs. */
export interface ComponentFace {
  stage: "build" | "test" | "deploy";
  /** `if` expressions, the default of the component's `rules` input. */
  rules: readonly string[];
  /** Literal name under which jobs that would race take turns. */
  resourceGroup?: string;
  /** Report files by GitLab's report type; the command is told to write them through its `format` input. */
  reports?: Readonly<Partial<Record<"codequality" | "junit" | "metrics", string>>>;
  /** Paths inside the project that are kept as artifacts. */
  artifacts?: readonly string[];
  /** The job's `cache:`, as YAML-able values: kept from pipeline to pipeline, where artifacts go to later jobs. */
  cache?: Readonly<Record<string, unknown>>;
  /** Hidden jobs for users to extend, as YAML-able values. */
  hidden?: Readonly<Record<string, Record<string, unknown>>>;
  /**
   * Inputs with which the component project's own pipeline runs the component for real, in a project without
   * Go code; absent: it is included with `command: echo`, which still lets GitLab check every line of it.
   */
  selfTest?: Readonly<Record<string, string | boolean | number>>;
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
