import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HttpClient } from "../../src/base/http.ts";
import { loadAdvisories } from "../../src/policy/load-advisories.ts";
import { goMod, judgeCase } from "./harness.ts";

const entry = {
  id: "GO-2026-0001",
  aliases: ["CVE-2026-1", "GHSA-x"],
  summary: "Memory grows\nwithout bound",
  database_specific: { review_status: "REVIEWED", url: "https://pkg.go.dev/vuln/GO-2026-0001" },
  affected: [
    {
      package: { name: "example.com/a", ecosystem: "Go" },
      ranges: [
        {
          type: "SEMVER",
          events: [{ introduced: "0" }, { fixed: "1.1.0" }, { introduced: "1.2.0" }, { fixed: "1.2.5" }],
        },
      ],
    },
    { package: { name: "stdlib", ecosystem: "Go" }, ranges: [] },
    { package: { name: "a", ecosystem: "npm" }, ranges: [] },
  ],
};

let dir = "";
const http = new HttpClient({ connection: {}, userAgent: "test" });
const load = async (source: string) =>
  (
    await loadAdvisories(
      { sources: [source], api: undefined, modules: [], onFailure: "error" },
      { http, cwd: dir },
    )
  ).byModule;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "modwharf-osv-"));
  mkdirSync(join(dir, "db", "ID"), { recursive: true });
  writeFileSync(join(dir, "db", "ID", "one.json"), JSON.stringify(entry));
  writeFileSync(join(dir, "db", "index.json"), JSON.stringify({ modified: "x" }));
  writeFileSync(join(dir, "list.json"), JSON.stringify([entry, { ...entry, id: "GO-2026-0002" }]));
  writeFileSync(join(dir, "lines.json"), `${JSON.stringify(entry)}\n${JSON.stringify(entry)}`);
  writeFileSync(join(dir, "broken.json"), "<html>");
  mkdirSync(join(dir, "empty"));
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe("loadAdvisories", () => {
  test.each([
    ["db", 1],
    ["list.json", 2],
    ["lines.json", 2],
  ])("reads %s", async (source, count) => {
    const advisories = await load(source);
    expect([...advisories.keys()].sort()).toEqual(["example.com/a", "stdlib"]);
    expect(advisories.get("example.com/a")).toHaveLength(count);
    expect(advisories.get("example.com/a")![0]!.ranges).toEqual([
      { introduced: "", fixed: "v1.1.0", custom: false },
      { introduced: "v1.2.0", fixed: "v1.2.5", custom: false },
    ]);
  });

  test.each([
    ["missing", "FILE_UNREADABLE"],
    ["empty", "FILE_UNREADABLE"],
    ["broken.json", "USAGE"],
  ])("%s is an error, never an empty database", async (source, code) => {
    await expect(load(source)).rejects.toMatchObject({ code });
  });

  test.each([
    ["v1.0.0", "vulnerable-dependency"],
    ["v1.1.0", undefined],
    ["v1.2.4", "vulnerable-dependency"],
    ["v1.2.5", undefined],
    ["v1.2.5-0.20260102150405-abcdef123456", "vulnerable-dependency-unconfirmed"],
    ["v1.2.5-rc.1", "vulnerable-dependency"],
  ])("%s of an affected module: %s", async (version, rule) => {
    const advisories = Object.fromEntries(await load("db"));
    const head = { "go.mod": goMod(`require example.com/a ${version}`) };
    const { findings } = await judgeCase({ head, advisories });
    const own = findings.filter((finding) => finding.rule.startsWith("vulnerable"));
    expect(own.map((finding) => finding.rule)).toEqual(rule === undefined ? [] : [rule]);
    if (own[0] !== undefined) expect(own[0].message).toContain("GO-2026-0001, CVE-2026-1: Memory grows");
  });

  test("a custom range is only a suspicion, and an ignored entry none", async () => {
    const custom = {
      ...entry,
      affected: [
        {
          package: entry.affected[0]!.package,
          ecosystem_specific: { custom_ranges: [{ events: [{ introduced: "2020" }] }] },
        },
      ],
    };
    writeFileSync(join(dir, "custom.json"), JSON.stringify(custom));
    const advisories = Object.fromEntries(await load("custom.json"));
    const head = { "go.mod": goMod("require example.com/a v1.0.0") };
    const policy = "vulnerabilities: { ignore: [{ id: CVE-2026-1, reason: no }] }";
    const rules = async (text?: string) =>
      (await judgeCase({ head, advisories, ...(text === undefined ? {} : { policy: text }) })).findings
        .map((finding) => finding.rule)
        .filter((rule) => rule.startsWith("vulnerable"));
    expect(await rules()).toEqual(["vulnerable-dependency-unconfirmed"]);
    expect(await rules(policy)).toEqual([]);
  });
});
