import type { Command } from "../../src/commands/command.ts";
import type { Face, InputSpec } from "../../src/commands/inputs.ts";
import type { Described } from "./main.ts";
import { yamlText } from "./yaml.ts";

const BRANDING = { icon: "package", color: "blue" } as const;
const AUTHOR = "Modwharf maintainers";

/** The job's own token, for the tool's calls of GitHub's API; what it may do is up to `permissions:`. */
const TOKEN = {
  token: {
    description: "Token for GitHub's API: releases, comments, the merge base of a pull request",
    required: false,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's
    default: "${{ github.token }}",
  },
};

/** actions/<name>/action.yml: one command as a JavaScript action. */
export function actionFile({ command, summary }: Described): string {
  const permissions = command.permissions.github.join(", ") || "none";
  return yamlText(
    {
      name: `Modwharf ${command.name}`,
      description: summary,
      author: AUTHOR,
      branding: BRANDING,
      inputs: {
        ...Object.fromEntries(actionInputs(command).map((spec) => [spec.name, inputEntry(spec)])),
        ...TOKEN,
      },
      outputs: Object.fromEntries(
        command.outputs.map((output) => [output.name, { description: output.doc }]),
      ),
      runs: runs(`../../dist/actions/${command.name}`, hasPost(command)),
    },
    `Generated from src/commands by \`npm run generate\`; do not edit.\nJob permissions: ${permissions}`,
  );
}

/** The root action: any command by name, with the union of all inputs; what a command lacks it refuses. */
export function rootActionFile(described: readonly Described[]): string {
  const commands = described.map(({ command }) => command);
  const inputs = union(commands, (command) =>
    actionInputs(command).map((spec) => [spec.name, describeInput(spec, "action")]),
  );
  const outputs = union(commands, (command) => command.outputs.map((output) => [output.name, output.doc]));
  return yamlText(
    {
      name: "Modwharf",
      description: "Publish, vendor, warm and gate Go modules",
      author: AUTHOR,
      branding: BRANDING,
      inputs: {
        command: {
          description: `What to do: ${commands.map(({ name }) => name).join(", ")}`,
          required: true,
        },
        ...Object.fromEntries(
          inputs.map(([name, description]) => [name, { description, required: false }] as const),
        ),
        ...TOKEN,
      },
      outputs: Object.fromEntries(outputs.map(([name, description]) => [name, { description }] as const)),
      runs: runs("dist/actions/root", commands.some(hasPost)),
    },
    "Generated from src/commands by `npm run generate`; do not edit.",
  );
}

function runs(entry: string, post: boolean): Record<string, string> {
  return {
    using: "node24",
    main: `${entry}.js`,
    ...(post ? { post: `${entry}-post.js`, "post-if": "success()" } : {}),
  };
}

function hasPost({ faces }: Command): boolean {
  return typeof faces.action !== "string" && faces.action.post === true;
}

/** Named texts of several commands; each text is followed by the commands that it is true of. */
function union(
  commands: readonly Command[],
  entriesOf: (command: Command) => readonly (readonly [string, string])[],
): [string, string][] {
  const texts = new Map<string, Map<string, string[]>>();
  for (const command of commands) {
    for (const [name, text] of entriesOf(command)) {
      const owners = texts.get(name) ?? new Map<string, string[]>();
      owners.set(text, [...(owners.get(text) ?? []), command.name]);
      texts.set(name, owners);
    }
  }
  return [...texts].map(([name, owners]) => [
    name,
    [...owners].map(([text, names]) => `${names.join(", ")}: ${text}`).join("\n"),
  ]);
}

function actionInputs(command: Command): InputSpec[] {
  return command.inputs.filter((spec) => spec.notOn?.action === undefined);
}

function inputEntry(spec: InputSpec): Record<string, unknown> {
  const preset = spec.defaultOn?.action ?? spec.default;
  return {
    description: describeInput(spec, "action"),
    required: spec.required === true && preset === undefined,
    ...(preset === undefined ? {} : { default: preset }),
  };
}

/** The doc line with what the face's own schema cannot say. */
export function describeInput(spec: InputSpec, face: Face): string {
  const notes = [
    spec.values === undefined ? undefined : `one of ${spec.values.join(", ")}`,
    // GitLab puts the value into a line of YAML, which would fold a line end.
    spec.type === "list"
      ? face === "component"
        ? "comma-separated"
        : "comma- or newline-separated"
      : undefined,
    spec.type === "boolean" && face !== "component" ? "true or false" : undefined,
    spec.range === undefined ? spec.unit : `${spec.range.join(" to ")} ${spec.unit ?? ""}`.trimEnd(),
  ].filter((note) => note !== undefined);
  return notes.length === 0 ? spec.doc : `${spec.doc} (${notes.join("; ")})`;
}
