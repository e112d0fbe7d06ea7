import { beforeAll, expect, test } from "vitest";
import * as semver from "../../src/module/version.ts";
import { describeWithTools } from "../support/tools.ts";
import { dumpXmodTests } from "../support/xmod.ts";

interface Tables {
  /** A version and its canonical form, "" for none; in the order of precedence. */
  versions: [string, string][];
  sort: { In: string[]; Want: string[] }[];
}

describeWithTools(["go"], "the tests of golang.org/x/mod/semver", () => {
  let tables: Tables;
  beforeAll(async () => {
    tables = await dumpXmodTests<Tables>("semver", ["Sort"]);
  });

  test("are all there", () => {
    expect(tables.versions.length).toBeGreaterThanOrEqual(32);
    expect(tables.sort).toHaveLength(1);
  });

  test("IsValid, Canonical", () => {
    for (const [version, canonical] of tables.versions) {
      expect(semver.canonicalVersion(version), version).toBe(canonical === "" ? undefined : canonical);
      expect(semver.isSemver(version), version).toBe(canonical !== "");
    }
  });

  test("Major, MajorMinor, Prerelease, Build", () => {
    for (const [version, canonical] of tables.versions) {
      const isValid = canonical !== "";
      expect(semver.majorOf(version)).toBe(isValid ? canonical.split(".")[0] : undefined);
      expect(semver.majorMinorOf(version)).toBe(
        isValid ? canonical.split(".").slice(0, 2).join(".") : undefined,
      );
      const hyphen = canonical.indexOf("-");
      expect(semver.prereleaseOf(version)).toBe(hyphen < 0 ? "" : canonical.slice(hyphen));
      const plus = version.indexOf("+");
      expect(semver.buildOf(version)).toBe(isValid && plus >= 0 ? version.slice(plus) : "");
    }
  });

  test("Compare", () => {
    for (const [i, [a, canonicalA]] of tables.versions.entries()) {
      for (const [j, [b, canonicalB]] of tables.versions.entries()) {
        const order = canonicalA === canonicalB ? 0 : i < j ? -1 : 1;
        expect(semver.compareVersions(a, b), `${a} ${b}`).toBe(order);
      }
    }
  });

  test("Sort", () => {
    for (const { In, Want } of tables.sort) expect(semver.sortVersions(In)).toEqual(Want);
  });
});
