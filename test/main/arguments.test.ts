import { describe, expect, it } from "vitest";
import type { Command } from "../../src/commands/command.ts";
import { HelpShown, parseArguments } from "../../src/main/arguments.ts";

const command: Command = {
  name: "sample",
  description: "\nA sample that is told in\ntwo lines.\n\nAnd one more.",
  inputs: [
    { name: "what", type: "enum", values: ["a", "b"], positional: 0, required: true, doc: "which" },
    { name: "files", type: "list", positional: 1, doc: "files" },
    { name: "to", type: "list", doc: "stores" },
    { name: "at-once", type: "number", default: "8", range: [1, 64], doc: "modules at once" },
    { name: "store", type: "string", required: true, doc: "store" },
    { name: "dry-run", type: "boolean", default: "false", doc: "write nothing" },
    { name: "output", type: "string", short: "o", placeholder: "FILE", doc: "file" },
  ],
  outputs: [],
  permissions: { github: [], gitlab: [] },
  examples: ["modwharf sample a x.txt"],
  faces: { action: "a test", component: "a test" },
  run: () => Promise.reject(new Error("not run")),
};
const parse = (...args: string[]) => parseArguments(command, "Try it", args);

describe("parseArguments", () => {
  it("takes positionals, repeated lists, short options and switches", () => {
    expect(parse("a", "x", "y", "--to", "f:1", "--to=f:2", "-o", "out", "--dry-run", "--json")).toEqual({
      raw: { what: "a", files: ["x", "y"], to: ["f:1", "f:2"], output: "out", "dry-run": "true" },
      json: true,
      quiet: false,
    });
  });

  it("lets a boolean never eat the next word", () => {
    expect(parse("--dry-run", "a").raw).toMatchObject({ what: "a", "dry-run": "true" });
    expect(parse("a", "--dry-run=false").raw).toMatchObject({ "dry-run": "false" });
  });

  it("passes an odd boolean on to be refused by the table's rules", () => {
    expect(parse("a", "--dry-run=yes").raw).toMatchObject({ "dry-run": "yes" });
  });

  it.each([
    [["a", "--dry-run", "true"], /got --dry-run true\. Fix: write --dry-run=true$/],
    [["a", "--dry-run", "false", "x"], /got --dry-run false\. Fix: write --dry-run=false$/],
    [["a", "--no-dry-run"], /--no-dry-run.*Fix: write --dry-run=false$/],
    [["a", "--json", "true"], /Fix: write --json$/],
    [["a", "--quiet", "false"], /Fix: leave --quiet out$/],
  ])("tells of %j how a switch is written", (args, message) => {
    expect(() => parse(...args)).toThrow(message);
  });

  it("refuses an option that is given twice, unless it is a list", () => {
    expect(() => parse("a", "--store", "x", "--store=y")).toThrow(/--store\).*got "x" and "y"/);
  });

  it("names the words that nothing takes", () => {
    const one = { ...command, inputs: command.inputs.filter(({ name }) => name !== "files") };
    expect(() => parseArguments(one, "Try it", ["a", "--dry-run", "maybe", "more"])).toThrow(
      /too many \("maybe" "more"\)/,
    );
  });

  it("takes true as a file where no switch stands before it", () => {
    expect(parse("a", "true", "--dry-run").raw).toMatchObject({ files: ["true"], "dry-run": "true" });
    expect(parse("a", "--", "--dry-run", "true").raw).toMatchObject({ files: ["--dry-run", "true"] });
  });

  it.each([
    [["a", "--nope"], /--nope/],
    [[], /WHAT/],
    [["a", "--output"], /output/],
  ])("refuses %j as usage, naming the help", (args, message) => {
    expect(() => parse(...args)).toThrow(message);
    expect(() => parse(...args)).toThrow(expect.objectContaining({ code: "USAGE", exitCode: 2 }));
  });

  it("shows help with every input, example and exit code", () => {
    const help = (() => {
      try {
        parse("--help");
      } catch (error) {
        if (error instanceof HelpShown) return error.text;
      }
      return "";
    })();
    for (const text of [
      "WHAT",
      "one of a, b",
      "A sample that is told in two lines.\n\nAnd one more.",
      "--at-once <N>",
      "modules at once (1 to 64; default 8)",
      "store (required)",
      "--dry-run",
      "-o, --output <FILE>",
      "modwharf sample a x.txt",
      "4 integrity",
    ]) {
      expect(help).toContain(text);
    }
  });
});
