import { expect, test } from "vitest";
import { addLine, cleanUpSyntax, removeLine } from "../../src/modfile/edit-lines.ts";
import { parseSyntax } from "../../src/modfile/parser.ts";
import { formatText } from "../../src/modfile/printer.ts";
import type { FileSyntax, LineBlock } from "../../src/modfile/syntax.ts";

const parse = (text: string): FileSyntax => parseSyntax("go.mod", text);
const blockOf = (syntax: FileSyntax): LineBlock => syntax.statements.find((s) => s.kind === "block")!;

/* x/mod's TestCleanup and TestCleanupMaintainsRefs: removed lines, shrunk and emptied blocks, line identity. */

test("cleanUpSyntax takes out removed lines", () => {
  const syntax = parse("module a\nrequire b v1.0.0\nrequire c v1.0.0\n");
  const [, , last] = syntax.statements;
  if (last?.kind === "line") removeLine(last);
  cleanUpSyntax(syntax);
  expect(formatText(syntax)).toBe("module a\n\nrequire b v1.0.0\n");
});

test("cleanUpSyntax keeps a block of two lines, and drops an empty one", () => {
  const syntax = parse("require (\n\tb v1\n\tc v1\n\td v1\n)\n");
  const block = blockOf(syntax);
  removeLine(block.lines[1]!);
  cleanUpSyntax(syntax);
  expect(formatText(syntax)).toBe("require (\n\tb v1\n\td v1\n)\n");
  block.lines.forEach(removeLine);
  cleanUpSyntax(syntax);
  expect(formatText(syntax)).toBe("");
});

test("a block that shrinks to a line keeps the line object, for directives that refer to it", () => {
  const syntax = parse("// before\nrequire (\n\tb v1 // end\n\tc v1\n)\n");
  const [kept, removed] = blockOf(syntax).lines;
  removeLine(removed!);
  cleanUpSyntax(syntax);
  expect(syntax.statements[0]).toBe(kept);
  expect(kept).toMatchObject({ tokens: ["require", "b", "v1"], inBlock: false });
  expect(formatText(syntax)).toBe("// before\nrequire b v1 // end\n");
});

test("a comment before the closing parenthesis keeps the block", () => {
  const syntax = parse("require (\n\tb v1\n\tc v1\n\t// end\n)\n");
  removeLine(blockOf(syntax).lines[1]!);
  cleanUpSyntax(syntax);
  expect(formatText(syntax)).toBe("require (\n\tb v1\n// end\n)\n");
});

test.each([
  [
    "joins the last block of its kind",
    "a (\n\tx\n)\n\na (\n\ty\n)\n\nb z\n",
    "a (\n\tx\n)\n\na (\n\ty\n\tn\n)\n\nb z\n",
  ],
  ["makes a block of a line", "a x // one\n\nb y\n", "a (\n\tx // one\n\tn\n)\n\nb y\n"],
  ["goes to the end without its kind", "b y\n\n// end\n", "b y\n\n// end\n\na n\n"],
])("addLine %s", (_name, before, expected) => {
  const syntax = parse(before);
  addLine(syntax, "last", ["a", "n"]);
  expect(formatText(syntax)).toBe(expected);
});

test("addLine follows the line it is given, inside a block or as a statement", () => {
  const syntax = parse("a (\n\tx\n\ty\n)\n\nb z\n");
  const first = blockOf(syntax).lines[0]!;
  addLine(syntax, first, ["a", "n"]);
  addLine(syntax, first, ["c", "m"]);
  expect(formatText(syntax)).toBe("a (\n\tx\n\tn\n\ty\n)\n\nc m\n\nb z\n");
});
