import { describe, expect, test } from "vitest";
import { matchGlob } from "../../src/module/glob.ts";
import { matchPrefixPatterns } from "../../src/module/patterns.ts";

describe("GOPRIVATE patterns", () => {
  test.each([
    ["git.corp.example", "git.corp.example/team/x", true],
    ["*.corp.example", "git.corp.example/team/x/v2", true],
    ["*.corp.example", "corp.example/x", false],
    ["github.com/acme", "github.com/acme/x", true],
    ["github.com/acme", "github.com/acme-oss/x", false],
    ["github.com/acme*", "github.com/acme-oss/x", true],
    ["github.com/acme/", "github.com/acme/x", true],
    ["github.com/acme//", "github.com/acme/x", false],
    ["github.com/Acme", "github.com/acme/x", false],
    ["github.com/*/secret", "github.com/acme/secret/v2", true],
    ["github.com/acme/x/y", "github.com/acme/x", false],
    ["a.b,,github.com/acme,", "github.com/acme/x", true],
    ["[,github.com/acme", "github.com/acme/x", true],
    [" github.com/acme", "github.com/acme/x", false],
    ["", "github.com/acme", false],
    ["*", "anything", true],
  ])("%j for %s: %s", (globs, path, matches) => {
    expect(matchPrefixPatterns(globs, path)).toBe(matches);
  });
});

describe("a glob", () => {
  test.each([
    ["a*b?c", "axxbyc", true],
    ["a*/b", "a/x/b", false],
    ["a?b", "a/b", false],
    ["[a-c]x", "bx", true],
    ["[^a-c]x", "bx", false],
    ["[^a]", "/", true], // a class may take a slash, unlike ? and *
    ["[\\]]", "]", true],
    ["\\*", "*", true],
    ["\\*", "x", false],
    ["?", "é", true],
    ["[à-ü]", "é", true],
    ["*??", "世", true], // * may stop inside a character, and each of its other bytes then counts as one
    ["*[^x]*c", "ab/c", false], // the first fitting place is taken, though a later one would do
    ["", "", true],
    ["", "a", false],
  ])("%j for %j: %s", (pattern, name, matches) => {
    expect(matchGlob(pattern, name)).toBe(matches);
  });

  test.each(["[", "[]", "[]a]", "[a", "[a-", "[a-]", "[-x]", "a\\", "[\\", "a[", "*["])(
    "%j is malformed and matches nothing",
    (pattern) => {
      for (const name of [pattern, "a", "", "]"]) expect(matchGlob(pattern, name)).toBe(false);
    },
  );
});
