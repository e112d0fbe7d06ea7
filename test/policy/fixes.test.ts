import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { applyEdits } from "../../src/policy/apply-edits.ts";
import { rewriteEdits } from "../../src/policy/import-rewrites.ts";
import { allRules } from "../../src/policy/registry.ts";
import { fixCases } from "./cases/fix-cases.ts";
import { type Files, goMod, judgeCase } from "./harness.ts";

const scratch = mkdtempSync(join(tmpdir(), "modwharf-fixes-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** The files of a case after its fixes were applied to a checkout. */
async function applied(files: Files, edits: Parameters<typeof applyEdits>[1]) {
  const root = mkdtempSync(join(scratch, "checkout-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const done = await applyEdits(root, edits);
  const read = (path: string) => readFileSync(join(root, path), "utf8");
  return { done, files: Object.fromEntries(Object.keys(files).map((path) => [path, read(path)])) };
}

describe.each(fixCases)("the fix of $rule: $name", ({ rule, scene, fixed }) => {
  const ownEdits = async (head: Files) => {
    const policy = `${scene.policy ?? ""}\nrules: { ${allRules
      .filter(({ id }) => id !== rule)
      .map(({ id }) => `${id}: off`)
      .join(", ")} }`;
    return judgeCase({ ...scene, head, policy });
  };

  test("changes nothing but what it must", async () => {
    const { edits } = await ownEdits(scene.head);
    const { files, done } = await applied(scene.head, edits);
    expect(done.length).toBeGreaterThan(0);
    expect(files).toEqual({ ...scene.head, ...fixed });
  });

  test("leaves a file that the rule is silent on, and is done only once", async () => {
    const { edits } = await ownEdits(scene.head);
    const once = await applied(scene.head, edits);
    const { findings } = await ownEdits(once.files);
    expect(findings).toEqual([]);
    const twice = await applied(once.files, edits);
    expect(twice).toEqual({ done: [], files: once.files });
  });
});

test("every rule that offers a fix is among the cases", async () => {
  const sources = allRules.filter(({ id }) =>
    /\bedits: \[|goLineEdit\(/.test(
      readFileSync(new URL(`../../src/policy/rules/${id}.ts`, import.meta.url), "utf8"),
    ),
  );
  expect([...new Set(fixCases.map(({ rule }) => rule))].sort()).toEqual(sources.map(({ id }) => id));
});

test("a go line is not moved over 1.17, where go.mod has another form", async () => {
  const head = { "go.mod": goMod("require example.com/a v1.0.0", "example.com/m", "1.16") };
  const { findings, edits } = await judgeCase({ head, policy: 'go: { minimum: "1.21" }' });
  expect(findings.map(({ rule }) => rule)).toContain("go-directive-below-policy");
  expect(edits).toEqual([]);
});

test("a file that is not checked out is an error that says so", async () => {
  const edit = { file: "gone/go.mod", what: "x", apply: () => "" };
  await expect(applyEdits(scratch, [edit])).rejects.toMatchObject({
    code: "FILE_UNREADABLE",
    subject: "gone/go.mod",
  });
});

test("imports that share a line are all rewritten, and a file that is shorter by now stays as it is", () => {
  const rewrites = ["a", "b"].map((name) => ({
    file: "m.go",
    line: 2,
    from: `example.com/m/v1/${name}`,
    to: `example.com/m/${name}`,
  }));
  const [edit] = rewriteEdits(rewrites);
  expect(edit!.apply('package m\nimport ("example.com/m/v1/a"; `example.com/m/v1/b`)\n')).toBe(
    'package m\nimport ("example.com/m/a"; `example.com/m/b`)\n',
  );
  expect(edit!.apply("package m")).toBeUndefined();
});
