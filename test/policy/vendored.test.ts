import { describe, expect, test } from "vitest";
import type { SourceTree } from "../../src/policy/tree.ts";
import { moduleFiles, vendored, vendoredProxy } from "./cases/vendored.ts";
import { type Case, type Files, goMod, judgeCase, judgeTrees, memoryTree } from "./harness.ts";

const found = async (scene: Partial<Case> & { head: Files }) => {
  const { findings } = await judgeCase({ base: vendored, proxy: vendoredProxy, ...scene });
  return findings
    .filter(({ rule }) => rule === "vendor-altered")
    .map(({ file, line, level, message }) => ({ file, line, level, message }));
};

const without = (files: Files, ...names: string[]): Files =>
  Object.fromEntries(Object.entries(files).filter(([name]) => !names.includes(name)));

const a = "vendor/example.com/a";

describe("what a change does to vendored files", () => {
  test.each([
    ["a modified file", { ...vendored, [`${a}/a.go`]: "package evil\n" }, `${a}/a.go`, "is not the file of"],
    [
      "an embedded file",
      { ...vendored, [`${a}/p/data/x.txt`]: "y" },
      `${a}/p/data/x.txt`,
      "is not the file of",
    ],
    [
      "a licence above packages",
      { ...vendored, [`${a}/LICENSE`]: "mine" },
      `${a}/LICENSE`,
      "is not the file of",
    ],
    ["a removed file", without(vendored, `${a}/p/p.go`), `${a}/p/p.go`, "is missing"],
    [
      "a file of no package",
      { ...vendored, [`${a}/x.go`]: "package a\n" },
      `${a}/x.go`,
      "belongs to no vendored",
    ],
    [
      "a file of no module",
      { ...vendored, "vendor/evil/x.go": "package x\n" },
      "vendor/evil/x.go",
      "belongs to no",
    ],
    ["a link", { ...vendored, [`${a}/a.go`]: "-> /etc/passwd" }, `${a}/a.go`, "is no file but a symlink"],
    [
      "a file left out by constraint",
      { ...vendored, [`${a}/gen.go`]: moduleFiles["gen.go"]! },
      `${a}/gen.go`,
      "belongs",
    ],
  ])("%s is a finding", async (_, head, file, message) => {
    expect(await found({ head })).toEqual([
      { file, line: 1, level: "error", message: expect.stringContaining(message) },
    ]);
  });

  test("a file larger than any module is a finding, unread", async () => {
    const evil = `${a}/a.go`;
    const tree = memoryTree({ ...vendored, [evil]: "package evil\n" }, "head");
    const read: string[] = [];
    const head: SourceTree = {
      ...tree,
      files: new Map(tree.files).set(evil, { ...tree.files.get(evil)!, sizeBytes: 2 ** 40 }),
      read: (paths) => {
        read.push(...paths);
        return tree.read(paths);
      },
    };
    const scene = { proxy: vendoredProxy };
    const { findings } = await judgeTrees({ base: memoryTree(vendored, "base"), head }, scene);
    const found = findings.filter(({ rule }) => rule === "vendor-altered");
    expect(found).toMatchObject([{ file: evil, message: expect.stringContaining("is not the file of") }]);
    expect(read).not.toContain(evil);
  });

  test("vendoring for the first time is silent", async () => {
    expect(await found({ base: { "go.mod": goMod() }, head: vendored })).toEqual([]);
  });

  test("files of modules that the change leaves alone are not looked at", async () => {
    const old = { ...vendored, [`${a}/a.go`]: "package old\n" };
    expect(await found({ base: old, head: { ...old, "m.go": "package m\n" } })).toEqual([]);
    expect(await found({ base: old, head: { ...old, [`${a}/p/p.go`]: "package evil\n" } })).toHaveLength(1);
  });

  test("a version that only modules.txt raises is held against all of its files", async () => {
    const before = {
      ...vendored,
      "vendor/modules.txt": vendored["vendor/modules.txt"]!.replace("v1.0.0", "v0.9.0"),
    };
    const head = without({ ...vendored, [`${a}/a.go`]: "package old\n" }, `${a}/p/data/x.txt`);
    const base = without({ ...before, [`${a}/a.go`]: "package old\n" }, `${a}/p/data/x.txt`);
    expect(await found({ base, head })).toEqual(
      [
        {
          file: "vendor/modules.txt",
          line: 1,
          level: "error",
          message: expect.stringContaining("x.txt of example.com/a@v1.0.0 is missing"),
        },
        {
          file: `${a}/a.go`,
          line: 1,
          level: "error",
          message: expect.stringContaining("is not the file of"),
        },
      ].sort((x, y) => (x.file < y.file ? -1 : 1)),
    );
  });

  test("what nothing vouches for is told", async () => {
    const head = { ...vendored, [`${a}/a.go`]: "package evil\n" };
    expect(await found({ head: { ...head, "go.sum": "" } })).toMatchObject([
      {
        file: "vendor/modules.txt",
        line: 1,
        level: "error",
        message: expect.stringContaining("go.sum has no hash"),
      },
    ]);
    expect(
      await found({ head, proxy: { "example.com/a": { versions: { "v1.0.0": "" }, licence: "" } } }),
    ).toMatchObject([
      { file: "vendor/modules.txt", level: "warning", message: expect.stringContaining("were not checked") },
    ]);
    const replaced = goMod("require example.com/a v1.0.0\n\nreplace example.com/a => ./a");
    expect(await found({ head: { ...head, "go.mod": replaced } })).toMatchObject([
      { file: "vendor/modules.txt", level: "note", message: expect.stringContaining("nothing vouches") },
    ]);
  });
});
