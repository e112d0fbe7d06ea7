import { describe, expect, test } from "vitest";
import { checkFiles, checkZipVersion } from "../../src/zip/check.ts";
import { Collisions } from "../../src/zip/collisions.ts";
import { MAX_GO_MOD_BYTES, MAX_LICENSE_BYTES, MAX_ZIP_BYTES } from "../../src/zip/files.ts";
import { type Candidate, columns, type RuleContext, rules, type ZipRuleId } from "../../src/zip/rules.ts";
import { isGo124OrLater, isVendoredPackage } from "../../src/zip/vendored.ts";

const file = (path: string, sizeBytes = 1): Candidate => ({ path, mode: "regular", sizeBytes });
const ofMode = (path: string, mode: Candidate["mode"]): Candidate => ({ path, mode, sizeBytes: 0 });

/** For each rule a file to which it applies and one to which it does not. */
const cases: Record<ZipRuleId, { fires: Candidate; silent: Candidate }> = {
  "zip-prefix": { fires: { ...file("x.go"), lacksPrefix: "m@v1.0.0/" }, silent: file("x.go") },
  "path-clean": { fires: file("a/../b"), silent: file("../b") },
  "path-relative": { fires: file("/a"), silent: file("a") },
  vendored: { fires: file("vendor/x/y.go"), silent: file("vendor/x.go") },
  "nested-module": { fires: file("nested/x.go"), silent: file("x.go") },
  "vcs-directory": { fires: ofMode("a/.git", "directory"), silent: file("a/.git") },
  "hg-archival": { fires: file(".hg_archival.txt"), silent: file("a/.hg_archival.txt") },
  "path-valid": { fires: file("con.go"), silent: file("a b.go") },
  "go-mod-case": { fires: file("Go.mod"), silent: file("go.mod") },
  "go-mod-in-root": { fires: file("a/GO.MOD"), silent: file("GO.MOD") },
  collision: { fires: file("SEEN.go"), silent: file("other.go") },
  directory: { fires: ofMode("a", "directory"), silent: file("a") },
  symlink: { fires: ofMode("a", "symlink"), silent: file("a") },
  irregular: { fires: ofMode("a", "irregular"), silent: ofMode("a", "symlink") },
  "total-size": { fires: file("a", MAX_ZIP_BYTES + 1), silent: file("a", MAX_ZIP_BYTES) },
  "go-mod-size": { fires: file("go.mod", MAX_GO_MOD_BYTES + 1), silent: file("a", MAX_GO_MOD_BYTES + 1) },
  "license-size": {
    fires: file("LICENSE", MAX_LICENSE_BYTES + 1),
    silent: file("LICENSE", MAX_LICENSE_BYTES),
  },
};

function context(): RuleContext {
  const collisions = new Collisions();
  collisions.check("seen.go", false);
  return {
    isGo124: true,
    isInNestedModule: ({ path }) => path.startsWith("nested/"),
    collisions,
    bytesLeft: MAX_ZIP_BYTES,
  };
}

test.for(Object.keys(rules) as ZipRuleId[])("%s has a case that fires and one that does not", (id) => {
  expect(rules[id].find(cases[id].fires, context())).toBeTypeOf("string");
  expect(rules[id].find(cases[id].silent, context())).toBeUndefined();
});

test("every rule stands in a column", () => {
  const used = new Set(Object.values(columns).flatMap((cells) => cells.map(([rule]) => rule as string)));
  expect([...used].sort()).toEqual(Object.keys(rules).sort());
});

describe("what a module zip leaves out as vendored", () => {
  test.for([
    ["vendor/x.go", false, false],
    ["vendor/modules.txt", false, true],
    ["vendor/a/x.go", true, true],
    ["pkg/vendor/x.go", true, false],
    ["pkg/vendor/a/x.go", true, true],
    ["a/vendor/x.go", true, false],
    ["vendored/x.go", false, false],
    ["p/vendor", false, false],
  ] as const)("%s: before Go 1.24 %s, from it on %s", ([path, before, after]) => {
    expect([isVendoredPackage(path, false), isVendoredPackage(path, true)]).toEqual([before, after]);
  });

  test.for([
    ["1.24", true],
    ["1.24rc1", true],
    ["1.100", true],
    ["2.0", true],
    ["1.23.99", false],
    ["1", false],
    ["1.24.1rc1", false], // no such version exists, and Go takes it for none
    ["", false],
    [undefined, false],
  ] as const)("the go directive %s means Go 1.24 or later: %s", ([version, isIt]) => {
    expect(isGo124OrLater(version)).toBe(isIt);
  });
});

describe("collisions", () => {
  const reasons = (...paths: string[]) =>
    checkFiles(paths.map((path) => file(path))).invalid.map(({ reason }) => reason);

  test("are found in directories too, and stay found", () => {
    expect(reasons("a/x", "A/y", "A/z")).toEqual([
      'case-insensitive file name collision: "a" and "A"',
      'case-insensitive file name collision: "a" and "A"',
    ]);
  });

  test("follow Unicode's folding", () => {
    expect(reasons("\u017f.go", "s.go")).toHaveLength(1);
    expect(reasons("\u0131.go", "i.go")).toEqual([]);
  });

  test("are told once for each path", () => {
    expect(reasons("x", "x", "x")).toEqual(['multiple entries for file "x"']);
    expect(reasons("x", "x/y")).toEqual(['entry "x" is both a file and a directory']);
  });
});

test("a zip is named after a canonical version of its own path only", () => {
  checkZipVersion({ path: "example.com/m", version: "v2.0.0+incompatible" });
  const refused = ["v1.0", "v1.0.0+meta", "v2.0.0", "1.0.0", ""];
  for (const version of refused) expect(() => checkZipVersion({ path: "example.com/m", version })).toThrow();
});
