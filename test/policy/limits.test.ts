import { describe, expect, test } from "vitest";
import { foldFindings } from "../../src/policy/fold-findings.ts";
import { readSnapshot } from "../../src/policy/snapshot.ts";
import { parseSums } from "../../src/policy/sums.ts";
import type { SourceTree } from "../../src/policy/tree.ts";
import type { Finding } from "../../src/report/report.ts";
import { goMod, judgeCase } from "./harness.ts";

const finding = (rule: string, subject: string, blocking: boolean): Finding => ({
  rule,
  subject,
  blocking,
  level: "error",
  message: subject,
});

describe("findings beyond what anybody reads", () => {
  const many = Array.from({ length: 5 }, (_, i) => finding("a", `${i}`, i < 4));

  test("become one for each rule, which blocks when one of them does", () => {
    const folded = foldFindings([...many, finding("b", "x", false)], 3);
    expect(folded.map(({ rule, message, blocking }) => [rule, message, blocking])).toEqual([
      ["a", "0", true],
      ["a", "1", true],
      ["a", "2", true],
      ["b", "x", false],
      ["a", "and 2 more findings of this rule", true],
    ]);
  });

  test("and do not block when none of them does", () => {
    expect(foldFindings(many, 4).at(-1)).toMatchObject({ blocking: false, subject: "a more" });
  });

  test("ten thousand replaced modules block with a thousand findings and one", async () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => `\texample.com/m${i} => ../m${i}`);
    const { findings, edits } = await judgeCase({
      head: { "go.mod": goMod(`replace (\n${lines.join("\n")}\n)`) },
    });
    expect(findings).toHaveLength(1001);
    expect(findings.every(({ blocking }) => blocking)).toBe(true);
    expect(edits).toHaveLength(10_000);
  });

  test("a missing go.sum is one finding, whatever it should hold", async () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => `\texample.com/m${i} v1.0.0`);
    const { findings } = await judgeCase({ head: { "go.mod": goMod(`require (\n${lines.join("\n")}\n)`) } });
    expect(findings.map(({ rule, message }) => [rule, message])).toEqual([
      ["go-sum-missing", "there is no go.sum, so 10000 modules that the build needs have no hash"],
    ]);
  });
});

describe("go.sum", () => {
  test("is given up after a hundred malformed lines", () => {
    const sums = parseSums("go.sum", Buffer.from("garbage\n".repeat(1000)));
    expect(sums.malformed).toHaveLength(100);
    expect(sums.isGivenUp).toBe(true);
  });

  test("may hold bytes of any kind and lines of any length", () => {
    const noise = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 256));
    expect(parseSums("go.sum", noise).isGivenUp).toBe(true);
    const long = parseSums("go.sum", Buffer.from(`a v1 h1:${"x".repeat(200_000)}\nb v1 h1:y\n`));
    expect(long.malformed.map(({ line }) => line)).toEqual([1]);
    expect([...long.entries.keys()]).toEqual(["b v1"]);
  });
});

test("a go.mod above the limit is named with its size, the limit and what to do", async () => {
  const tree: SourceTree = {
    label: "head",
    files: new Map([["go.mod", { mode: "regular", sizeBytes: 17 * 2 ** 20, id: "1" }]]),
    read: async () => [],
  };
  const { problems } = await readSnapshot(tree);
  expect(problems).toMatchObject([
    { kind: "go-mod", file: "go.mod", what: "is 17 MiB, more than the 16 MiB that are read" },
  ]);
  expect(problems[0]!.fix).toContain("split the module");
});
