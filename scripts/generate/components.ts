import type { Command, ComponentFace } from "../../src/commands/command.ts";
import type { InputSpec } from "../../src/commands/inputs.ts";
import { commandInputs, outputFiles, type SpecInput, specInputs } from "./component-inputs.ts";
import type { Described } from "./main.ts";
import { foldScalar, yamlTemplate, yamlText } from "./yaml.ts";

/** The renderer (src/report/formats.ts) of each of GitLab's report types. */
const FORMATS = { codequality: "codequality", junit: "junit", metrics: "openmetrics" } as const;

/** gitlab-ci/templates/<name>.yml: one command as a GitLab CI component. */
export function componentFile({ command, summary }: Described, version: string): string {
  const face = command.faces.component as ComponentFace;
  const inputs = specInputs(command, version);
  const typed = new Set(Object.keys(inputs).filter((name) => inputs[name]!.type !== "string"));
  const script = scriptParts(command, face, inputs);
  const header = [
    "Generated from src/commands by `npm run generate`; do not edit.",
    `${summary}.`,
    `Needs: ${command.permissions.gitlab.join("; ") || "nothing"}`,
  ];
  const jobs = { ...face.hidden, "$[[ inputs.job-name ]]": job(command, face, inputs, script.join(" ")) };
  return `${yamlText({ spec: { inputs } }, header.join("\n"))}---\n${foldScalar(yamlTemplate(jobs, typed), script)}`;
}

type Inputs = Readonly<Record<string, SpecInput>>;

function job(command: Command, face: ComponentFace, inputs: Inputs, script: string): Record<string, unknown> {
  const texts = commandInputs(command).filter((spec) => inputs[spec.name]!.type === "string");
  const variables = Object.fromEntries(texts.map((spec) => [variableOf(spec), `$[[ inputs.${spec.name} ]]`]));
  const tokens = texts.flatMap(({ name, idToken }) =>
    idToken === undefined ? [] : [[idToken, { aud: `$[[ inputs.${name} ]]` }] as const],
  );
  return {
    stage: "$[[ inputs.stage ]]",
    image: "$[[ inputs.image ]]",
    tags: "$[[ inputs.tags ]]",
    rules: "$[[ inputs.rules ]]",
    ...(face.resourceGroup === undefined ? {} : { resource_group: face.resourceGroup }),
    ...(tokens.length === 0 ? {} : { id_tokens: Object.fromEntries(tokens) }),
    variables: { GIT_DEPTH: "0", MODWHARF_DOTENV: outputFiles(command).env, ...variables },
    ...(face.cache === undefined ? {} : { cache: face.cache }),
    script: [script],
    artifacts: {
      when: "always",
      expire_in: "30 days",
      paths: "$[[ inputs.artifacts ]]",
      reports: { dotenv: outputFiles(command).env, ...face.reports },
    },
  };
}

/**
 * The one command of the job, in parts. Texts come as quoted variables, so that none ever becomes part of the
 * script; booleans and numbers are checked by GitLab and stand in it, since as variables they would not be strings.
 * Positional arguments come last, behind `--`, so that none can pass for an option.
 */
function scriptParts(command: Command, face: ComponentFace, inputs: Inputs): string[] {
  const specs = commandInputs(command);
  const value = (spec: InputSpec) =>
    inputs[spec.name]!.type === "string" ? `"$${variableOf(spec)}"` : `$[[ inputs.${spec.name} ]]`;
  const positionals = specs
    .filter((spec) => spec.positional !== undefined)
    .sort((a, b) => a.positional! - b.positional!);
  const reports = Object.entries(face.reports ?? {}) as [keyof typeof FORMATS, string][];
  return [
    `$[[ inputs.command ]] ${command.name}`,
    ...specs.filter((spec) => spec.positional === undefined).map((spec) => `--${spec.name}=${value(spec)}`),
    ...reports.map(([report, file]) => `--format=${FORMATS[report]}=${file}`),
    ...(positionals.length === 0 ? [] : [`-- ${positionals.map(value).join(" ")}`]),
  ];
}

function variableOf(spec: InputSpec): string {
  return `MODWHARF_INPUT_${spec.name.toUpperCase().replaceAll("-", "_")}`;
}
