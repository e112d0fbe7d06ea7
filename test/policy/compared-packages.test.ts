import { describe, expect, test } from "vitest";
import { choosePackages, maxChanges, maxPackageBytes } from "../../src/policy/compared-packages.ts";
import type { SourceTree } from "../../src/policy/tree.ts";
import { type Files, goMod, judgeTrees, memoryTree } from "./harness.ts";

/** The files, said to be so large. */
function weighing(files: Files, sizeBytes: number): SourceTree & { asked: string[] } {
  const tree = memoryTree(files);
  const asked: string[] = [];
  const sized = [...tree.files].map(([path, file]) => [path, { ...file, sizeBytes }] as const);
  return {
    ...tree,
    files: new Map(
      sized.map(([path, file]) => (path.endsWith(".go") ? [path, file] : [path, tree.files.get(path)!])),
    ),
    read: (paths) => {
      asked.push(...paths);
      return tree.read(paths);
    },
    asked,
  };
}

describe("packages beyond what is compared", () => {
  const base = {
    "go.mod": goMod(),
    "a/a.go": "package a\n\nfunc A() {}\n",
    "a/b.go": "package a\n\nfunc B() {}\n",
  };
  const released = { published: { "example.com/m": ["v1.0.0"] } };
  const judged = async (head: Files, sizeBytes: number) => {
    const trees = { base: weighing(base, sizeBytes), head: weighing(head, sizeBytes) };
    const { findings, unchecked } = await judgeTrees(trees, released);
    const reasons = new Set(
      unchecked.filter(({ reason }) => /too large/.test(reason)).map(({ reason }) => reason),
    );
    const rules = new Set(unchecked.filter(({ reason }) => reasons.has(reason)).map(({ rule }) => rule));
    const removed = findings.filter(({ rule }) => rule === "exported-removed").map(({ subject }) => subject);
    return { removed, reasons: [...reasons], rules: [...rules] };
  };
  const emptied = { ...base, "a/a.go": "package a\n" };

  test("are those whose files are too large together, and told to the rules that compare", async () => {
    expect((await judged(emptied, maxPackageBytes / 2)).removed).toEqual(["example.com/m/a.A"]);
    const { removed, reasons, rules } = await judged(emptied, maxPackageBytes / 2 + 1);
    expect(removed).toEqual([]);
    expect(reasons).toEqual([
      expect.stringMatching(/^package example\.com\/m\/a is too large: 33 MiB of Go files/),
    ]);
    expect(rules).toContain("exported-removed");
    expect(rules).not.toContain("require-missing");
  });

  test("are told once when one file alone is too large", async () => {
    const { reasons } = await judged(emptied, maxPackageBytes + 1);
    expect(reasons.map((reason) => reason.split(" ")[0])).toEqual(["a/a.go", "a/b.go", "a/a.go"]);
  });

  test("are the last ones of a change that is too large as a whole", () => {
    const budget = { leftBytes: 100, leftChanges: 10 };
    const weighed = (dir: string, older: number, newer: number) => ({
      dir,
      bytes: [older, newer] as const,
      isTold: false,
    });
    const first = choosePackages(
      "example.com/m",
      [weighed("a", 30, 30), weighed("b", 30, 30), weighed("c", 0, 40)],
      budget,
    );
    expect([...first.compared]).toEqual(["a", "c"]);
    expect(first.left).toEqual([
      expect.stringMatching(/^the change is too large for a package example\.com\/m\/b: /),
    ]);
    const second = choosePackages("example.com/n", [weighed("", 1, 0), weighed("z", 0, 1)], budget);
    expect(second.left).toEqual([expect.stringContaining("for 2 packages, the first being example.com/n: ")]);
  });
});

test("enough differences end the comparison, and the packages behind them are told", async () => {
  const names = Array.from({ length: maxChanges / 2 }, (_, i) => `func F${i}() {}`).join("\n");
  const base = { "go.mod": goMod(), "a/a.go": `package a\n${names}\n`, "b/b.go": `package b\n${names}\n` };
  const trees = { base: { ...base, "c/c.go": "package c\n\nfunc C() {}\n" }, head: { "go.mod": goMod() } };
  for (const dir of ["a", "b", "c"]) Object.assign(trees.head, { [`${dir}/${dir}.go`]: `package ${dir}\n` });
  const { findings, unchecked } = await judgeTrees(
    { base: memoryTree(trees.base), head: memoryTree(trees.head) },
    { published: { "example.com/m": ["v1.0.0"] } },
  );
  expect(findings.filter(({ rule }) => rule === "exported-removed")).toHaveLength(1001);
  expect(unchecked).toContainEqual({
    rule: "exported-removed",
    reason: "100000 exported names differ, so no more were looked for in a package example.com/m/c",
  });
});

test("the source of many packages is read in parts, each file once", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [
      `p${i}/a.go`,
      `package p\n\nimport _ "example.com/x${i}"\n\nfunc F() {}\n`,
    ]),
  );
  const tree = (text: string) => {
    const trees = weighing({ ...files, "go.mod": goMod(), "p7/b.go": text }, 3 * 2 ** 20);
    const parts: number[] = [];
    return {
      ...trees,
      parts,
      read: (paths: readonly string[]) => {
        parts.push(paths.length);
        return trees.read(paths);
      },
    };
  };
  const [base, head] = [tree("package p\n\nfunc G() {}\n"), tree("package p\n")];
  const { findings } = await judgeTrees({ base, head }, { published: { "example.com/m": ["v1.0.0"] } });
  expect(findings.filter(({ rule }) => rule === "exported-removed")).toHaveLength(1);
  expect(findings.filter(({ rule }) => rule === "require-missing")).toHaveLength(40);
  // The go.mod, 41 files of 3 MiB for imports, and the one package that differs.
  expect(Math.max(...head.parts)).toBeLessThan(8);
  expect(head.asked.length).toBe(1 + 41 + 2);
});
