import { expect, test } from "vitest";
import { isLetter, isSpace } from "../../../src/module/unicode/classes.ts";
import { equalFold, foldString } from "../../../src/module/unicode/fold.ts";
import { quote, quoteChar } from "../../../src/module/unicode/quote.ts";

test.each([
  ["GO.MOD", "go.mod", true],
  ["K", "\u212A", true], // Kelvin
  ["s", "ſ", true],
  ["ς", "Σ", true],
  ["ß", "SS", false], // simple folding never changes the length
  ["İ", "i", false],
  ["é", "e", false],
  ["𐐀", "𐐨", true],
  ["", "", true],
])("equalFold(%s, %s) is %s", (a, b, equal) => {
  expect(equalFold(a, b)).toBe(equal);
});

test("lower-case ASCII stands for itself", () => {
  expect(foldString("Makefile/K/go.mod")).toBe("makefile/k/go.mod");
});

test("letters beyond the BMP are letters, symbols and digits are not", () => {
  expect([..."aé世𐐀"].map((char) => isLetter(char.codePointAt(0)!))).toEqual([true, true, true, true]);
  expect([..."1_☺😀\u0301"].map((char) => isLetter(char.codePointAt(0)!))).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
});

test("space is Go's, without JavaScript's U+FEFF", () => {
  expect(
    ["\t", "\u0085", "\u00a0", "\u3000", "\ufeff", "\u200b"].map((c) => isSpace(c.charCodeAt(0))),
  ).toEqual([true, true, true, true, false, false]);
});

test("quotes as a Go literal", () => {
  expect(quote('a"b\\\n\x01\u2028世😀\ud800')).toBe('"a\\"b\\\\\\n\\x01\\u2028世😀\\ud800"');
  expect(quoteChar("'")).toBe("'\\''");
  expect(quoteChar('"')).toBe("'\"'");
});
