import { type SpecInput, specInputs } from "../../scripts/generate/component-inputs.ts";
import { componentFile } from "../../scripts/generate/components.ts";
import type { Command } from "../../src/commands/command.ts";
import { registry } from "../../src/commands/registry.ts";

export interface Component {
  name: string;
  command: Command;
  /** The template's text. */
  file: string;
  inputs: Record<string, SpecInput>;
}

/** Every component as the generator makes it. */
export async function components(version = "1.2.3"): Promise<Component[]> {
  const found: Component[] = [];
  for (const [name, { summary, load }] of Object.entries(registry)) {
    const command = await load();
    if (typeof command.faces.component === "string") continue;
    const file = componentFile({ command, summary }, version);
    found.push({ name, command, file, inputs: specInputs(command, version) });
  }
  return found;
}

/** A value for each input that has to be given. */
export function requiredInputs({ inputs }: Component): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(inputs)
      .filter(([, spec]) => !("default" in spec))
      .map(([name, spec]) => [name, valueFor(spec)]),
  );
}

function valueFor({ type, options }: SpecInput): unknown {
  return { string: options?.[0] ?? "file:./registry", number: 1, boolean: true, array: [] }[type];
}
