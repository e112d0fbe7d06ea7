import { describe, expect, test } from "vitest";
import * as pseudo from "../../src/module/pseudo.ts";

const time = new Date("2024-02-29T23:59:58.987Z");
const revision = "abcdef123456";
const stamp = "20240229235958-abcdef123456";

test.each([
  [undefined, undefined, `v0.0.0-${stamp}`],
  ["v2", undefined, `v2.0.0-${stamp}`],
  ["v2", "v2.3.9", `v2.3.10-0.${stamp}`],
  ["v2", "v2.3.9-rc.1", `v2.3.9-rc.1.0.${stamp}`],
  ["v0", "v2.0.0+incompatible", `v2.0.1-0.${stamp}+incompatible`],
  ["v1", "v1.2.99999999999999999999", `v1.2.100000000000000000000-0.${stamp}`],
])("major %s after %s is %s, and back", (major, older, version) => {
  const source = { time, revision, ...(major && { major }), ...(older && { older }) };
  expect(pseudo.makePseudoVersion(source)).toBe(version);
  expect(pseudo.parsePseudoVersion(version)).toEqual({
    base: older,
    time: new Date("2024-02-29T23:59:58Z"),
    revision,
  });
});

test("an older tag that is no version counts as none", () => {
  expect(pseudo.makePseudoVersion({ older: "release-1", time, revision })).toBe(`v0.0.0-${stamp}`);
});

test.each(["+012345-01-01T00:00:00Z", "-000001-01-01T00:00:00Z", "never"])(
  "a commit time %s has no timestamp",
  (text) => {
    expect(() => pseudo.makePseudoVersion({ time: new Date(text), revision })).toThrow(
      expect.objectContaining({ code: "MODULE_VERSION", expected: "a year from 0 to 9999" }),
    );
  },
);

describe("a pseudo-version's form", () => {
  test.each([
    "v1.2.3",
    "v1.2.3-rc.1",
    `v1.2.3-${stamp}`,
    `v1.2.3-rc.${stamp}`,
    `v01.0.0-${stamp}`,
    `v1.0.0-${stamp}\n`,
  ])("%j has it not", (version) => {
    expect(pseudo.isPseudoVersion(version)).toBe(false);
    expect(() => pseudo.parsePseudoVersion(version)).toThrow("invalid pseudo-version: syntax error");
  });

  test.each(["20230229000000", "20241301000000", "20240431000000", "20240101240000", "20240101006000"])(
    "may hold the time %s, which does not exist",
    (timestamp) => {
      const version = `v0.0.0-${timestamp}-abc`;
      expect(pseudo.isPseudoVersion(version)).toBe(true);
      expect(pseudo.pseudoVersionRevision(version)).toBe("abc");
      expect(() => pseudo.pseudoVersionTime(version)).toThrow(`malformed time "${timestamp}"`);
    },
  );

  test("may have no possible base", () => {
    expect(() => pseudo.pseudoVersionBase(`v1.2.0-0.${stamp}`)).toThrow(
      "version before v1.2.0 would have negative patch number",
    );
    expect(() => pseudo.pseudoVersionBase(`v2.0.0-${stamp}+incompatible`)).toThrow(
      'lacks base version, but has build metadata "+incompatible"',
    );
  });
});

test("the placeholder", () => {
  expect(pseudo.zeroPseudoVersion()).toBe("v0.0.0-00010101000000-000000000000");
  expect(pseudo.isZeroPseudoVersion(pseudo.zeroPseudoVersion("v3"))).toBe(true);
  expect(pseudo.isZeroPseudoVersion(`v0.0.0-${stamp}`)).toBe(false);
  expect(pseudo.pseudoVersionTime(pseudo.zeroPseudoVersion()).toISOString()).toBe("0001-01-01T00:00:00.000Z");
});
