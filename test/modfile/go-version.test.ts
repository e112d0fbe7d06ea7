import { expect, test } from "vitest";
import {
  compareGoVersions,
  isGoVersion,
  languageVersion,
  toolchainVersion,
} from "../../src/modfile/go-version.ts";

test("orders versions as Go does, which is not semantic versioning", () => {
  const ascending = [
    "bad",
    "1",
    "1.9",
    "1.10",
    "1.20rc1",
    "1.20",
    "1.20.1",
    "1.21",
    "1.21rc1",
    "1.21rc2",
    "1.21.0",
    "1.21.1",
    "1.22",
    "2.0",
  ];
  // 1.20rc1 precedes 1.20 = 1.20.0; since 1.21 the language version precedes its release candidates.
  for (const [i, a] of ascending.entries()) {
    for (const [j, b] of ascending.entries()) {
      expect(compareGoVersions(a, b), `${a} ${b}`).toBe(Math.sign(i - j));
    }
  }
  expect(compareGoVersions("1.20", "1.20.0")).toBe(0);
  expect(compareGoVersions("1.0", "1")).toBe(0);
});

test("knows versions", () => {
  expect(["1", "1.21", "1.21.0", "1.21rc1", "1.21rc"].filter((v) => !isGoVersion(v))).toEqual([]);
  const none = ["", "go1.21", "v1.21", "1.21.0rc1", "1.021", "1.21.", "1.21-x", "1.21RC1"];
  expect(none.filter(isGoVersion)).toEqual([]);
});

test("language and toolchain versions", () => {
  expect(["1.21.3", "1.21rc1", "1.0", "1.0.5", "x"].map(languageVersion)).toEqual([
    "1.21",
    "1.21",
    "1",
    "1",
    "",
  ]);
  expect(["go1.21.3", "go1.21.3-custom", "default", "1.21"].map(toolchainVersion)).toEqual([
    "1.21.3",
    "1.21.3",
    "",
    "",
  ]);
});
