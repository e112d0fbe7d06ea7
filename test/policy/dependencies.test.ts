import { describe, expect, test } from "vitest";
import { matchModule, matchPath } from "../../src/policy/patterns.ts";
import { inRange, problemOfRange } from "../../src/policy/version-range.ts";
import { coversSubject } from "../../src/policy/waivers.ts";
import { goMod, judgeCase } from "./harness.ts";

describe("a dependency that another one pulls in", () => {
  const proxy = {
    "example.com/a": { versions: { "v1.0.0": "require example.com/b v1.0.0" } },
    "example.com/b": { versions: { "v1.0.0": "require example.com/c v1.1.0" } },
    "example.com/c": { versions: { "v1.1.0": "", "v1.2.0": "retract v1.1.0 // Bad." } },
  };
  const retracted = async (goModText: string) =>
    (await judgeCase({ head: { "go.mod": goModText }, proxy })).findings.find(
      (finding) => finding.rule === "require-retracted",
    );

  test("is found in go.mod from go 1.17 on, with the chain that leads to it", async () => {
    const requires =
      "require (\n\texample.com/a v1.0.0\n\texample.com/b v1.0.0 // indirect\n\texample.com/c v1.1.0 // indirect\n)";
    expect(await retracted(goMod(requires))).toMatchObject({
      line: 8,
      detail:
        "Pulled in by example.com/m → example.com/a@v1.0.0 → example.com/b@v1.0.0 → example.com/c@v1.1.0",
    });
  });

  test("is found in the graph before go 1.17, where go.mod does not name it", async () => {
    expect(await retracted(goMod("require example.com/a v1.0.0", "example.com/m", "1.16"))).toMatchObject({
      line: 1,
      subject: "example.com/c@v1.1.0",
    });
  });

  test("is not one when it is replaced by another version or excluded", async () => {
    const old = (rest: string) => goMod(`require example.com/a v1.0.0\n\n${rest}`, "example.com/m", "1.16");
    expect(await retracted(old("replace example.com/c => example.com/c v1.2.0"))).toBeUndefined();
    expect(await retracted(old("exclude example.com/c v1.1.0"))).toBeUndefined();
  });

  test("circles in the graph end", async () => {
    const circle = {
      "example.com/a": { versions: { "v1.0.0": "require example.com/b v1.0.0" } },
      "example.com/b": { versions: { "v1.0.0": "require example.com/a v1.0.0" } },
    };
    const head = { "go.mod": goMod("require example.com/a v1.0.0", "example.com/m", "1.16") };
    const policy = "dependencies: { deny: [{ module: example.com/zzz, reason: r }] }";
    expect(
      (await judgeCase({ head, proxy: circle, policy })).findings
        .filter((f) => f.level === "error")
        .map((f) => f.rule),
    ).toEqual(["go-sum-missing"]);
  });
});

test("what only tests lacked before and the package lacks now is new, and the other way round existing", async () => {
  const using = (file: string) => ({ "go.mod": goMod(), [file]: 'package m\n\nimport _ "example.com/a"\n' });
  const missing = async (before: string, after: string) => {
    const { findings } = await judgeCase({ base: using(before), head: using(after) });
    return findings.filter(({ rule }) => rule === "require-missing");
  };
  expect(await missing("a_test.go", "a.go")).toMatchObject([{ status: "new", blocking: true }]);
  expect(await missing("a.go", "a_test.go")).toMatchObject([{ status: "existing", level: "warning" }]);
});

describe("the zip line of an indirect module", () => {
  const missing = async (go: string, sums: string) => {
    const requires =
      "require example.com/a v1.0.0 // indirect\n\nreplace example.com/a => example.com/b v1.1.0";
    const head = { "go.mod": goMod(requires, "example.com/m", go), "go.sum": sums };
    const { findings } = await judgeCase({ head });
    return findings.filter(({ rule }) => rule === "go-sum-missing").map(({ message }) => message);
  };
  const line = (key: string) => `${key} h1:${"A".repeat(43)}=\n`;
  const goModLine = line("example.com/b v1.1.0/go.mod");

  test("is needed from go 1.17 on, where nothing but its packages brings it into go.mod", async () => {
    expect(await missing("1.17", goModLine)).toEqual(["go.sum has no line for example.com/b v1.1.0"]);
    expect(await missing("1.17", goModLine + line("example.com/b v1.1.0"))).toEqual([]);
  });

  test("may be missing before, where it may stand in go.mod for its version alone", async () => {
    expect(await missing("1.16", goModLine)).toEqual([]);
  });
});

describe("the module graph", () => {
  const pruned = "go 1.22\n\n";
  const proxy = {
    "example.com/old": { versions: { "v1.0.0": "go 1.16\n\nrequire example.com/new v1.0.0" } },
    "example.com/new": { versions: { "v1.0.0": `${pruned}require example.com/deep v1.0.0` } },
    "example.com/deep": { versions: { "v1.0.0": `${pruned}require example.com/leaf v1.5.0` } },
    "example.com/leaf": { versions: { "v1.0.0": pruned, "v1.5.0": pruned } },
  };
  const raised = async (...requires: string[]) => {
    const lines = requires.map((path) => `require example.com/${path} v1.0.0`).join("\n");
    const { findings } = await judgeCase({ head: { "go.mod": goMod(lines) }, proxy });
    return findings.filter(({ rule }) => rule === "require-below-selected").map(({ subject }) => subject);
  };

  test("ends two steps behind a module that prunes it", async () => {
    expect(await raised("new", "leaf")).toEqual([]);
  });

  test("goes on behind a module older than go 1.17, through later ones as well", async () => {
    expect(await raised("old", "leaf")).toEqual(["example.com/leaf"]);
  });

  test("goes on though the later module was read with pruning first", async () => {
    expect(await raised("new", "old", "leaf")).toEqual(["example.com/leaf"]);
  });
});

test.each([
  ["example.com/a", "example.com/a", true],
  ["example.com/a", "example.com/a/b", false],
  ["example.com/a/...", "example.com/a", true],
  ["example.com/a/...", "example.com/a/b/c", true],
  ["example.com/a/...", "example.com/ab", false],
  ["*.example.com/a", "git.example.com/a", true],
  ["example.com/*", "example.com/a/b", false],
  ["example.com/a+b", "example.com/aab", false],
])("module pattern %s fits %s: %s", (pattern, path, expected) => {
  expect(matchModule(pattern, path)).toBe(expected);
});

test.each([
  ["go.mod", "sub/go.mod", true],
  ["tools/**", "tools/a/go.mod", true],
  ["tools/**", "a/tools/go.mod", false],
  ["**/testing/*", "testing/go.mod", true],
  ["tools", "tools/go.mod", true],
  ["*.mod", "a/go.mod", true],
  ["/a/go.mod", "a/go.mod", true],
])("path pattern %s fits %s: %s", (pattern, path, expected) => {
  expect(matchPath(pattern, path)).toBe(expected);
});

test.each([
  ["v1.2.3", "*", true],
  ["v1.2.3", "<v1.3.0", true],
  ["v1.3.0", "<v1.3.0", false],
  ["v1.3.0-rc.1", "<1.3.0", true],
  ["v2.0.0+incompatible", ">=v2.0.0", true],
  ["v1.5.0", ">=v1.0.0 <v1.2.0 || >=v1.4.0,<v1.6.0", true],
  ["v1.3.0", ">=v1.0.0 <v1.2.0 || >=v1.4.0,<v1.6.0", false],
  ["v1.2.3", "v1.2.3", true],
])("%s in %s: %s", (version, range, expected) => {
  expect(inRange(version, range)).toBe(expected);
});

test.each(["<", "<1.y", "", "||", "latest"])("%j is no range", (range) => {
  expect(problemOfRange(range)).toBeDefined();
});

test.each([
  [undefined, "anything", true],
  ["a@v1.*", "a@v1.2.3", true],
  ["a@v1.*", "a@v2.0.0", false],
  ["*b*", "abc", true],
  ["a*a", "a", false],
  ["a.c", "abc", false],
])("a waiver for %s covers %s: %s", (subject, text, expected) => {
  expect(coversSubject({ subject } as never, text)).toBe(expected);
});
