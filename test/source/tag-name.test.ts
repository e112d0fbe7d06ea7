import { describe, expect, test } from "vitest";
import type { ModwharfError } from "../../src/base/errors.ts";
import { looksLikeVersionTag, parseTagName } from "../../src/source/tag-name.ts";

function refusal(tag: string): ModwharfError {
  try {
    parseTagName(tag);
  } catch (error) {
    return error as ModwharfError;
  }
  throw new Error(`${tag} was accepted`);
}

describe("parseTagName", () => {
  test.each([
    ["v1.2.3", "", "v1.2.3"],
    ["v0.1.0-rc.1", "", "v0.1.0-rc.1"],
    ["sub/v2.0.0", "sub", "v2.0.0"],
    ["a/b.c/d/v0.0.1", "a/b.c/d", "v0.0.1"],
  ])("takes %s", (tag, dir, version) => {
    expect(parseTagName(tag)).toEqual({ dir, version });
  });

  test.each([
    ["v1", "v1.0.0"],
    ["v1.2", "v1.2.0"],
    ["1.2.3", "v1.2.3"],
    ["V1.2.3", "v1.2.3"],
    ["v1.2.3+meta", "v1.2.3"],
    ["v2.0.0+incompatible", "v2.0.0"],
    ["v01.2.3", "v1.2.3"],
    ["v1.02.3", "v1.2.3"],
    ["01.2", "v1.2.0"],
    ["sub/1.2.3", "sub/v1.2.3"],
    ["sub/v1.2", "sub/v1.2.0"],
    ["sub-v1.2.3", "sub/v1.2.3"],
    ["tools/lint-v1.2.3-rc.1", "tools/lint/v1.2.3-rc.1"],
    ["pkg@v1.2.3", "pkg/v1.2.3"],
  ])("refuses %s and names %s", (tag, right) => {
    const error = refusal(tag);
    expect(error.code).toBe("TAG_NOT_CANONICAL");
    expect(error.expected).toBe(right);
    expect(error.fix).toContain(`git push origin ${right}`);
    expect(parseTagName(right)).toBeDefined();
  });

  test.each([
    ["1.2.3", "it lacks the letter v"],
    ["v1.02.3", "a number has a leading zero"],
    ["v1.2", "it lacks the minor or patch number"],
    ["v1.2.3+meta", "it carries build metadata"],
  ])("says what is wrong with %s: %s", (tag, reason) => {
    expect(refusal(tag).message).toContain(reason);
  });

  test.each(["nightly", "release", "v1.2.3.4", "v1.x", ""])("refuses %j without inventing a tag", (tag) => {
    const error = refusal(tag);
    expect(error.code).toBe("TAG_NOT_CANONICAL");
    expect(error.expected).toContain("MAJOR.MINOR.PATCH");
  });

  test.each(["v0.0.0-20240101000000-abcdefabcdef", "sub/v1.2.4-0.20240101000000-abcdefabcdef"])(
    "refuses the pseudo-version %s",
    (tag) => {
      expect(refusal(tag).code).toBe("TAG_PSEUDO_VERSION");
    },
  );

  test("quotes what a fix puts into a shell command", () => {
    expect(refusal("it's/v1.2").fix).toContain(`'it'\\''s/v1.2.0'`);
  });
});

test.each([
  ["v1.2.3", true],
  ["sub/v1.2", true],
  ["1.2.3", true],
  ["sub-v1.2.3", true],
  ["nightly", false],
  ["release/next", false],
  ["v1", true],
  ["V2.0.0", true],
  ["build-17", false],
  ["2024-05-01", false],
  ["nightly-20240501", false],
])("looksLikeVersionTag(%s)", (tag, expected) => {
  expect(looksLikeVersionTag(tag)).toBe(expected);
});
