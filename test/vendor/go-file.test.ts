import { expect, test } from "vitest";
import { readGoFile } from "../../src/vendor/go-file.ts";

const read = (text: string) => readGoFile(Buffer.from(text));

test("reads imports of every form", () => {
  const { imports } = read(`\ufeff// c
package p /* c */ ; import "a"
import (
	b "b/b" // c
	. "c"; _ \`d\`
	/* "not" */
	ä "e\\x2fe"
)
import "C"
var x = "import \\"no\\""
`);
  expect(imports).toEqual(["a", "b/b", "c", "d", "e/e", "C"]);
});

test.each([
  ['package p\nimport "a"\nimport (\n"b"\n', ["a", "b"]],
  ['package p\nimport "a"\nimport "b\n', ["a"]],
  ['package p\nimport "a"\nimportant()\n', ["a"]],
  ['import "a"\n', []],
  ['packages p\nimport "a"\n', []],
  ["package p\n/* open", []],
  ["", []],
])("after a syntax error the imports before it count: %j", (text, imports) => {
  expect(read(text).imports).toEqual(imports);
});

test("finds imports behind a comment that is longer than what is decoded first", () => {
  const comment = `// ${"x".repeat(100)}\n`.repeat(200);
  const { imports, builds } = read(`//go:build ignore\n\n${comment}package p\nimport "a"\n${comment}`);
  expect({ imports, builds }).toEqual({ imports: ["a"], builds: false });
});

test("a NUL where imports are read is noted, elsewhere it is not", () => {
  expect(read('package p\nimport "a\0"\n').hasNul).toBe(true);
  expect(read('package p\nimport "a"\nvar x = "\0"\n').hasNul).toBe(false);
});

test("embed lines count where they are comments, in files that import embed", () => {
  const text = `package p
import _ "embed"
//go:embed a.txt "b c.txt" \`d*.txt\`
//go:embed	e\\
//go:embedded no
/* //go:embed no */
var s = "//go:embed no" + \`
//go:embed no\` + "\\"//go:embed no"
var r = '"' // go:embed no
//go:embed "open
//go:embed "x"y
	//go:embed all:f
`;
  expect(read(text).embeds).toEqual(["a.txt", "b c.txt", "d*.txt", "e\\", "all:f"]);
  expect(read(text.replace('"embed"', '"embedded"')).embeds).toEqual([]);
  expect(read(text.replace("package p", "package documentation")).embeds).toEqual([]);
});
