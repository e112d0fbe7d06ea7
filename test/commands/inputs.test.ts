import { describe, expect, it } from "vitest";
import { formatInput } from "../../src/commands/common-inputs.ts";
import { type InputSpec, parseInputs, type RawInputs } from "../../src/commands/inputs.ts";

const specs = [
  { name: "repo", type: "string", default: ".", doc: "the repository" },
  { name: "to", type: "list", doc: "stores", pattern: "[a-z0-9]+:.*" },
  { name: "dry-run", type: "boolean", default: "false", doc: "write nothing" },
  { name: "concurrency", type: "number", default: "32", doc: "at once", unit: "downloads", range: [1, 64] },
  { name: "save", type: "enum", values: ["auto", "never"], default: "auto", doc: "when" },
  { name: "tag", type: "string", doc: "The tag", required: true },
  formatInput,
] as const satisfies readonly InputSpec[];

const parse = (raw: RawInputs, face: "cli" | "action" | "component" = "cli") =>
  parseInputs(specs, { tag: "v1.0.0", ...raw }, face);

describe("parseInputs", () => {
  it("fills in defaults and gives every value its type", () => {
    expect(parse({})).toEqual({
      repo: ".",
      to: [],
      "dry-run": false,
      concurrency: 32,
      save: "auto",
      tag: "v1.0.0",
      format: [],
    });
  });

  it("takes lists by comma, newline or repetition", () => {
    expect(parse({ to: ["file:a, s3:b", "x:c\n\n y:d"] }).to).toEqual(["file:a", "s3:b", "x:c", "y:d"]);
  });

  it("treats an empty value as absent, which is what CI variables give", () => {
    expect(parse({ repo: "", save: "" })).toMatchObject({ repo: ".", save: "auto" });
    expect(() => parse({ tag: "" })).toThrow(/--tag/);
  });

  it.each([
    [{ "dry-run": "yes" }, /--dry-run.*true or false.*"yes"/],
    [{ "dry-run": "TRUE" }, /true or false/],
    [{ concurrency: "-1" }, /whole number of downloads from 1 to 64/],
    [{ concurrency: "0" }, /from 1 to 64.*"0"/],
    [{ concurrency: "65" }, /from 1 to 64/],
    [{ concurrency: "1.5" }, /whole number/],
    [{ concurrency: "1e3" }, /whole number/],
    [{ save: "sometimes" }, /auto, never/],
    [{ to: "nonsense" }, /\[a-z0-9\]\+:/],
  ])("refuses %j and says what is allowed", (raw, message) => {
    expect(() => parse(raw)).toThrow(message);
  });

  it.each([
    [{ save: "nevr" }, /Fix: did you mean never\?$/],
    [{ format: "sarif" }, /--format.*: expected FORMAT=FILE, such as sarif=report\.sarif, got "sarif"\./],
    [{ format: "sraif=x" }, /Fix: correct --format \(also write the report as FORMAT into FILE: text, .*\)$/],
    [{ tag: "" }, /expected the tag\. Fix: give --tag VALUE$/],
  ])("says of %j how it is written", (raw, message) => {
    expect(() => parse(raw)).toThrow(message);
  });

  it("names the input as the user of that face wrote it", () => {
    expect(() => parse({ "dry-run": "1" }, "action")).toThrow(/input dry-run/);
  });
});
