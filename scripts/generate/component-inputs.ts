import type { Command, ComponentFace } from "../../src/commands/command.ts";
import type { InputSpec } from "../../src/commands/inputs.ts";
import { describeInput } from "./actions.ts";

/** A job image that has Node, git and a shell; slim images lack git, Go images lack Node. */
const IMAGE = "node:24-bookworm";

/**
 * The job's dotenv report, and beside it all outputs whole (src/platform/dotenv.ts). Named after the command: a later
 * job gets the artifacts of all earlier ones into one folder.
 */
export function outputFiles(command: Command): { env: string; json: string } {
  return { env: `modwharf-${command.name}.env`, json: `modwharf-${command.name}.json` };
}

/** A string that stands between single quotes in the template: it must not end them, nor have lines that YAML folds. */
const QUOTABLE = "^[^'\\r\\n]+$";

/** One entry of `spec:inputs`, as GitLab has it (doc/ci/inputs). */
export interface SpecInput {
  type: "string" | "boolean" | "number" | "array";
  description: string;
  default?: unknown;
  options?: string[];
  regex?: string;
}

/** `spec:inputs` of a command's component: what every component has, then the command's own. */
export function specInputs(command: Command, version: string): Record<string, SpecInput> {
  const own = commandInputs(command).map((spec) => [spec.name, specInput(spec)] as const);
  return {
    ...jobInputs(command, command.faces.component as ComponentFace, version),
    ...Object.fromEntries(own),
  };
}

/** The command's inputs that its component has. */
export function commandInputs(command: Command): InputSpec[] {
  return command.inputs.filter((spec) => spec.notOn?.component === undefined);
}

function jobInputs(command: Command, face: ComponentFace, version: string): Record<string, SpecInput> {
  const files = [
    ...Object.values(outputFiles(command)),
    ...(face.artifacts ?? []),
    ...Object.values(face.reports ?? {}),
  ];
  return {
    stage: text(face.stage, "The stage of the job"),
    "job-name": text(`modwharf-${command.name}`, "The name of the job"),
    image: text(IMAGE, "An image with Node 20.19 or later, git and a POSIX shell"),
    command: text(
      `npx --yes modwharf@${version}`,
      "How the job starts modwharf; an image that carries it uses `modwharf`",
    ),
    tags: array([], "Runner tags; they replace those of `default:tags`"),
    rules: array(
      face.rules.map((condition) => ({ if: condition })),
      "When the job runs, as under `rules:`",
    ),
    artifacts: array(files, "Files kept as artifacts; a list of your own replaces this one"),
  };
}

function text(preset: string, description: string): SpecInput {
  return { type: "string", default: preset, description, regex: QUOTABLE };
}

function array(preset: unknown[], description: string): SpecInput {
  return { type: "array", default: preset, description };
}

function specInput(spec: InputSpec): SpecInput {
  const preset = spec.defaultOn?.component ?? spec.default;
  const type = typeOf(spec);
  const required = spec.required === true && preset === undefined;
  return {
    type,
    description: describeInput(spec, "component"),
    ...(required ? {} : { default: typed(type, preset) }),
    ...constraint(spec, preset ?? (required ? undefined : "")),
  };
}

/** A number that may be absent is a string, since GitLab knows no empty number. */
function typeOf(spec: InputSpec): "string" | "boolean" | "number" {
  if (spec.type === "boolean") return "boolean";
  const preset = spec.defaultOn?.component ?? spec.default;
  return spec.type === "number" && (preset !== undefined || spec.required === true) ? "number" : "string";
}

function typed(type: "string" | "boolean" | "number", preset: string | undefined): string | boolean | number {
  if (type === "boolean") return preset === "true";
  return type === "number" ? Number(preset) : (preset ?? "");
}

/**
 * What GitLab can check of a string by itself. Its releases up to 17 match no regex against an empty text
 * (UntrustedRegexp#match?), so an input that is empty by default has none; the tool checks it then.
 */
function constraint(spec: InputSpec, preset: string | undefined): Pick<SpecInput, "options" | "regex"> {
  if (typeOf(spec) !== "string") return {};
  if (spec.values !== undefined) return { options: [...(preset === "" ? [""] : []), ...spec.values] };
  if (preset === "") return {};
  const own = spec.type === "list" || spec.pattern === undefined ? undefined : spec.pattern;
  return { regex: own !== undefined && isQuotable(own) ? `^(${own})$` : QUOTABLE };
}

/** Whether the pattern names its characters, none of them a quote or a line end; a dot or a negation names too many. */
function isQuotable(pattern: string): boolean {
  return !/['\r\n]|\[\^|\\[SDWnrs]|(?<!\\)\./.test(pattern);
}
