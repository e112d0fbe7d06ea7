import { expect, test } from "vitest";
import {
  addUse,
  cleanupWork,
  dropUse,
  setUse,
  setWorkGo,
  setWorkToolchain,
} from "../../src/modfile/edit-work.ts";
import { formatGoWork, parseGoWork } from "../../src/modfile/go-work.ts";

const text =
  "// the workspace\n\ngo 1.24\n\nuse (\n\t./a\n\t./b // second\n)\n\nreplace example.com/x => ./x\n";

test("reads go.work and prints it back", () => {
  const work = parseGoWork("go.work", text);
  expect(work.use).toMatchObject([
    { path: "./a", position: { line: 6, column: 2 } },
    { path: "./b", position: { line: 7, column: 2 } },
  ]);
  expect(work.replace).toMatchObject([{ old: { path: "example.com/x" }, new: { path: "./x" } }]);
  expect(Buffer.from(formatGoWork(work)).toString()).toBe(text);
});

test("refuses what only go.mod may hold", () => {
  expect(() => parseGoWork("go.work", "require example.com/a v1.0.0\n")).toThrow(
    /unknown directive \(go.work:1:1\)/,
  );
  expect(() => parseGoWork("go.work", "use (\n\ta b\n)\n")).toThrow(/go.work:2:2/);
});

test("edits", () => {
  const work = parseGoWork("go.work", text);
  dropUse(work, "./a");
  addUse(work, "./c d");
  setWorkGo(work, "1.25.0");
  setWorkToolchain(work, "go1.25.1");
  cleanupWork(work);
  expect(Buffer.from(formatGoWork(work)).toString()).toBe(
    '// the workspace\n\ngo 1.25.0\n\ntoolchain go1.25.1\n\nuse (\n\t./b // second\n\t"./c d"\n)\n\nreplace example.com/x => ./x\n',
  );
});

test("setUse keeps the lines of directories that stay", () => {
  const work = parseGoWork("go.work", text);
  setUse(work, [
    { path: "./b", modulePath: "example.com/b" },
    { path: "./0", modulePath: "" },
  ]);
  cleanupWork(work);
  expect(work.use.map(({ path, modulePath }) => [path, modulePath])).toEqual([
    ["./b", "example.com/b"],
    ["./0", ""],
  ]);
  expect(Buffer.from(formatGoWork(work)).toString()).toContain("use (\n\t./0\n\t./b // second\n)\n");
});
