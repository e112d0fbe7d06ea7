import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { allRules } from "../../src/policy/registry.ts";
import { dependencyCases } from "./cases/dependency-cases.ts";
import { versionCases } from "./cases/version-cases.ts";
import { judgeCase } from "./harness.ts";

const cases = { ...versionCases, ...dependencyCases };

describe("the registry", () => {
  test("holds one rule for each file of rules/, named by its id", () => {
    const files = readdirSync(new URL("../../src/policy/rules", import.meta.url));
    expect(files.sort()).toEqual(allRules.map((rule) => `${rule.id}.ts`).sort());
  });

  test("each rule has a case", () => {
    expect(Object.keys(cases).sort()).toEqual(allRules.map((rule) => rule.id).sort());
  });

  test.each(allRules)("$id explains itself", (rule) => {
    expect(rule.title).toMatch(/^\S.*[^.]$/);
    expect(rule.why).toMatch(/^[\S\s]{20,}\.$/);
    expect(rule.fix).toMatch(/^[a-z].*[^.]$/);
    expect(rule.reference).toMatch(/^(https:\/\/|docs\/)/);
  });
});

describe.each(allRules)("$id", (rule) => {
  const { fires, silent } = cases[rule.id]!;

  test("fires, with place and fix", async () => {
    const { findings, edits } = await judgeCase(fires.scene);
    const finding = findings.find((entry) => entry.rule === rule.id);
    expect(finding, JSON.stringify(findings)).toBeDefined();
    expect(finding!.message).toMatch(/^[^\n]+[^.\n]$/);
    expect(finding!.fix).toBeTruthy();
    expect(Object.keys({ ...fires.scene.base, ...fires.scene.head })).toContain(finding!.file);
    expect(finding!.line).toBe(fires.line ?? 1);
    expect(finding!.column).toBeGreaterThan(0);
    expect(finding!.status).toBe("new");
    expect(finding!.blocking).toBe(finding!.level === "error");
    if (fires.edited === undefined) return;
    const edit = edits.find((entry) => entry.file === finding!.file);
    expect(edit?.apply(fires.scene.head[finding!.file!]!)).toBe(fires.edited);
  });

  test("stays silent", async () => {
    const { findings } = await judgeCase(silent);
    expect(findings.filter((finding) => finding.rule === rule.id)).toEqual([]);
  });

  test("does not block what the base has already", async () => {
    if (rule.scope === "change" || rule.scope === "repository-change") return;
    const { findings } = await judgeCase({ ...fires.scene, base: fires.scene.head });
    const own = findings.filter((finding) => finding.rule === rule.id);
    expect(own.map((finding) => [finding.status, finding.blocking])).toEqual(
      own.map(() => ["existing", false]),
    );
    expect(own.length).toBeGreaterThan(0);
  });
});
