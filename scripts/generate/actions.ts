import type { Command } from "../../src/commands/command.ts";
import type { InputSpec } from "../../src/commands/inputs.ts";
import type { Described } from "./main.ts";
import { yamlText } from "./yaml.ts";

const BRANDING = { icon: "package", color: "blue" } as const;

/** actions/<name>/action.yml: one command as a JavaScript action. */
export function actionFile({ command, summary }: Described): string {
  const face = command.faces.action;
  const post = typeof face !== "string" && face.post === true;
  const runs = {
    using: "node24",
    main: `../../dist/actions/${command.name}.js`,
    ...(post ? { post: `../../dist/actions/${command.name}-post.js`, "post-if": "success()" } : {}),
  };
  const permissions = command.permissions.github.join(", ") || "none";
  return yamlText(
    {
      name: `Modwharf ${command.name}`,
      description: summary,
      branding: BRANDING,
      inputs: Object.fromEntries(actionInputs(command).map((spec) => [spec.name, inputEntry(spec)])),
      outputs: outputEntries([command]),
      runs,
    },
    `Generated from src/commands by \`npm run generate\`; do not edit.\nJob permissions: ${permissions}`,
  );
}

/** The root action: any command by name, with the union of all inputs; what a command lacks it refuses. */
export function rootActionFile(described: readonly Described[]): string {
  const commands = described.map(({ command }) => command);
  const inputs: Record<string, unknown> = {
    command: { description: `What to do: ${commands.map(({ name }) => name).join(", ")}`, required: true },
  };
  for (const name of new Set(commands.flatMap((command) => actionInputs(command).map((spec) => spec.name)))) {
    const owners = commands.filter((command) => actionInputs(command).some((spec) => spec.name === name));
    const docs = new Set(owners.map((owner) => owner.inputs.find((spec) => spec.name === name)?.doc));
    const description =
      docs.size === 1
        ? [...docs][0]
        : `See ${owners.map((owner) => owner.name).join(", ")} in docs/reference.md`;
    inputs[name] = {
      description: `${description} (${owners.map((owner) => owner.name).join(", ")})`,
      required: false,
    };
  }
  return yamlText(
    {
      name: "Modwharf",
      description: "Publish, vendor, warm and gate Go modules",
      author: "Modwharf maintainers",
      branding: BRANDING,
      inputs,
      outputs: outputEntries(commands),
      runs: { using: "node24", main: "dist/actions/root.js" },
    },
    "Generated from src/commands by `npm run generate`; do not edit.",
  );
}

function actionInputs(command: Command): InputSpec[] {
  return command.inputs.filter((spec) => spec.notOn?.action === undefined);
}

function inputEntry(spec: InputSpec): Record<string, unknown> {
  const preset = spec.defaultOn?.action ?? spec.default;
  return {
    description: describeInput(spec),
    required: spec.required === true,
    ...(preset === undefined ? {} : { default: preset }),
  };
}

/** The doc line with what the platform's own schema cannot say. */
export function describeInput(spec: InputSpec): string {
  const notes = [
    spec.values === undefined ? undefined : `one of ${spec.values.join(", ")}`,
    spec.type === "list" ? "comma- or newline-separated" : undefined,
    spec.type === "boolean" ? "true or false" : undefined,
    spec.unit,
  ].filter((note) => note !== undefined);
  return notes.length === 0 ? spec.doc : `${spec.doc} (${notes.join("; ")})`;
}

function outputEntries(commands: readonly Command[]): Record<string, { description: string }> {
  const outputs = commands.flatMap((command) => command.outputs);
  return Object.fromEntries(outputs.map((output) => [output.name, { description: output.doc }]));
}
