import { describe, expect, test } from "vitest";
import { selectAnnotations } from "../../src/report/annotations.ts";
import { manyFindings, sample } from "./sample.ts";

describe("annotations", () => {
  test("show every finding when there are few, what blocks as error", () => {
    const shown = selectAnnotations(sample.findings);
    expect(shown.map(({ level, title }) => `${level} ${title}`)).toEqual([
      "error replace-directive",
      "error api-breaking",
      "warning go-directive",
      "notice next-version",
      "notice waived-rule",
    ]);
    expect(shown[1]).toMatchObject({ file: "parse/parse.go", line: 40, endLine: 44, column: 6 });
    expect(shown[1]?.message).toContain("Fix: keep it");
  });

  test("keep to ten of a level, spread over the rules, and count the rest by rule", () => {
    const shown = selectAnnotations(manyFindings(40));
    expect(shown).toHaveLength(10);
    expect(new Set(shown.slice(0, 3).map(({ title }) => title)).size).toBe(3);
    expect(shown.at(-1)?.message).toBe(
      "31 more errors not shown here: 11 × rule-0, 10 × rule-1, 10 × rule-2. The job summary lists all.",
    );
  });

  test("exactly ten need no statement", () => {
    const shown = selectAnnotations(manyFindings(10));
    expect(shown).toHaveLength(10);
    expect(shown.every(({ title }) => title.startsWith("rule-"))).toBe(true);
  });

  test("errors take the job's last places before warnings", () => {
    const findings = [...manyFindings(20, { blocking: false, level: "warning" }), ...manyFindings(20)];
    const shown = selectAnnotations(findings, { perLevel: 10, total: 12 });
    expect(shown.filter(({ level }) => level === "error")).toHaveLength(10);
    expect(shown.filter(({ level }) => level === "warning")).toHaveLength(2);
    expect(shown.at(-1)?.message).toMatch(/^19 more warnings not shown here/);
  });

  test("nothing is shown when the job has no place left", () => {
    expect(selectAnnotations(manyFindings(3), { perLevel: 10, total: 0 })).toEqual([]);
  });
});
