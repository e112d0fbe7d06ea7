import { describe, expect, test } from "vitest";
import * as semver from "../../src/module/version.ts";

test.each([
  ["v1.2.3", "v1.2.3"],
  ["v1", "v1.0.0"],
  ["v1.2", "v1.2.0"],
  ["v1.2.3-rc.1", "v1.2.3-rc.1"],
  ["v1.2.3-0a.00b", "v1.2.3-0a.00b"],
  ["v1.2.3+incompatible", "v1.2.3"],
  ["v1.2.3-rc.1+b.01", "v1.2.3-rc.1"],
  ["v99999999999999999999.0.0", "v99999999999999999999.0.0"],
  ["v0.0.0--", "v0.0.0--"],
])("%s is in full %s", (version, canonical) => {
  expect(semver.isSemver(version)).toBe(true);
  expect(semver.canonicalVersion(version)).toBe(canonical);
});

test.each(
  [
    "",
    "v",
    "1.2.3",
    "V1.2.3",
    "v01.2.3",
    "v1.2.03",
    "v1.2.3.4",
    "v1.2-rc",
    "v1+meta",
    "v1.2.3-",
    "v1.2.3-01",
  ].concat([
    "v1.2.3-a..b",
    "v1.2.3+",
    "v1.2.3+a..b",
    "v1.2.3-a_b",
    "v1.2.3\n",
    " v1.2.3",
    "v1.2.3-é",
    "v١.2.3",
  ]),
)("%j is no semantic version", (version) => {
  expect(semver.isSemver(version)).toBe(false);
  expect(semver.canonicalVersion(version)).toBeUndefined();
  expect(semver.majorOf(version)).toBeUndefined();
  expect(semver.prereleaseOf(version)).toBe("");
});

test("takes a version apart", () => {
  const version = "v2.1.0-pre.1+meta";
  expect(semver.majorOf(version)).toBe("v2");
  expect(semver.majorMinorOf(version)).toBe("v2.1");
  expect(semver.majorMinorOf("v2")).toBe("v2.0");
  expect(semver.prereleaseOf(version)).toBe("-pre.1");
  expect(semver.buildOf(version)).toBe("+meta");
});

describe("precedence", () => {
  const ascending = [
    "bad",
    "v1.0.0-0",
    "v1.0.0-2",
    "v1.0.0-10",
    "v1.0.0-99999999999999999998",
    "v1.0.0-99999999999999999999",
    "v1.0.0--",
    "v1.0.0-0a",
    "v1.0.0-RC",
    "v1.0.0-alpha",
    "v1.0.0-alpha.1",
    "v1.0.0-alpha.beta",
    "v1.0.0",
    "v1.2.0",
    "v1.10.0",
    "v9007199254740992.0.0",
    "v9007199254740993.0.0",
  ];

  test("orders all pairs", () => {
    for (const [i, a] of ascending.entries()) {
      for (const [j, b] of ascending.entries()) {
        expect(semver.compareVersions(a, b), `${a} ${b}`).toBe(Math.sign(i - j));
      }
    }
  });

  test("ignores build metadata and short forms, and all invalid versions are equal", () => {
    expect(semver.compareVersions("v1.0.0+a", "v1")).toBe(0);
    expect(semver.compareVersions("bad", "1.0.0")).toBe(0);
  });

  test("sorts a copy, equals by their bytes", () => {
    const list = ["v1.0.0+b", "v1.0.0", "v0.9.0", "v1.0.0+a", "x"];
    expect(semver.sortVersions(list)).toEqual(["x", "v0.9.0", "v1.0.0", "v1.0.0+a", "v1.0.0+b"]);
    expect(list[0]).toBe("v1.0.0+b");
  });
});
