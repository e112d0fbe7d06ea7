import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DirectoryTree } from "../../src/vendor/directory-tree.ts";
import { resolveEmbeds } from "../../src/vendor/embeds.ts";
import { writeTree } from "./fake-modules.ts";

const root = mkdtempSync(join(tmpdir(), "modwharf-embeds-"));
const paths =
  "a.txt b.txt .hidden _under d/a.txt d/.hidden d/_x/a.txt d/e/f.txt d/nested/go.mod d/nested/a.txt";

beforeAll(() => {
  const files = [...paths.split(" "), "empty/.only", "[x].txt"];
  writeTree(join(root, "p"), Object.fromEntries(files.map((path) => [path, path])));
  symlinkSync("a.txt", join(root, "p", "link.txt"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const resolve = (...patterns: string[]) =>
  resolveEmbeds({ tree: new DirectoryTree(root), dir: "p", importPath: "example.com/m/p" }, patterns).sort();

test.each([
  [["a.txt"], ["a.txt"]],
  [["[ab].txt"], ["a.txt", "b.txt"]],
  [["\\[x].txt"], ["[x].txt"]],
  [[".hidden"], [".hidden"]],
  [["d"], ["d/a.txt", "d/e/f.txt"]],
  [["all:d"], ["d/.hidden", "d/_x/a.txt", "d/a.txt", "d/e/f.txt"]],
  [["d/*/f.txt"], ["d/e/f.txt"]],
  [["d/.hidden"], ["d/.hidden"]],
  [
    ["a.txt", "[ab].txt"],
    ["a.txt", "b.txt"],
  ],
])("%j selects %j", (patterns, files) => {
  expect(resolve(...patterns)).toEqual(files);
});

test.each([
  ["nothing.txt", /no matching files/],
  ["../a.txt", /invalid pattern syntax/],
  ["d/", /invalid pattern syntax/],
  [".", /invalid pattern syntax/],
  ["empty", /contains no embeddable files/],
  ["link.txt", /irregular file/],
  ["d/nested", /different module/],
  ["d/nested/a.txt", /different module/],
  ["d/*", /different module/],
])("refuses %j", (pattern, why) => {
  expect(() => resolve(pattern)).toThrow(why);
});
