import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { trimSpace } from "../../src/modfile/characters.ts";
import { modulePath } from "../../src/modfile/module-path.ts";
import { parseSyntax } from "../../src/modfile/parser.ts";
import { formatFile, formatText } from "../../src/modfile/printer.ts";
import { autoQuote, mustQuote, quoteToken, unquote } from "../../src/modfile/quote.ts";
import { isDirectoryPath } from "../../src/modfile/replace.ts";
import { compareSource, decodeSource, encodeSource } from "../../src/modfile/source-text.ts";
import type { Comment, FileSyntax } from "../../src/modfile/syntax.ts";
import { ModfileTexts } from "../support/modfile-texts.ts";

/** Files of the grammar, seeded by fast-check so that a failure can be repeated. */
const files = fc
  .integer()
  .map((seed) => new ModfileTexts(seed).plain(seed % 2 === 0 ? "go.mod" : "go.work"))
  .filter(parses);

/** A few of the grammar's line ends join two statements, which no block can stand. */
function parses(text: string): boolean {
  try {
    parseSyntax("go.mod", text);
    return true;
  } catch {
    return false;
  }
}

/** Tokens and comments without positions. */
function contentOf(syntax: FileSyntax): unknown {
  const textsOf = (list: readonly Comment[]) => list.map(({ token }) => trimSpace(token));
  return syntax.statements.map((statement) => {
    const { before, suffix } = statement.comments;
    if (statement.kind !== "block") {
      return [textsOf(before), textsOf(suffix), statement.kind === "line" ? statement.tokens : []];
    }
    const { lparen, lines, rparen, tokens } = statement;
    const end = rparen.comments;
    return [
      [textsOf(before), tokens, textsOf(lparen.comments.suffix)],
      lines.map((line) => [textsOf(line.comments.before), line.tokens, textsOf(line.comments.suffix)]),
      // `() // comment` is printed on two lines, where the comment is that of the parenthesis.
      [textsOf(end.before), textsOf([...end.suffix, ...suffix])],
    ];
  });
}

describe("printing", () => {
  test("loses no token and no comment", () => {
    fc.assert(
      fc.property(files, (text) => {
        const syntax = parseSyntax("go.mod", text);
        expect(contentOf(parseSyntax("go.mod", formatFile(syntax)))).toEqual(contentOf(syntax));
      }),
    );
  });

  test("is idempotent", () => {
    fc.assert(
      fc.property(files, (text) => {
        const once = formatText(parseSyntax("go.mod", text));
        expect(formatText(parseSyntax("go.mod", once))).toBe(once);
      }),
    );
  });

  test("gives back bytes that are not UTF-8", () => {
    const bytes = Buffer.from([
      ...Buffer.from("x "),
      0xff,
      0x41,
      0xc3,
      ...Buffer.from(" // é "),
      0xed,
      0xa0,
      0x0a,
    ]);
    expect(Buffer.from(formatFile(parseSyntax("go.mod", bytes)))).toEqual(bytes);
  });
});

describe("source text", () => {
  test("any bytes come back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect([...encodeSource(decodeSource(bytes))]).toEqual([...bytes]);
      }),
    );
    const mixed = fc.array(fc.constantFrom("é", "\u{10080}", "\u{1F600}", "\ufeff", "a"));
    fc.assert(
      fc.property(mixed, fc.uint8Array({ maxLength: 4 }), (chars, noise) => {
        const bytes = Buffer.concat([Buffer.from(chars.join("")), noise, Buffer.from("\u{1F680}")]);
        expect(Buffer.from(encodeSource(decodeSource(bytes)))).toEqual(bytes);
      }),
    );
  });

  test("orders as bytes", () => {
    const texts = [
      "a",
      "ab",
      "é",
      "\uffff",
      "\u{10000}",
      decodeSource(Buffer.from([0x80])),
      decodeSource(Buffer.from([0xff])),
    ];
    const sorted = texts.toSorted(compareSource);
    const asBytes = texts.toSorted((a, b) => Buffer.compare(encodeSource(a), encodeSource(b)));
    expect(sorted).toEqual(asBytes);
  });
});

describe("quotes", () => {
  test("a quoted text is read back as itself", () => {
    const anyText = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.uint8Array({ maxLength: 8 }).map((b) => decodeSource(b)),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        expect(unquote(quoteToken(text))).toBe(text);
      }),
    );
  });

  test("autoQuote makes one token of any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const [line] = parseSyntax("go.mod", `tool ${autoQuote(text)}\n`).statements;
        expect(line).toMatchObject({ kind: "line", tokens: ["tool", autoQuote(text)] });
      }),
    );
  });

  test.each(["", "a b", 'a"b', "a'b", "a`b", "a,b", "a(b", "http://x", "a/*b", "a\tb", "\ufeff", "\u00a0"])(
    "%j must be quoted",
    (text) => expect(mustQuote(text)).toBe(true),
  );

  test.each(["a", "(", "=>", "a/b@v1", "é", "\ufffd"])("%j need not", (text) => {
    expect(autoQuote(text)).toBe(text);
  });

  test.each([
    ['"a\\x41\\u00e9\\101"', "aAéA"],
    ['"\\303\\251"', "é"],
    ["`raw\\n\r`", "raw\\n"],
    ['"\\400"', undefined],
    ['"\\ud800"', undefined],
    ['"\\\'"', undefined],
    ['"a"b"', undefined],
    ['"a\\"', undefined],
    ['"', undefined],
    ["'a'", undefined],
  ])("unquote %s", (quoted, text) => expect(unquote(quoted)).toBe(text));
});

test.each([
  ["module a/b // c", "a/b"],
  ['module "a b"\n', "a b"],
  ["modules a\n  module\tb\r\n", "b"],
  ["// module x\nmodule `r`", "r"],
  ['module "x', ""],
  ["((((\nmodule found anyway\n", "found anyway"],
  ["", ""],
])("modulePath of %j", (text, path) => {
  expect(modulePath(text)).toBe(path);
  expect(modulePath(Buffer.from(text))).toBe(path);
});

test("isDirectoryPath knows the notations of all systems", () => {
  const directories = [".", "..", "./a", "../a", ".\\a", "..\\a", "/a", "\\a", "C:\\a", "c:"];
  expect(directories.filter((path) => !isDirectoryPath(path))).toEqual([]);
  expect(["", "a", "...", ".a", "..a/b", "a/./b", "1:"].filter(isDirectoryPath)).toEqual([]);
});

describe("crafted files end in time, without filling the stack", () => {
  const many = 300_000;
  test.each([
    ["parentheses", "(".repeat(many)],
    ["tokens in a line", "x ".repeat(many)],
    ["open blocks", "a (\n".repeat(many)],
    ["comments that no line can have", '"\\\n" // c\n'.repeat(many)],
    ["comments before a line", `${"// c\n".repeat(many)}x\n`],
    ["brackets", `retract ${"[".repeat(many)}\n`],
    ["bytes that are not UTF-8", Buffer.alloc(many, 0xff)],
  ])("%s", (_name, input) => {
    let outcome: unknown;
    try {
      outcome = formatFile(parseSyntax("go.mod", input)).length > 0;
    } catch (error) {
      outcome = (error as { code?: string }).code;
    }
    expect([true, "MODFILE_SYNTAX"]).toContain(outcome);
  });
});
