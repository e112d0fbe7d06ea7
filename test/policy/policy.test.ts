import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Ajv2020 as Ajv } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ModwharfError } from "../../src/base/errors.ts";
import { loadPolicy } from "../../src/policy/load-policy.ts";
import type { Policy } from "../../src/policy/policy.ts";
import { metadataSchema, policySchema } from "../../src/policy/policy-schema.ts";
import { allRules } from "../../src/policy/registry.ts";
import { rulesPage } from "../../src/policy/rules-page.ts";
import { checkSchema } from "../../src/policy/schema-check.ts";
import { type Files, goMod, judgeCase } from "./harness.ts";

const fileOf = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");

function load(text: string, others: Record<string, string> = {}): Promise<Policy> {
  const read = async (from: string) => ({ file: from, bytes: Buffer.from(others[from] ?? "") });
  return loadPolicy({ file: "modwharf.yaml", text }, { rules: allRules, read });
}

async function failure(text: string, others?: Record<string, string>): Promise<ModwharfError> {
  const error: unknown = await load(text, others).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ModwharfError);
  return error as ModwharfError;
}

describe("a policy file that cannot be used", () => {
  test.each<[string, string, RegExp]>([
    [
      "an unknown key",
      "presett: strict",
      /modwharf\.yaml:1:1\): .*unknown key "presett".*did you mean preset\?/,
    ],
    [
      "an unknown key within",
      "go:\n  maximun: '1.25'",
      /modwharf\.yaml:2:3.*"maximun" in go.*did you mean maximum\?/,
    ],
    ["an unknown rule", "rules:\n  replace-locl: off", /:2:3.*did you mean replace-local\?/],
    [
      "an unknown rule of a waiver",
      "waivers:\n  - { rule: replac-local, reason: r, owner: o, expires: '2027-01-01' }",
      /:2:13.*did you mean replace-local\?/,
    ],
    [
      "a wrong level",
      "rules:\n  replace-local: warn",
      /:2:18.*expected one of error, warning, note, off.*did you mean|:2:18/,
    ],
    [
      "a waiver without owner",
      "waivers:\n  - { rule: replace-local, reason: r, expires: '2027-01-01' }",
      /waivers\[0\] has no owner/,
    ],
    [
      "a waiver without reason",
      "waivers:\n  - { rule: replace-local, owner: o, reason: '', expires: '2027-01-01' }",
      /:2:46.*some text.*reason/,
    ],
    [
      "a wrong date",
      "waivers:\n  - { rule: replace-local, owner: o, reason: r, expires: soon }",
      /the form 2027-01-31/,
    ],
    ["a wrong type", "dependencies: { deny: example.com/a }", /:1:23.*a list, got dependencies.deny is text/],
    [
      "a number for a go version",
      "go: { maximum: 1.25 }",
      /expected text, got go.maximum is a number. Fix: put it in quotes/,
    ],
    [
      "a malformed range",
      "dependencies: { deny: [{ module: a.b/c, versions: '<1.y', reason: r }] }",
      /:1:51.*no version range/,
    ],
    [
      "a day that no calendar has",
      "waivers:\n  - { rule: replace-local, owner: o, reason: r, expires: '2027-02-31' }",
      /:2:\d+.*no calendar has the day 2027-02-31/,
    ],
    [
      "a wildcard of other tools in a path",
      "rules: { replace-local: { paths: { '{a,b}/**': off } } }",
      /\{a,b\}.*no wildcard here.*an entry of its own/,
    ],
    [
      "a wildcard of other tools in a module",
      "dependencies: { deny: [{ module: 'example.com/[ab]', reason: r }] }",
      /:1:34.*no wildcard here/,
    ],
    [
      "bounds that exclude one another",
      "go: { minimum: '1.26', maximum: '1.25' }",
      /1\.26 is above go\.maximum 1\.25/,
    ],
    [
      "a licence in small letters",
      "licences: { allow: [mit] }",
      /"mit" is no SPDX identifier.*did you mean MIT\?/,
    ],
    [
      "a choice among the allowed licences",
      "licences: { allow: [MIT OR ISC] }",
      /:1:21.*"MIT OR ISC" is more than one licence.*each licence as an entry of its own/,
    ],
    [
      "a licence of an exception",
      "licences: { exceptions: [{ module: a.b/c, licence: Free }] }",
      /:1:52.*"Free" is no SPDX identifier/,
    ],
    [
      "a level without near word",
      "rules: { replace-local: 3 }",
      /text or a mapping.*Fix: correct modwharf.yaml, line 1/,
    ],
    ["a broken file", "rules: [", /modwharf\.yaml:1:\d+\).*not valid YAML/],
    ["a duplicate key", "preset: strict\npreset: library", /:2:1.*not valid YAML/],
    ["a list of aliases", `a: &a [x]\nb: [${"*a,".repeat(500)}]`, /not usable YAML|unknown key/],
    [
      "an alias bomb",
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefghi"].map((c, i) => `${c}: &${c} [${`*${"abcdefghi"[i]},`.repeat(9)}]`).join("\n")}`,
      /not usable YAML/,
    ],
    ["deep nesting", "[".repeat(100_000), /nested too deeply/],
    ["deep indentation", `${" ".repeat(300)}a: b`, /nested too deeply/],
    [
      "a module pattern of a hundred thousand wildcards",
      `dependencies: { deny: [{ module: '${"*a".repeat(50_000)}', reason: r }] }`,
      /:1:34.*at most 1000 characters, got .*module is 100000 characters long/,
    ],
    [
      "a path pattern of the kind, as a key",
      `rules:\n  replace-local:\n    paths:\n      ? '${"**/".repeat(400)}'\n      : off`,
      /:5:9.*at most 1000 characters, got a pattern is 1200 characters long/,
    ],
    [
      "a version range of a hundred thousand alternatives",
      `dependencies: { deny: [{ module: a.b/c, versions: '${">=v1.0.0 || ".repeat(70_000)}v1.0.0', reason: r }] }`,
      /:1:51.*at most 1000 characters, got .*versions is 840006 characters long/,
    ],
    ["a huge file", `# ${"x".repeat(2_000_000)}`, /too large/],
  ])("%s", async (_name, text, message) => {
    const error = await failure(text);
    expect(error.code).toBe("POLICY_INVALID");
    expect(error.message).toMatch(message);
    expect(error.message.length).toBeLessThan(2000);
  });
});

describe("extends", () => {
  const parent = "rules: { replace-local: note }\nlicences: { allow: [MIT] }\n";
  const sha256 = createHash("sha256").update(parent).digest("hex");
  const child = `extends: { from: org.yaml, sha256: ${sha256} }\n`;

  test("adds to the pinned file; what is nearer wins", async () => {
    const policy = await load(`${child}rules: { replace-local: warning }\nlicences: { allow: [ISC] }`, {
      "org.yaml": parent,
    });
    expect(policy.levels.map((setting) => setting.level)).toEqual(["note", "warning"]);
    expect(policy.licences.allow).toEqual(["MIT", "ISC"]);
  });

  test("a changed file is an integrity error with both hashes", async () => {
    const error = await failure(child, { "org.yaml": `${parent}#` });
    expect(error.code).toBe("HASH_MISMATCH");
    expect(error.exitCode).toBe(4);
    expect(error.message).toContain(sha256);
  });
});

describe("levels and waivers", () => {
  const scene = {
    head: {
      "go.mod": goMod("exclude example.com/a v1.0.0"),
      "tools/go.mod": goMod("exclude example.com/a v1.0.0", "example.com/m/tools"),
    },
  };
  const outcome = async (policy: string, today = "2026-06-01") =>
    (await judgeCase({ ...scene, policy, today })).findings
      .filter((finding) => finding.rule === "exclude-directive")
      .map(
        (finding) => `${finding.file} ${finding.level} ${finding.status}${finding.blocking ? " blocks" : ""}`,
      );

  test("the last setting that fits the path wins", async () => {
    expect(
      await outcome("rules: { exclude-directive: { level: error, paths: { 'tools/**': off } } }"),
    ).toEqual(["go.mod error new blocks"]);
  });

  test("a preset is where levels start", async () => {
    expect(
      await outcome("preset: library\nrules: { exclude-directive: { paths: { 'tools/**': note } } }"),
    ).toEqual(["go.mod error new blocks", "tools/go.mod note new"]);
  });

  const waiver =
    "preset: library\nwaivers: [{ rule: exclude-directive, subject: 'example.com/a@*', reason: needed, owner: me, expires: '2026-06-01' }]";

  test("a waiver counts until its last day", async () => {
    expect(await outcome(waiver)).toEqual(["go.mod error waived", "tools/go.mod error waived"]);
  });

  test("an expired waiver blocks and says so, also for what is at the base by now", async () => {
    const { findings } = await judgeCase({ ...scene, base: scene.head, policy: waiver, today: "2026-06-02" });
    const own = findings.filter((finding) => finding.rule === "exclude-directive");
    expect(own.map((finding) => finding.blocking)).toEqual([true, true]);
    expect(own[0]!.message).toContain("its waiver expired on 2026-06-01");
    expect(own[0]!.detail).toContain("by me: needed");
  });
});

describe("the published schemas", () => {
  const schema = policySchema(allRules);
  const validate = new Ajv({ strict: false }).compile(schema);

  test("are those that the gate checks by", () => {
    expect(JSON.parse(fileOf("schema/modwharf.schema.json"))).toEqual(
      JSON.parse(JSON.stringify(policySchema(allRules))),
    );
    expect(JSON.parse(fileOf("schema/module.schema.json"))).toEqual(
      JSON.parse(JSON.stringify(metadataSchema)),
    );
  });

  test("the rules page is current", () => {
    expect(fileOf("docs/rules.md")).toBe(rulesPage(allRules));
  });

  test.each([
    "preset: strict",
    "preset: other",
    "go: { minimum: '1.21', toolchain: forbid }",
    "go: { minimum: 1.21 }",
    "waivers: [{ rule: a, reason: b, owner: c, expires: '2026-13-01' }]",
    "waivers: [{ rule: a, reason: b, owner: c, expires: '2026-12-01' }]",
    "rules: { replace-local: { level: error, paths: { a: off } } }",
    "rules: { replace-local: { levels: error } }",
    "rules: { replace-local: [error] }",
    "dependencies: { allow: [a], deny: [{ module: a }] }",
    "dependencies: { allow: a }",
    "metadata: { required: [owner] }",
    "metadata: { required: [name] }",
    "extends: { from: a, sha256: b }",
    "other: 1",
  ])("our checker and ajv agree on %s", (text) => {
    const value: unknown = parse(text);
    expect(checkSchema(value, schema).length === 0).toBe(validate(value));
  });
});

describe("a change of the policy that it is judged by", () => {
  const noted = async (base: Files, head: Files, policy?: string) => {
    const { findings } = await judgeCase({ base, head, ...(policy === undefined ? {} : { policy }) });
    return findings.filter(({ rule }) => rule === "policy-changed").map(({ message }) => message);
  };
  const module = { "go.mod": goMod() };

  test("is told when it takes the policy away, or brings one that switches rules off", async () => {
    const strict = { ...module, "modwharf.yaml": "preset: strict" };
    expect(await noted(strict, module)).toEqual(["modwharf.yaml is removed by this change"]);
    expect(await noted(module, strict, "preset: strict")).toEqual(["modwharf.yaml is added by this change"]);
  });

  test("is told where no module is left, too", async () => {
    expect(await noted({ "modwharf.yml": "preset: strict" }, { "README.md": "x" })).toEqual([
      "modwharf.yml is removed by this change",
    ]);
  });
});

test("thousands of waivers and levels by path are held against tens of thousands of findings in seconds", async () => {
  const lines = Array.from({ length: 30_000 }, (_, i) => `\texample.com/m${i} => ../m${i}`);
  const waivers = Array.from({ length: 5000 }, (_, i) => {
    return `- {rule: replace-local, reason: r, owner: o, expires: "2030-01-01", paths: ["**/*g*o*.*m*${i}"]}`;
  });
  const paths = Array.from({ length: 5000 }, (_, i) => `      "**/*m*o*d${i}": off`);
  const policy = `waivers:\n${waivers.join("\n")}\nrules:\n  replace-local:\n    paths:\n${paths.join("\n")}\n`;
  const { findings } = await judgeCase({
    head: { "go.mod": goMod(`replace (\n${lines.join("\n")}\n)`) },
    policy,
  });
  expect(findings.filter(({ rule, blocking }) => rule === "replace-local" && blocking)).toHaveLength(1001);
});
