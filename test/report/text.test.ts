import { describe, expect, test } from "vitest";
import { renderJson } from "../../src/report/json.ts";
import { renderText } from "../../src/report/text.ts";
import { visible, visibleLines } from "../../src/report/visible.ts";
import { hostileTexts, reportWith } from "./hostile.ts";
import { clean, sample } from "./sample.ts";

describe("the report as text", () => {
  test("has the verdict first, then what blocks, then the rest, and tables at the end", async () => {
    await expect(renderText(sample)).toMatchFileSnapshot("testdata/report.txt");
  });

  test("without findings is its tables, then the verdict", () => {
    const { tables } = sample;
    expect(
      renderText({ ...clean, tables })
        .split("\n")
        .slice(0, 2),
    ).toEqual(["Modules", "Module                 Base    Next"]);
    expect(renderText({ ...clean, tables })).toMatch(/\n\nnothing blocks\n$/);
  });

  test("puts the cells of a table under one another where the first ones are long", () => {
    const rows = [["x".repeat(150), "a, b"]];
    const shown = renderText({
      ...clean,
      tables: [{ title: "Not checked", columns: ["Why", "Rules"], rows }],
    });
    expect(shown).toBe(`Not checked\n- ${"x".repeat(150)}\n  Rules: a, b\n\nnothing blocks\n`);
  });

  test("says the verdict once when no table stands behind the findings", () => {
    const shown = renderText({ ...sample, tables: [] });
    expect(shown.split(sample.summary)).toHaveLength(2);
    expect(shown.startsWith(sample.summary)).toBe(true);
  });

  test("of a clean run is its verdict", () => {
    expect(renderText(clean)).toBe("nothing blocks\n");
  });

  test("has colour only when told", () => {
    expect(renderText(sample)).not.toContain("\u001b");
    const coloured = renderText(sample, { colour: true });
    expect(coloured).toContain("\u001b[31merror\u001b[0m");
    // Taking the colours away leaves the plain form.
    expect(coloured.replace(/\u001b\[\d+m/g, "")).toBe(renderText(sample));
  });

  test.each(hostileTexts)("sends no control to the terminal for %j", (text) => {
    const shown = renderText(reportWith(text), { colour: true }).replace(/\u001b\[\d+m/g, "");
    expect(shown.split("\n").every((line) => visible(line) === line.replaceAll("\t", " "))).toBe(true);
  });
});

describe("the report in a job's log", () => {
  test.each(hostileTexts)("commands no runner for %j", (text) => {
    for (const shown of [renderText(reportWith(text)), renderJson(reportWith(text))]) {
      expect(shown).not.toMatch(/^\s*::|##\[/m);
    }
    expect(JSON.parse(renderJson(reportWith(text)))).toMatchObject({ text });
  });
});

describe("visible text", () => {
  test.each([
    ["\u202egnp.exe", "\\u202egnp.exe"],
    ["a\u200bb\ufeff", "a\\u200bb\\ufeff"],
    ["\u001b[31m", "\\u001b[31m"],
    ["\u{e0041}", "\\u{e0041}"],
    ["a\r\nb\nc\td", "a b c d"],
    ["lone \ud800", "lone \\ud800"],
    ["héllo 😀 日本", "héllo 😀 日本"],
  ])("of %j is %j", (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  test("keeps lines apart", () => {
    expect(visibleLines("a\r\nb\rc\n\u0007\td")).toEqual(["a", "b", "c", "\\u0007\td"]);
  });
});
