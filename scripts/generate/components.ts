import type { Command, ComponentFace } from "../../src/commands/command.ts";
import type { InputSpec } from "../../src/commands/inputs.ts";
import { describeInput } from "./actions.ts";
import type { Described } from "./main.ts";
import { yamlPart, yamlText } from "./yaml.ts";

/** A job image that has Node, git and a shell; slim images lack git, Go images lack Node. */
const IMAGE = "node:24-bookworm";

/** gitlab-ci/templates/<name>.yml: one command as a GitLab CI component. */
export function componentFile({ command, summary }: Described, version: string): string {
  const face = command.faces.component as ComponentFace;
  const specs = componentInputs(command);
  const header = `Generated from src/commands by \`npm run generate\`; do not edit.\n${summary}.\nNeeds: ${command.permissions.gitlab.join("; ") || "nothing"}`;
  const spec = {
    spec: { inputs: { ...jobInputs(command, face, version), ...Object.fromEntries(specs.map(inputEntry)) } },
  };
  return `${yamlText(spec, header)}---\n${yamlPart({ ...hiddenJobs(face), "$[[ inputs.job-name ]]": job(command, face, specs) })}`;
}

function componentInputs(command: Command): InputSpec[] {
  return command.inputs.filter((spec) => spec.notOn?.component === undefined);
}

/** Inputs that every component has, beside the command's own. */
function jobInputs(command: Command, face: ComponentFace, version: string): Record<string, unknown> {
  return {
    stage: { default: face.stage, description: "The stage of the job" },
    "job-name": { default: `modwharf-${command.name}`, description: "The name of the job" },
    image: { default: IMAGE, description: "An image with Node 20.19 or later, git and a shell" },
    command: {
      default: `npx --yes modwharf@${version}`,
      description: "How the job starts modwharf; an image that carries it uses `modwharf`",
    },
    tags: { type: "array", default: [], description: "Runner tags" },
    rules: {
      type: "array",
      default: face.rules.map((condition) => ({ if: condition })),
      description: "When the job runs",
    },
  };
}

function inputEntry(spec: InputSpec): [string, Record<string, unknown>] {
  const preset = spec.defaultOn?.component ?? spec.default;
  const type = spec.type === "boolean" ? "boolean" : spec.type === "number" ? "number" : "string";
  return [
    spec.name,
    {
      ...(type === "string" ? {} : { type }),
      description: describeInput(spec),
      ...(spec.required === true && preset === undefined ? {} : { default: typed(type, preset) }),
      ...(spec.values === undefined ? {} : { options: optional(spec, [...spec.values]) }),
      ...(spec.pattern === undefined || spec.type === "list"
        ? {}
        : { regex: `^(${spec.required ? "" : "|"}${spec.pattern})$` }),
    },
  ];
}

function typed(type: string, preset: string | undefined): string | boolean | number {
  if (type === "boolean") return preset === "true";
  if (type === "number") return Number(preset ?? 0);
  return preset ?? "";
}

/** GitLab wants the default among the options; an input that may stay empty has the empty one. */
function optional(spec: InputSpec, values: string[]): string[] {
  return spec.required === true || spec.default !== undefined ? values : ["", ...values];
}

function job(command: Command, face: ComponentFace, specs: readonly InputSpec[]): Record<string, unknown> {
  const texts = specs.filter((spec) => !isTyped(spec));
  const variables = Object.fromEntries(texts.map((spec) => [variableOf(spec), `$[[ inputs.${spec.name} ]]`]));
  const reports = { dotenv: "modwharf.env", ...face.reports };
  const paths = ["modwharf.env", ...(face.artifacts ?? []), ...Object.values(face.reports ?? {})];
  return {
    stage: "$[[ inputs.stage ]]",
    image: "$[[ inputs.image ]]",
    tags: "$[[ inputs.tags ]]",
    rules: "$[[ inputs.rules ]]",
    ...(face.resourceGroup === undefined ? {} : { resource_group: face.resourceGroup }),
    variables: { GIT_DEPTH: "0", ...variables },
    script: [`$[[ inputs.command ]] ${command.name} ${specs.map(argument).join(" ")}`],
    artifacts: { when: "always", expire_in: "30 days", paths, reports },
  };
}

/**
 * Booleans and numbers are checked by GitLab, so they may stand in the script; as variables they could not stand,
 * since GitLab keeps their type and takes strings only there.
 */
function isTyped(spec: InputSpec): boolean {
  return spec.type === "boolean" || spec.type === "number";
}

/** Each text reaches the script as a variable, so that no user text ever becomes part of the script. */
function variableOf(spec: InputSpec): string {
  return `MODWHARF_INPUT_${spec.name.toUpperCase().replaceAll("-", "_")}`;
}

function argument(spec: InputSpec): string {
  const value = isTyped(spec) ? `$[[ inputs.${spec.name} ]]` : `"$${variableOf(spec)}"`;
  return spec.positional === undefined ? `--${spec.name}=${value}` : value;
}

function hiddenJobs(face: ComponentFace): Record<string, unknown> {
  return { ...face.hidden };
}
