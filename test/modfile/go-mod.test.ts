import { describe, expect, test } from "vitest";
import { parseGoMod, parseGoModLax } from "../../src/modfile/go-mod.ts";
import { ModfileSyntaxError } from "../../src/modfile/problem.ts";

const full = `// Deprecated: use example.com/new
module example.com/old/v2 // the old one

go 1.23.0
toolchain go1.24.1
godebug default=go1.21

require (
	example.com/a v1.2.3
	example.com/b v0.0.0-20200101000000-abcdefabcdef // indirect

	"example.com/c" v2.0.0+incompatible // indirect; needed by a
)
exclude example.com/a v1.2.2
replace example.com/a => ../a
replace example.com/b v1.0.0 => example.com/fork v1.0.1
// Published by accident.
retract v2.0.0
retract [v2.1.0, v2.1.5] // data loss
tool example.com/a/cmd/gen
ignore ./node_modules
`;

/** The problems of a text, each as line:column and what. */
function problemsOf(text: string | Uint8Array, parse = parseGoMod): string[] {
  try {
    parse("go.mod", text);
    return [];
  } catch (error) {
    if (!(error instanceof ModfileSyntaxError)) throw error;
    return error.problems.map(({ position, what }) => `${position.line}:${position.column} ${what}`);
  }
}

describe("parseGoMod", () => {
  test("reads every directive", () => {
    const mod = parseGoMod("go.mod", full);
    expect(mod.module).toMatchObject({
      path: "example.com/old/v2",
      deprecated: "use example.com/new\nthe old one",
    });
    expect(mod.go?.version).toBe("1.23.0");
    expect(mod.toolchain?.name).toBe("go1.24.1");
    expect(mod.godebug).toMatchObject([{ key: "default", value: "go1.21" }]);
    expect(mod.require).toMatchObject([
      { module: { path: "example.com/a", version: "v1.2.3" }, indirect: false },
      { module: { path: "example.com/b" }, indirect: true },
      { module: { path: "example.com/c", version: "v2.0.0+incompatible" }, indirect: true },
    ]);
    expect(mod.exclude).toMatchObject([{ module: { path: "example.com/a", version: "v1.2.2" } }]);
    expect(mod.replace).toMatchObject([
      { old: { path: "example.com/a", version: "" }, new: { path: "../a", version: "" } },
      { old: { version: "v1.0.0" }, new: { path: "example.com/fork", version: "v1.0.1" } },
    ]);
    expect(mod.retract).toMatchObject([
      { interval: { low: "v2.0.0", high: "v2.0.0" }, rationale: "Published by accident." },
      { interval: { low: "v2.1.0", high: "v2.1.5" }, rationale: "data loss" },
    ]);
    expect(mod.tool).toMatchObject([{ path: "example.com/a/cmd/gen" }]);
    expect(mod.ignore).toMatchObject([{ path: "./node_modules" }]);
  });

  test("gives the position of each directive, columns in characters", () => {
    const mod = parseGoMod(
      "go.mod",
      'module "é\u{1F600}"\nrequire (\n\n\t // c\n\ta v1.0.0\n  b v1.0.0\n)\n',
    );
    expect(mod.module?.position).toEqual({ line: 1, column: 1, byte: 0 });
    expect(mod.module?.line.end).toEqual({ line: 1, column: 12, byte: 15 });
    expect(mod.require.map(({ position }) => position)).toEqual([
      { line: 5, column: 2, byte: 35 },
      { line: 6, column: 3, byte: 46 },
    ]);
  });

  test("reads \\r\\n line ends and bytes that are not UTF-8 as Go does", () => {
    expect(parseGoMod("go.mod", "module m\r\nrequire a v1.0.0 // x\r\n").require[0]?.line.tokens).toEqual([
      "require",
      "a",
      "v1.0.0",
    ]);
    const bytes = Buffer.from([...Buffer.from("module m\n// "), 0xff, 0x0a]);
    expect(parseGoMod("go.mod", bytes).syntax.statements).toHaveLength(2);
  });

  test.each([
    ["no such directive", "module m\nfoo bar\n", ["2:1 unknown directive"]],
    ["not a name from Object.prototype", "constructor x\n", ["1:1 unknown directive"]],
    ["nor as a block", "toString (\n\tx\n)\n", ["1:1 unknown kind of block"]],
    ["a block of go", "go (\n\t1.21\n)\n", ["1:1 unknown kind of block"]],
    [
      "two problems",
      "go 1.21\ngo 1.22\n\trequire a latest\n",
      ["2:1 a second go directive", "3:2 the version of a is not a semantic version"],
    ],
    ["a wrong major version", "require example.com/a v2.0.0\n", [expect.stringMatching(/^1:1 .*version/)]],
    ["an open block", "require (\n\ta v1.0.0\n", ["3:1 the block that starts at 1:1 has no end"]],
    ["text after a block", "require (\n) x\n", ["2:4 something follows the ) that closes a block"]],
    ["an open string", 'module "m', ["1:8 a quoted string has no end"]],
    ["a string over two lines", 'module "m\n"', ["1:10 a quoted string runs past its line"]],
    ["a block comment", "module m\n  /* no */\n", ["2:3 a /* comment, which this kind of file cannot have"]],
    ["NUL", "module m\0\n", ['1:9 the character "\\x00" cannot stand here']],
    ["a byte order mark", "\ufeffmodule m\n", ['1:1 the character "\\ufeff" cannot stand here']],
    ["path@version", "replace a => b@v1.0.0\n", ["1:1 path and version of a replacement are two words"]],
    ["a Windows directory", "replace a => .\\b\n", ["1:1 a replacement directory has backslashes"]],
  ])("refuses %s", (_name, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  test("names file, line and column of each problem, expected and got, and a fix", () => {
    const parse = () => parseGoMod("sub/go.mod", "module m\ngo v1.21\n  go 1.2.3.4\nrequire a\n");
    expect(parse).toThrow(
      expect.objectContaining({
        code: "MODFILE_SYNTAX",
        subject: "sub/go.mod:2:1",
        expected: "the form 1.23.0",
        actual: "v1.21",
        message: [
          "the version of the go directive is malformed (sub/go.mod:2:1): expected the form 1.23.0, got v1.21",
          "the version of the go directive is malformed (sub/go.mod:3:3): expected the form 1.23.0, got 1.2.3.4",
          "a require directive takes a path and a version (sub/go.mod:4:1): expected require example.com/path v1.2.3, got require a",
        ].join("\n"),
      }),
    );
  });

  test("lets no text of the file start a line of the message, or fill a screen", () => {
    const text = `require "a\\n::error::x" "\\\n"\nrequire a ${"x".repeat(100_000)}\n`;
    let message = "";
    try {
      parseGoMod("go.mod", text);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message.split("\n")).toHaveLength(2);
    expect(message).not.toMatch(/^::/m);
    expect(message.length).toBeLessThan(1_000);
  });

  test("stops collecting at some point", () => {
    expect(problemsOf("x\n".repeat(50_000))).toHaveLength(10_000);
  });
});

describe("parseGoModLax", () => {
  test("leaves alone what only concerns a main module, and what is yet to come", () => {
    const text = `${full}future (\n\tx\n)\nretract [v1.0.0\ngo-next x\n`;
    const mod = parseGoModLax("go.mod", text);
    expect(mod.require).toHaveLength(3);
    expect(mod.retract).toHaveLength(2);
    expect(mod.ignore).toHaveLength(1);
    expect([mod.exclude, mod.replace, mod.tool, mod.godebug]).toEqual([[], [], [], []]);
    expect(mod.toolchain).toBeUndefined();
  });

  test("mends a go version and still refuses a bad requirement", () => {
    expect(parseGoModLax("go.mod", "go v1.21.x\n").go?.version).toBe("1.21");
    expect(problemsOf("go v1.21.x\n")).toHaveLength(1);
    expect(problemsOf("require a\n", parseGoModLax)).toHaveLength(1);
  });
});
