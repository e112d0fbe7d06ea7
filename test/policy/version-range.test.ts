import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareVersions } from "../../src/module/version.ts";
import { inRange, problemOfRange } from "../../src/policy/version-range.ts";

const commit = "v1.2.4-0.20260102150405-abcdef123456";

describe("inRange", () => {
  test.each<[string, string, boolean]>([
    ["*", "v0.0.0-20260102150405-abcdef123456", true],
    [">=v1.2.0 <v2.0.0", "v1.2.0", true],
    [">=v1.2.0 <v2.0.0", "v2.0.0", false],
    [">=1.2.0, <2.0.0", "v1.9.9", true],
    ["<v1.4.2 || >=v2.0.0 <v2.1.0", "v1.4.1", true],
    ["<v1.4.2 || >=v2.0.0 <v2.1.0", "v1.5.0", false],
    ["<v1.4.2 || >=v2.0.0 <v2.1.0", "v2.0.5", true],
    [">=1.2 <2 || ^1.4", "v1.1.9", false],
    [">=1.2 <2 || ^1.4", "v1.2.0", true],
    ["^1.4", "v1.4.0", true],
    ["^1.4", "v1.99.0", true],
    ["^1.4", "v2.0.0-rc.1", false],
    ["^0.4.1", "v0.5.0", false],
    ["~1.2.3", "v1.2.9", true],
    ["~1.2.3", "v1.3.0", false],
    ["1.x", "v1.7.3", true],
    ["v1.2", "v1.2.7", true],
    ["v1.2.3", "v1.2.3", true],
    ["=v1.2.3", "v1.2.4", false],
    ["1.2 - 1.4", "v1.4.9", true],
    // Go's order: a pre-release comes before its release, and lies between others like any version.
    ["<v1.3.0", "v1.3.0-rc.1", true],
    [">=v1.3.0", "v1.3.0-rc.1", false],
    [">=v1.2.0", "v1.3.0-rc.1", true],
    // A pseudo-version stands between the release it builds on and the next one.
    [">v1.2.3", commit, true],
    ["<v1.2.4", commit, true],
    [`<=${commit}`, commit, true],
    ["<v1.2.4-0.20260102150406-000000000000", commit, true],
    [">=v0.0.0-20250101000000-000000000000", "v0.0.0-20260102150405-abcdef123456", true],
    // +incompatible is how go.mod writes the version, not part of its order.
    [">=v2.0.0 <v4.0.0", "v3.2.0+incompatible", true],
    ["v3.2.0+incompatible", "v3.2.0+incompatible", true],
    ["v3.2.0", "v3.2.0+incompatible", true],
    ["<v3.2.0", "v3.2.0+incompatible", false],
  ])("%s and %s: %s", (range, version, expected) => {
    expect(inRange(version, range)).toBe(expected);
  });

  test.each([
    "",
    " ",
    "latest",
    "<1.y",
    ">=",
    "v1.2.3 ||",
    "|| v1",
    "1.2.3.4",
    "<v99999999999999999999.0.0",
    "a".repeat(2000),
  ])("%j is no range", (range) => {
    expect(problemOfRange(range)).toBeDefined();
    expect(() => inRange("v1.0.0", range)).toThrow(/range is malformed/);
  });

  test("full bounds say what Go's comparison says", () => {
    const number = fc.integer({ min: 0, max: 3 });
    const suffix = fc.constantFrom("", "-rc.1", "-0.20260102150405-abcdef123456", "-alpha");
    const version = fc.tuple(number, number, number, suffix).map(([a, b, c, pre]) => `v${a}.${b}.${c}${pre}`);
    fc.assert(
      fc.property(version, version, (bound, given) => {
        const order = compareVersions(given, bound);
        expect(inRange(given, `<${bound}`)).toBe(order < 0);
        expect(inRange(given, `<=${bound}`)).toBe(order <= 0);
        expect(inRange(given, `>${bound}`)).toBe(order > 0);
        expect(inRange(given, `>=${bound}`)).toBe(order >= 0);
        expect(inRange(given, bound)).toBe(order === 0);
      }),
    );
  });
});
