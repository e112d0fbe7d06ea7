import { describe, expect, test } from "vitest";
import { foldFindings } from "../../src/policy/fold-findings.ts";
import type { Judgement } from "../../src/policy/judge.ts";
import { readSnapshot } from "../../src/policy/snapshot.ts";
import { parseSums } from "../../src/policy/sums.ts";
import type { SourceTree } from "../../src/policy/tree.ts";
import type { Finding } from "../../src/report/report.ts";
import { type Files, goMod, judgeCase, judgeTrees, memoryTree } from "./harness.ts";

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

test("a module.yaml that is a symlink or too large is told, not passed over", async () => {
  const { findings } = await judgeCase({ head: { "go.mod": goMod(), "module.yaml": "-> ../x.yaml" } });
  expect(findings).toMatchObject([{ rule: "module-metadata", file: "module.yaml", blocking: true }]);
  const large = await judgeCase({ head: { "go.mod": goMod(), "module.yaml": `# ${"x".repeat(2 ** 20)}` } });
  expect(large.findings.map(({ message }) => message)).toEqual([
    "module.yaml is 2 MiB, more than the 1 MiB that are read",
  ]);
});

test("of many modules' files no more is read than fits into memory, and the rest is told", async () => {
  const files = Object.fromEntries(
    ["a", "b", "c"].flatMap((dir) => [
      [`${dir}/go.mod`, goMod("", `example.com/m/${dir}`)],
      [`${dir}/go.sum`, ""],
    ]),
  );
  const tree = memoryTree(files);
  const sized = [...tree.files].map(([path, file]) => {
    return [path, { ...file, sizeBytes: path.endsWith("go.sum") ? 31 * 2 ** 20 : file.sizeBytes }] as const;
  });
  const { problems } = await readSnapshot({ ...tree, files: new Map(sized) });
  expect(problems).toMatchObject([{ kind: "go-sum", file: "c/go.sum" }]);
  expect(problems[0]!.what).toBe(
    "is 31 MiB, and with those before it more than the 64 MiB that are read of all modules' files together",
  );
});

describe("a file of which only a Git LFS pointer was committed", () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 12345\n`;
  const told = async (head: Files) =>
    (await judgeCase({ head })).findings.map(({ rule, file, message }) => [rule, file, message]);
  const what = "is a pointer of Git LFS, which go takes for the file";

  test("is one finding that says so", async () => {
    expect(await told({ "go.mod": pointer })).toEqual([["go-mod-syntax", "go.mod", `go.mod: ${what}`]]);
  });

  test("is not taken for a missing go.sum", async () => {
    const head = { "go.mod": goMod("require example.com/a v1.0.0"), "go.sum": pointer };
    expect(await told(head)).toEqual([["go-sum-syntax", "go.sum", `go.sum ${what}`]]);
  });
});

describe("a Go file above the limit", () => {
  /** The files with one of them as large as it takes to be left out; reading it would be the mistake. */
  const withLarge = (files: Files, large: string): SourceTree => {
    const tree = memoryTree(files);
    const file = { ...tree.files.get(large)!, sizeBytes: 300 * 2 ** 20 };
    return {
      ...tree,
      files: new Map([...tree.files, [large, file]]),
      read: (paths) =>
        paths.includes(large) ? Promise.reject(new Error(`${large} was read`)) : tree.read(paths),
    };
  };
  const base = {
    "go.mod": goMod(),
    "a/a.go": "package a\n\nfunc A() {}\n",
    "b/b.go": "package b\n\nfunc B() {}\n",
  };
  const head = { ...base, "a/a.go": "package a\n", "b/b.go": "package b\n" };
  const released = { published: { "example.com/m": ["v1.0.0"] } };
  const unchecked = (judgement: Judgement) => {
    const reasons = judgement.unchecked.map(({ reason }) => reason);
    return [...new Set(reasons)].filter((reason) => reason.includes(".go "));
  };

  test("is named with size and limit, and the other packages are compared", async () => {
    const judgement = await judgeTrees({ base: memoryTree(base), head: withLarge(head, "a/a.go") }, released);
    expect(judgement.findings.map(({ rule, subject }) => [rule, subject])).toEqual([
      ["exported-removed", "example.com/m/b.B"],
    ]);
    expect(judgement.unchecked.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(["exported-removed", "require-missing", "go-sum-missing"]),
    );
    expect(unchecked(judgement)).toEqual([
      expect.stringMatching(/^a\/a\.go is too large: 300 MiB, and of a Go file at most 32 MiB are read/),
    ]);
  });

  test("at the base is named where the change touches it, and only there", async () => {
    const large = withLarge(base, "a/a.go");
    const judgement = await judgeTrees({ base: large, head: memoryTree(head) });
    expect(unchecked(judgement)).toEqual([
      expect.stringMatching(/^a\/a\.go was at the base too large: 300 MiB/),
    ]);
    const same = await judgeTrees({ base: large, head: large });
    expect(unchecked(same)).toHaveLength(1);
  });

  test("that belongs to no module's packages is nobody's concern", async () => {
    const files = { "go.mod": goMod(), "testdata/big.go": "package big\n" };
    const judgement = await judgeTrees({
      base: memoryTree(files),
      head: withLarge(files, "testdata/big.go"),
    });
    expect(unchecked(judgement)).toEqual([]);
  });
});

/** Counts how often somebody goes through all of it. */
class CountingMap<K, V> extends Map<K, V> {
  walks = 0;

  override keys() {
    this.walks++;
    return super.keys();
  }

  override [Symbol.iterator]() {
    this.walks++;
    return super[Symbol.iterator]();
  }
}

describe("files of a nested module", () => {
  const files = { "go.mod": goMod(), "sub/a.go": 'package sub\n\nimport _ "example.com/a"\n' };
  const missing = async (head: Files) =>
    (await judgeCase({ head })).findings
      .filter(({ rule }) => rule === "require-missing")
      .map(({ module }) => module);

  test("belong to it alone", async () => {
    expect(await missing(files)).toEqual(["example.com/m"]);
    const nested = { ...files, "sub/go.mod": goMod("", "example.com/m/sub") };
    expect(await missing(nested)).toEqual(["example.com/m/sub"]);
  });

  test.each([["malformed"], ["-> ../go.mod"]])(
    "belong to no other one when its go.mod is %s",
    async (text) => {
      expect(await missing({ ...files, "sub/go.mod": text })).toEqual([]);
    },
  );

  test("are found at once, however many modules there are", async () => {
    const walks = async (modules: number) => {
      const files = Array.from({ length: modules }, (_, i) => [
        [`d${i}/go.mod`, goMod("", `example.com/m/d${i}`)],
        [`d${i}/a.go`, "package d\n"],
      ]);
      const tree = memoryTree(Object.fromEntries(files.flat()));
      const counting = new CountingMap(tree.files);
      await judgeTrees({ base: memoryTree({}), head: { ...tree, files: counting } });
      return counting.walks;
    };
    expect(await walks(50)).toBe(await walks(5));
  });
});
