import { expect, test } from "vitest";
import { compareLines } from "../../src/vendor/line-differences.ts";

test.each([
  ["a\nb\nc\n", "a\nb\nc\n", []],
  ["a\nb\nc\n", "a\nX\nc\n", [{ line: 2, expected: "b", actual: "X" }]],
  ["a\nb\nc\n", "a\nc\n", [{ line: 2, expected: "b", actual: undefined }]],
  ["a\nc\n", "a\nb\nc\n", [{ line: 2, expected: undefined, actual: "b" }]],
  ["a\nb\n", "a\nb", [{ line: 2, expected: "b", actual: "b (without line feed)" }]],
  [
    "a\nb\n",
    "",
    [
      { line: 1, expected: "a", actual: undefined },
      { line: 1, expected: "b", actual: undefined },
    ],
  ],
  [
    "a\nb\nc\nd\n",
    "X\nb\nY\nZ\nd\n",
    [
      { line: 1, expected: "a", actual: "X" },
      { line: 3, expected: "c", actual: "Y" },
      { line: 4, expected: undefined, actual: "Z" },
    ],
  ],
])("from %j to %j", (expected, actual, differences) => {
  expect(compareLines(expected, actual)).toEqual(differences);
});
