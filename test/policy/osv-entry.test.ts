import { describe, expect, test } from "vitest";
import type { Advisory } from "../../src/policy/osv.ts";
import { addEntry } from "../../src/policy/osv-entry.ts";
import { emptyPolicy } from "../../src/policy/policy.ts";
import { matchesOf } from "../../src/policy/vulnerabilities.ts";

type Json = Record<string, unknown>;

/** The ids that match a version, doubtful ones with a question mark and the fix behind them. */
function matching(entries: readonly Json[], version: string, path = "example.com/a"): string[] {
  const advisories = new Map<string, Advisory[]>();
  for (const entry of entries) addEntry(advisories, entry);
  return matchesOf({ advisories, policy: emptyPolicy() }, path, version).map(({ advisory, doubt, fixed }) =>
    `${advisory.id}${doubt === undefined ? "" : "?"} ${fixed}`.trim(),
  );
}

const entry = (affected: Json, rest: Json = {}): Json => ({
  id: "GO-1",
  affected: [{ package: { name: "example.com/a", ecosystem: "Go" }, ...affected }],
  ...rest,
});
const ranged = (events: Json[], rest: Json = {}) => entry({ ranges: [{ type: "SEMVER", events }] }, rest);

describe("ranges", () => {
  test.each<[string, Json, string, string[]]>([
    ["introduced 0 means from the beginning", ranged([{ introduced: "0" }]), "v0.0.1", ["GO-1"]],
    ["and without end", ranged([{ introduced: "0" }]), "v99.0.0", ["GO-1"]],
    ["fixed is the first good version", ranged([{ introduced: "0" }, { fixed: "1.2.3" }]), "v1.2.3", []],
    [
      "a pre-release of the fix comes before it",
      ranged([{ introduced: "0" }, { fixed: "1.2.3" }]),
      "v1.2.3-rc.1",
      ["GO-1 v1.2.3"],
    ],
    [
      "last_affected is affected",
      ranged([{ introduced: "1.0.0" }, { last_affected: "1.2.0" }]),
      "v1.2.0",
      ["GO-1"],
    ],
    ["what comes after is not", ranged([{ introduced: "1.0.0" }, { last_affected: "1.2.0" }]), "v1.2.1", []],
    [
      "several intervals, between them nothing",
      ranged([{ introduced: "0" }, { fixed: "1.1.0" }, { introduced: "1.3.0" }, { fixed: "1.3.5" }]),
      "v1.2.0",
      [],
    ],
    [
      "several intervals, each with its own fix",
      ranged([{ introduced: "0" }, { fixed: "1.1.0" }, { introduced: "1.3.0" }, { fixed: "1.3.5" }]),
      "v1.3.4",
      ["GO-1 v1.3.5"],
    ],
    [
      "events count in the order of versions, however they are written",
      ranged([{ fixed: "1.3.5" }, { introduced: "1.3.0" }, { fixed: "1.1.0" }, { introduced: "0" }]),
      "v1.2.0",
      [],
    ],
    [
      "introduced again before the fix is one interval",
      ranged([{ introduced: "0" }, { introduced: "1.0.0" }, { fixed: "1.1.0" }]),
      "v1.0.5",
      ["GO-1 v1.1.0"],
    ],
    [
      "several ranges",
      entry({
        ranges: [
          { type: "SEMVER", events: [{ introduced: "0" }, { fixed: "0.5.0" }] },
          { type: "SEMVER", events: [{ introduced: "1.0.0" }, { fixed: "1.5.0" }] },
        ],
      }),
      "v1.4.0",
      ["GO-1 v1.5.0"],
    ],
    ["a listed version", entry({ versions: ["1.0.0", "1.0.2"] }), "v1.0.2", ["GO-1"]],
    ["and no other", entry({ versions: ["1.0.0", "1.0.2"] }), "v1.0.1", []],
    [
      "+incompatible is its version",
      ranged([{ introduced: "0" }, { fixed: "3.2.1" }]),
      "v3.2.0+incompatible",
      ["GO-1 v3.2.1"],
    ],
    ["nothing that can be compared is a doubt", entry({}), "v1.0.0", ["GO-1?"]],
    [
      "commits are a doubt",
      entry({ ranges: [{ type: "GIT", events: [{ introduced: "0" }, { fixed: "deadbeef" }] }] }),
      "v1.0.0",
      ["GO-1?"],
    ],
    [
      "commits beside versions do not make a good version bad",
      entry({
        ranges: [
          { type: "GIT", events: [{ introduced: "0" }] },
          { type: "SEMVER", events: [{ introduced: "0" }, { fixed: "1.0.0" }] },
        ],
      }),
      "v1.0.0",
      [],
    ],
    [
      "a bound that is no version is a doubt",
      ranged([{ introduced: "0" }, { fixed: "next" }]),
      "v1.0.0",
      ["GO-1?"],
    ],
  ])("%s", (_name, given, version, expected) => {
    expect(matching([given], version)).toEqual(expected);
  });
});

describe("untagged commits", () => {
  const commit = "v0.0.0-20220101000000-abcdefabcdef";
  test.each<[string, Json[], string, string[]]>([
    ["no fix at all is certain", [{ introduced: "0" }], commit, ["GO-1"]],
    [
      "before the fixing commit of the same line is certain",
      [{ introduced: "0" }, { fixed: "0.0.0-20220314234659-1baeb1ce4c0b" }],
      commit,
      ["GO-1 v0.0.0-20220314234659-1baeb1ce4c0b"],
    ],
    ["after it is fixed", [{ introduced: "0" }, { fixed: "0.0.0-20210314234659-1baeb1ce4c0b" }], commit, []],
    [
      "before a fixed release is a doubt",
      [{ introduced: "0" }, { fixed: "0.1.0" }],
      commit,
      ["GO-1? v0.1.0"],
    ],
    [
      "after another release than the fixing commit is a doubt",
      [{ introduced: "0" }, { fixed: "1.2.4-0.20220314234659-1baeb1ce4c0b" }],
      commit,
      ["GO-1? v1.2.4-0.20220314234659-1baeb1ce4c0b"],
    ],
    [
      "a form without possible base is no crash",
      [{ introduced: "0" }, { fixed: "2.0.0" }],
      "v1.0.0-0.20220101000000-abcdefabcdef",
      ["GO-1? v2.0.0"],
    ],
  ])("%s", (_name, events, version, expected) => {
    expect(matching([ranged(events)], version)).toEqual(expected);
  });
});

describe("entries", () => {
  const all = [{ introduced: "0" }];

  test("that were withdrawn do not count", () => {
    expect(matching([ranged(all, { withdrawn: "2026-01-01T00:00:00Z" })], "v1.0.0")).toEqual([]);
    expect(matching([ranged(all, { withdrawn: null })], "v1.0.0")).toEqual(["GO-1"]);
  });

  test("of one vulnerability under aliases are told once, by the Go database's name", () => {
    const github = ranged(all, { id: "GHSA-1", aliases: ["CVE-1"] });
    const go = ranged(all, { id: "GO-1", aliases: ["CVE-1", "GHSA-1"] });
    expect(matching([github, go], "v1.0.0")).toEqual(["GO-1"]);
    expect(matching([github, ranged(all, { id: "GO-2" })], "v1.0.0")).toEqual(["GO-2", "GHSA-1"]);
  });

  test("of one vulnerability: what the Go database took back may still stand elsewhere", () => {
    const github = ranged(all, { id: "GHSA-1", aliases: ["GO-1"] });
    expect(matching([github, ranged(all, { withdrawn: "2026-01-01T00:00:00Z" })], "v1.0.0")).toEqual([
      "GHSA-1",
    ]);
  });

  test.each([
    ["unreviewed by Go", { database_specific: { review_status: "UNREVIEWED" } }],
    ["unreviewed by GitHub", { database_specific: { github_reviewed: false } }],
  ])("that are %s are a doubt", (_name, rest) => {
    expect(matching([ranged(all, rest)], "v1.0.0")).toEqual(["GO-1?"]);
  });

  test.each([
    ["null", null],
    ["text", "x"],
    ["no id", { affected: [] }],
    [
      "odd affected",
      { id: "x", affected: [null, 1, { package: null }, { package: { name: 3, ecosystem: "Go" } }] },
    ],
    ["odd ranges", entry({ ranges: [null, 3, { events: [null, 4, {}] }], versions: [1, null] })],
  ])("that are malformed (%s) break nothing", (_name, given) => {
    expect(() => addEntry(new Map(), given)).not.toThrow();
  });

  test("stdlib and toolchain are modules like others, and other ecosystems are none", () => {
    const standard = { id: "GO-9", affected: [{ package: { name: "stdlib", ecosystem: "Go" }, ranges: [] }] };
    const other = { id: "N-1", affected: [{ package: { name: "example.com/a", ecosystem: "npm" } }] };
    expect(matching([standard, other], "v1.22.0", "stdlib")).toEqual(["GO-9?"]);
    expect(matching([standard, other], "v1.0.0")).toEqual([]);
  });
});
