import type { Command, ComponentFace } from "../../src/commands/command.ts";
import { type SpecInput, specInputs } from "./component-inputs.ts";
import type { Described } from "./main.ts";
import { cell } from "./reference.ts";
import { yamlText } from "./yaml.ts";

const PROJECT = "$CI_SERVER_FQDN/$CI_PROJECT_PATH";
const START = "<!-- generated: components -->";
const END = "<!-- /generated: components -->";

/**
 * The component project's own pipeline: every component is included from the commit itself, so that GitLab checks
 * its YAML and the job runs; a tag that is the stamped version then becomes a release of the catalog, which only
 * the `release:` keyword does (GitLab, "Publish a new release").
 */
export function projectPipeline(described: readonly Described[], version: string): string {
  const pipeline = {
    workflow: { rules: [{ if: "$CI_COMMIT_TAG" }, { if: "$CI_COMMIT_BRANCH" }] },
    stages: ["test", "release"],
    include: described.map(({ command }) => ({
      component: `${PROJECT}/${command.name}@$CI_COMMIT_SHA`,
      inputs: testInputs(command, version),
    })),
    "create-release": {
      stage: "release",
      image: "registry.gitlab.com/gitlab-org/cli:latest",
      rules: [{ if: `$CI_COMMIT_TAG == "${version}"` }],
      script: ['echo "Releasing $CI_COMMIT_TAG"'],
      release: {
        tag_name: "$CI_COMMIT_TAG",
        description: `Components of Modwharf ${version}; see README.md for their inputs.`,
      },
    },
  };
  return yamlText(pipeline, "Generated from src/commands by `npm run generate`; do not edit.");
}

function testInputs(command: Command, version: string): Record<string, unknown> {
  const { selfTest } = command.faces.component as ComponentFace;
  const required = Object.entries(specInputs(command, version)).filter(([, spec]) => !("default" in spec));
  return {
    stage: "test",
    "job-name": `test-${command.name}`,
    rules: [{ when: "on_success" }],
    ...(selfTest ?? {
      command: "echo",
      ...Object.fromEntries(required.map(([name, spec]) => [name, example(spec)])),
    }),
  };
}

function example({ type, options }: SpecInput): unknown {
  return { string: options?.[0] ?? "example", number: 1, boolean: false, array: [] }[type];
}

/** The README with its versions and, between the marks, its list of components brought up to date. */
export function projectReadme(text: string, described: readonly Described[], version: string): string {
  const stamped = text.replace(/(platform\/modwharf\/[\w-]+@|ref: "|--version )[\w.-]+/g, `$1${version}`);
  const [before = "", rest = ""] = stamped.split(START);
  const [, after = ""] = rest.split(END);
  const sections = described.flatMap((one) => section(one, version));
  return `${before}${START}\n\n${sections.join("\n")}\n${END}${after}`;
}

function section({ command, summary }: Described, version: string): string[] {
  const inputs = Object.entries(specInputs(command, version));
  const required = inputs
    .filter(([, spec]) => !("default" in spec))
    .map(([name, spec]) => `      ${name}: ${spec.options?.[0] ?? "…"}`);
  return [
    `### ${command.name}`,
    "",
    `${summary}. Needs: ${command.permissions.gitlab.join("; ") || "nothing"}.`,
    "",
    "```yaml",
    "include:",
    `  - component: $CI_SERVER_FQDN/platform/modwharf/${command.name}@${version}`,
    ...(required.length === 0 ? [] : ["    inputs:", ...required]),
    "```",
    "",
    "| input | type | default | meaning |",
    "|---|---|---|---|",
    ...inputs.map(([name, spec]) => inputRow(name, spec)),
    "",
    ...outputs(command),
  ];
}

function inputRow(name: string, spec: SpecInput): string {
  const preset = "default" in spec ? `\`${JSON.stringify(spec.default)}\`` : "required";
  return `| \`${name}\` | ${spec.type} | ${cell(preset)} | ${cell(spec.description)} |`;
}

function outputs({ outputs, name }: Command): string[] {
  if (outputs.length === 0) return [];
  const variables = outputs.map((output) => {
    const variable = `MODWHARF_${output.name.toUpperCase().replaceAll("-", "_")}`;
    return `\`${variable}\` (${output.doc.replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase())})`;
  });
  return [`Later jobs see ${variables.join(", ")}; all of them stand in \`modwharf-${name}.json\`.`, ""];
}
