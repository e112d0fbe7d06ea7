import { describe, expect, test } from "vitest";
import {
  canonicalModuleVersion,
  checkPathMajor,
  matchPathMajor,
  pathMajorPrefix,
} from "../../src/module/major.ts";
import {
  checkModuleVersion,
  formatModuleVersion,
  sortModuleVersions,
} from "../../src/module/module-version.ts";

describe("a version and its module path", () => {
  test.each([
    ["example.com/x", "v1.2.3"],
    ["example.com/x", "v0.1.0-rc.1"],
    ["example.com/x", "v3.0.0+incompatible"],
    ["example.com/x/v3", "v3.0.0"],
    ["gopkg.in/yaml.v3", "v3.0.1"],
    ["gopkg.in/yaml.v3-unstable", "v3.0.1"],
    ["gopkg.in/check.v1", "v0.0.0-20161208181325-20d25e280405"],
  ])("%s has %s", (path, version) => {
    expect(() => checkModuleVersion({ path, version })).not.toThrow();
  });

  test.each([
    [
      "example.com/x",
      "v2.0.0",
      "should be v0 or v1, not v2",
      "end the module path in /v2, or use another version",
    ],
    [
      "example.com/x/v2",
      "v3.0.0",
      "should be v2, not v3",
      "end the module path in /v3, or use another version",
    ],
    [
      "example.com/x/v2",
      "v1.0.0",
      "should be v2, not v1",
      "take the suffix /v2 off the module path, or use another version",
    ],
    [
      "gopkg.in/yaml.v2",
      "v3.0.0",
      "should be v2, not v3",
      "end the module path in .v3, or use another version",
    ],
    [
      "gopkg.in/check.v1",
      "v0.0.0",
      "should be v1, not v0",
      "end the module path in .v0, or use another version",
    ],
  ])("%s cannot have %s", (path, version, reason, fix) => {
    expect(() => checkModuleVersion({ path, version })).toThrow(
      expect.objectContaining({
        code: "MODULE_VERSION",
        subject: `${path}@${version}`,
        fix,
        message: expect.stringContaining(reason),
      }),
    );
  });

  test("the v in front is missed", () => {
    expect(() => checkModuleVersion({ path: "example.com/x", version: "1.2.3" })).toThrow(
      "not a semantic version (example.com/x@1.2.3): expected vMAJOR.MINOR.PATCH, such as v1.2.3 or v1.2.3-rc.1. " +
        "Fix: put a v in front: v1.2.3",
    );
  });

  test.each(["1.2.3.4", "main", "01.2.3"])("no v would mend %s", (version) => {
    expect(() => checkModuleVersion({ path: "example.com/x", version })).toThrow(
      expect.objectContaining({ fix: undefined }),
    );
  });

  test("the path is judged first", () => {
    expect(() => checkModuleVersion({ path: "x", version: "1" })).toThrow(
      expect.objectContaining({ code: "MODULE_PATH" }),
    );
  });
});

test("a suffix without a number is none that a version could fit", () => {
  expect(matchPathMajor("v2.0.0", "v2")).toBe(false);
  expect(() => checkPathMajor("latest", "")).toThrow("should be v0 or v1, not ");
});

test("the prefix of tags", () => {
  expect(["", "/v2", ".v0", ".v3-unstable"].map(pathMajorPrefix)).toEqual(["", "v2", "v0", "v3"]);
  expect(() => pathMajorPrefix("v2")).toThrow(
    expect.objectContaining({ code: "MODULE_PATH", subject: "v2" }),
  );
  expect(() => pathMajorPrefix("/v2.0")).toThrow("not a major version suffix");
});

test("canonical module versions keep +incompatible alone", () => {
  expect(canonicalModuleVersion("v2.0.0+incompatible")).toBe("v2.0.0+incompatible");
  expect(canonicalModuleVersion("v2.0.0+incompatible.1")).toBe("v2.0.0");
  expect(canonicalModuleVersion("v2.0")).toBe("v2.0.0");
  expect(canonicalModuleVersion("main")).toBeUndefined();
});

test("sorts by path bytewise, then version, then go.sum's file", () => {
  const sorted = [
    { path: "a.b/x", version: "v1.9.0" },
    { path: "a.b/x", version: "v1.9.0/go.mod" },
    { path: "a.b/x", version: "v1.10.0/go.mod" },
    { path: "a.b/x-y", version: "v0.1.0" },
    { path: "a.b/x/v2", version: "v2.0.0" },
    { path: "a.b/\uffff", version: "v1.0.0" },
    { path: "a.b/\u{10000}", version: "v1.0.0" },
  ];
  expect(sortModuleVersions(sorted.toReversed())).toEqual(sorted);
});

test("is written path@version", () => {
  expect(formatModuleVersion({ path: "a.b", version: "v1.0.0" })).toBe("a.b@v1.0.0");
  expect(formatModuleVersion({ path: "a.b", version: "" })).toBe("a.b");
});
