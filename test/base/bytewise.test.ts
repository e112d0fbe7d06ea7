import fc from "fast-check";
import { expect, test } from "vitest";
import { compareBytewise, isWellFormed } from "../../src/base/bytewise.ts";

test("orders any well-formed strings as their UTF-8 bytes", () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom("a", "\uE000", "\uFFFD", "\u{10000}", "é"),
      fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    ),
  });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(compareBytewise(a, b)).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
    { numRuns: 2000 },
  );
});

test("puts what lies beyond the BMP last, where the default sort does not", () => {
  const names = ["\u{1F600}.go", "\uFFFD.go", "a.go", "a"];
  expect([...names].sort(compareBytewise)).toEqual(["a", "a.go", "\uFFFD.go", "\u{1F600}.go"]);
  expect([...names].sort()).not.toEqual([...names].sort(compareBytewise));
});

test("tells lone surrogates from pairs", () => {
  expect(isWellFormed("\u{1F600}é")).toBe(true);
  expect(isWellFormed("\ud83d")).toBe(false);
  expect(isWellFormed("\ude00\ud83d")).toBe(false);
});
