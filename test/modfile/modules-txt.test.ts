import { expect, test } from "vitest";
import { formatModulesTxt, parseModulesTxt } from "../../src/modfile/modules-txt.ts";
import { ModfileSyntaxError } from "../../src/modfile/problem.ts";

const text = `## workspace
# example.com/a v1.0.0
## explicit; go 1.21
example.com/a
example.com/a/sub
# example.com/b v1.0.0 => ../b
## go 1.17
example.com/b
# example.com/c v1.0.0 => example.com/fork v1.0.1
## explicit
# example.com/d => ../d
`;

test("reads sections, annotations, packages and replacements, and prints them back", () => {
  const parsed = parseModulesTxt("vendor/modules.txt", text);
  expect(parsed.workspace).toBe(true);
  expect(parsed.modules).toEqual([
    {
      module: { path: "example.com/a", version: "v1.0.0" },
      replacement: undefined,
      explicit: true,
      goVersion: "1.21",
      packages: ["example.com/a", "example.com/a/sub"],
      line: 2,
    },
    {
      module: { path: "example.com/b", version: "v1.0.0" },
      replacement: { path: "../b", version: "" },
      explicit: false,
      goVersion: "1.17",
      packages: ["example.com/b"],
      line: 6,
    },
    {
      module: { path: "example.com/c", version: "v1.0.0" },
      replacement: { path: "example.com/fork", version: "v1.0.1" },
      explicit: true,
      goVersion: "",
      packages: [],
      line: 9,
    },
    {
      module: { path: "example.com/d", version: "" },
      replacement: { path: "../d", version: "" },
      explicit: false,
      goVersion: "",
      packages: [],
      line: 11,
    },
  ]);
  expect(formatModulesTxt(parsed)).toBe(text);
  expect(parseModulesTxt("modules.txt", text.replaceAll("\n", "\r\n"))).toEqual(parsed);
});

test("leaves out annotations that are yet to come, and joins those on several lines", () => {
  const { modules } = parseModulesTxt("modules.txt", "# a v1.0.0\n## explicit; future x\n## go 1.30\n");
  expect(modules).toMatchObject([{ explicit: true, goVersion: "1.30" }]);
});

test("names every line that is none", () => {
  const broken = "pkg/before\n# a latest\n# a v1.0.0 => \n# a v1.0.0\nx y\n# b v1.0.0 => c v1 d\n# b\n#\n";
  let lines: number[] = [];
  try {
    parseModulesTxt("modules.txt", broken);
  } catch (error) {
    if (error instanceof ModfileSyntaxError) lines = error.problems.map(({ position }) => position.line);
  }
  expect(lines).toEqual([1, 2, 3, 5, 6, 7, 8]);
});
