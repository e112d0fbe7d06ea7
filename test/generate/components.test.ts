import { describe, expect, test } from "vitest";
import { parseArguments } from "../../src/main/arguments.ts";
import { GitlabRefusal, includeFile, inputSpecsOf, interpolate } from "../support/gitlab-include.ts";
import { lintPipeline } from "../support/gitlab-lint.ts";
import { components, requiredInputs } from "./component-samples.ts";

const all = await components();

/** Texts that YAML, the shell or GitLab would take for something else. */
const AWKWARD = [
  "true",
  "no",
  "1.0",
  "a: b",
  "- x",
  "# y",
  "{x}",
  "[x]",
  '"',
  "$(id)",
  "`id`",
  "x; id",
  "&a",
  "%",
];

describe.each(all)("the component $name", (component) => {
  const { file, inputs, command } = component;
  const required = requiredInputs(component);
  const jobOf = (given: Record<string, unknown>) => {
    const pipeline = includeFile(file, { ...required, ...given });
    return pipeline[String(given["job-name"] ?? inputs["job-name"]!.default)]!;
  };

  test("is a pipeline with its defaults, and passes the lint", () => {
    const pipeline = includeFile(file, required);
    expect(lintPipeline(pipeline)).toEqual([]);
    expect(Object.keys(pipeline)).toContain(`modwharf-${command.name}`);
  });

  test("has what every component has", () => {
    const job = jobOf({
      stage: "x y",
      "job-name": "a: b",
      image: "img:1",
      tags: ["t1"],
      command: "modwharf",
    });
    expect(job).toMatchObject({ stage: "x y", image: "img:1", tags: ["t1"], variables: { GIT_DEPTH: "0" } });
    expect(job.script[0]).toMatch(new RegExp(`^modwharf ${command.name}( |$)`));
    expect(jobOf({ rules: [{ when: "manual" }] }).rules).toEqual([{ when: "manual" }]);
  });

  test("keeps any text a text of one variable, out of the script", () => {
    const { script } = jobOf({});
    const texts = Object.entries(inputs).filter(
      ([name, spec]) =>
        spec.type === "string" && spec.options === undefined && command.inputs.some((i) => i.name === name),
    );
    for (const [name, spec] of texts) {
      const variable = `MODWHARF_INPUT_${name.toUpperCase().replaceAll("-", "_")}`;
      for (const text of AWKWARD.filter(
        (each) => spec.regex === undefined || new RegExp(spec.regex).test(each),
      )) {
        const job = jobOf({ [name]: text });
        expect(job.variables[variable]).toBe(text);
        expect(job.script).toEqual(script);
      }
    }
  });

  test("refuses texts that would end their quotes, where it demands or presets one", () => {
    const guarded = Object.entries(inputs).filter(([, spec]) => spec.regex !== undefined);
    expect(guarded.length).toBeGreaterThan(3);
    for (const [name] of guarded) {
      for (const text of ["x'\nevil:\n  script: id", "'", "a\nb", "a\r"]) {
        expect(() => includeFile(file, { ...required, [name]: text }), name).toThrow(GitlabRefusal);
      }
    }
  });

  test("refuses values of another type", () => {
    for (const [name, { type }] of Object.entries(inputs)) {
      const wrong = type === "string" ? true : type === "array" ? "x" : "1";
      expect(() => interpolate(file, { ...required, [name]: wrong }), name).toThrow(/is not a/);
    }
  });

  test("says in GitLab's header what the table says", () => {
    const specs = inputSpecsOf(file);
    for (const spec of command.inputs.filter((each) => each.notOn?.component === undefined)) {
      expect(specs[spec.name]?.description).toContain(spec.doc);
      if (spec.required) expect(specs[spec.name]).not.toHaveProperty("default");
    }
  });

  test("calls the tool with arguments that it takes", () => {
    const job = jobOf({ command: "modwharf" });
    const words = shellWords(job.script[0], job.variables);
    expect(words.slice(0, 2)).toEqual(["modwharf", command.name]);
    const { raw } = parseArguments(command, "", words.slice(2));
    for (const [name, value] of Object.entries(required)) expect([raw[name]].flat()).toContain(String(value));
  });
});

/** The words that a POSIX shell makes of a line with double quotes and variables only. */
function shellWords(line: string, variables: Record<string, string>): string[] {
  return line.split(" ").map((word) => {
    expect(word).toMatch(/^([\w=.:/@-]|"\$[A-Z_]+")+$/);
    return word.replace(/"\$([A-Z_]+)"/g, (_, name: string) => variables[name]!);
  });
}

test("every template states the version that it starts", async () => {
  for (const { file } of await components("9.8.7")) {
    expect(file).toContain("modwharf@9.8.7");
    expect(file).not.toContain("component.version");
  }
});
