import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { actionFile, rootActionFile } from "../../scripts/generate/actions.ts";
import { capabilityTable } from "../../scripts/generate/capabilities.ts";
import type { Described } from "../../scripts/generate/main.ts";
import { referencePage } from "../../scripts/generate/reference.ts";
import { registry } from "../../src/commands/registry.ts";

const described: Described[] = [];
for (const { summary, load } of Object.values(registry)) described.push({ command: await load(), summary });
const withAction = described.filter(({ command }) => typeof command.faces.action !== "string");

describe.each(withAction)("the action of $command.name", (one) => {
  const action = parse(actionFile(one));

  test("has the command's inputs and outputs, each with what it means", () => {
    for (const spec of one.command.inputs.filter(({ notOn }) => notOn?.action === undefined)) {
      expect(action.inputs[spec.name].description).toContain(spec.doc);
      expect(action.inputs[spec.name].required).toBe(spec.required === true && spec.default === undefined);
    }
    for (const { name, doc } of one.command.outputs) expect(action.outputs[name].description).toBe(doc);
  });

  test("takes texts only as inputs, and the job's token by default", () => {
    for (const { default: preset } of Object.values<{ default?: unknown }>(action.inputs))
      expect(["string", "undefined"]).toContain(typeof preset);
    expect(action.inputs.token.default).toMatch(/^\$\{\{ github\.token \}\}$/);
  });

  test("runs an entry of its own", () => {
    const entry = `../../dist/actions/${one.command.name}`;
    expect(action.runs).toMatchObject({ using: "node24", main: `${entry}.js` });
    const face = one.command.faces.action;
    const post = typeof face !== "string" && face.post === true ? `${entry}-post.js` : undefined;
    expect(action.runs.post).toBe(post);
  });
});

describe("the root action", () => {
  const action = parse(rootActionFile(described));

  test("reaches every command with every input that the action face has", () => {
    for (const { command } of described) {
      expect(action.inputs.command.description).toContain(command.name);
      for (const spec of command.inputs.filter(({ notOn }) => notOn?.action === undefined)) {
        expect(action.inputs[spec.name].description).toContain(command.name);
        expect(action.inputs[spec.name].description).toContain(spec.doc);
      }
    }
  });

  test("has a post step as soon as one command has", () => {
    const posts = withAction.some(
      ({ command }) => (command.faces.action as { post?: boolean }).post === true,
    );
    expect(action.runs.post).toBe(posts ? "dist/actions/root-post.js" : undefined);
  });
});

test("the capability table has no empty cell", () => {
  const rows = capabilityTable(described)
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| capability"));
  expect(rows).toHaveLength(described.reduce((sum, { command }) => sum + 1 + command.inputs.length, 0));
  for (const row of rows) {
    const cells = row.split(/(?<!\\)\|/).slice(1, -1);
    expect(cells).toHaveLength(4);
    for (const cell of cells) expect(cell.trim(), row).not.toBe("");
  }
});

test("the reference names every input and output", () => {
  const page = referencePage(described);
  for (const { command } of described) {
    expect(page).toContain(`## modwharf ${command.name}\n`);
    for (const { name } of [...command.inputs, ...command.outputs]) expect(page).toContain(`| \`${name}\``);
  }
});
