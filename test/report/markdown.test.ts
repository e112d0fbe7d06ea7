import fc from "fast-check";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { describe, expect, test } from "vitest";
import { selectAnnotations } from "../../src/report/annotations.ts";
import { commentMarker, renderComment, renderResolved } from "../../src/report/comment.ts";
import {
  cell,
  code,
  escapeHtml,
  fenced,
  fold,
  inline,
  link,
  row,
  tableHead,
} from "../../src/report/markdown.ts";
import { shorten } from "../../src/report/shorten.ts";
import { renderSummary, SUMMARY_MAX_BYTES } from "../../src/report/summary.ts";
import { visible } from "../../src/report/visible.ts";
import { hostileTexts, reportWith } from "./hostile.ts";
import { clean, manyFindings, sample } from "./sample.ts";

/** HTML as a GitHub-flavoured Markdown processor makes it; raw HTML passes, so that what we emit is seen. */
function toHtml(markdown: string): string {
  return micromark(markdown, { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true });
}

function textOf(html: string): string {
  return decode(html.replace(/<[^>]*>/g, "")).replaceAll("\u200b", "");
}

function decode(html: string): string {
  const names: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return html.replace(/&(?:#(\d+)|(\w+));/g, (all, digits?: string, name?: string) =>
    digits === undefined ? (names[name ?? ""] ?? all) : String.fromCodePoint(Number(digits)),
  );
}

function tagsOf(html: string): string[] {
  return [...new Set([...html.matchAll(/<\/?([a-z][a-z0-9]*)/gi)].map((match) => match[1]!))].sort();
}

describe("user text in Markdown", () => {
  test.each(hostileTexts)("shows exactly itself: %j", (text) => {
    const html = toHtml(inline(text));
    expect(textOf(html).trim()).toBe(visible(text).trim());
    expect(tagsOf(html).filter((tag) => tag !== "p" && tag !== "code")).toEqual([]);
  });

  test.each(hostileTexts)("as code shows exactly itself: %j", (text) => {
    const html = toHtml(`x ${code(text)}`);
    expect(textOf(html).slice(2).trim()).toBe(visible(text).trim());
    expect(tagsOf(html).filter((tag) => tag !== "p")).toEqual(["code"]);
  });

  test.each(hostileTexts)("as a table cell stays in its cell: %j", (text) => {
    const html = toHtml([tableHead(["a", text]), row([cell(text), "last"])].join("\n"));
    expect(tagsOf(html).filter((tag) => tag !== "code")).toEqual([
      "table",
      "tbody",
      "td",
      "th",
      "thead",
      "tr",
    ]);
    const cells = [...html.matchAll(/<td>(.*?)<\/td>/g)].map((match) => textOf(match[1]!));
    expect(cells).toEqual([visible(text).trim(), "last"]);
  });

  test.each(hostileTexts)("as HTML shows exactly itself: %j", (text) => {
    const html = toHtml(`<summary>${escapeHtml(text)}</summary>`);
    expect(textOf(html).trim()).toBe(visible(text).trim());
    expect(tagsOf(html)).toEqual(["summary"]);
  });

  test.each(hostileTexts)("in a fenced block stays inside it: %j", (text) => {
    expect(tagsOf(toHtml(fenced(text, "mermaid")))).toEqual(["code", "pre"]);
  });

  test("shows exactly itself whatever the marks", () => {
    const mark = fc.constantFrom(..."\\`*_{}[]()<>#+-.!|~&@$%^:/=\"' \taA1é\u202e😀\n".match(/./gsu)!);
    const shown = (html: string) => textOf(html).trim().replace(/ +/g, " ");
    fc.assert(
      fc.property(fc.string({ unit: mark, maxLength: 24 }), (text) => {
        const wanted = visible(text).trim().replace(/ +/g, " ");
        expect(shown(toHtml(inline(text)))).toBe(wanted);
        const [, inCell = ""] =
          /<td>(.*?)<\/td>/s.exec(toHtml(`${tableHead(["a"])}\n${row([cell(text)])}`)) ?? [];
        expect(shown(inCell)).toBe(wanted);
        expect(shown(toHtml(fold(text, "")))).toBe(wanted);
      }),
      { numRuns: 500 },
    );
  });

  test("mentions nobody and refers to nothing", () => {
    const text = "@octocat #1 !2 ~bug %m &3 $4 a@b.example https://x.example www.x.example";
    for (const markdown of [inline(text), fold(text, "")]) {
      const shown = decode(markdown).replaceAll("\\", "");
      expect(shown).not.toMatch(/[@#!~%&$][\p{L}\p{N}]|:\/\/|www\./u);
    }
  });

  test("links to web addresses only", () => {
    expect(link("x", "javascript:alert(1)")).toBe("x");
    expect(link("x", "https://user:secret@h.example/a b)c")).toBe("[x](<https://h.example/a%20b%29c>)");
    expect(link("x", undefined)).toBe("x");
  });
});

/** Every line that could start something: a quick action of GitLab, a workflow command, a marker of ours. */
function dangerousLines(markdown: string): string[] {
  return markdown.split("\n").filter((line) => /^\s*(?:\/\w|::|<!--|<script|<img)/.test(line));
}

const ALLOWED_TAGS = "br code del details h3 h4 p pre strong summary table tbody td th thead tr em a".split(
  " ",
);

describe("the job summary", () => {
  test("has verdict, findings, tables, diagrams and details", async () => {
    await expect(renderSummary(sample)).toMatchFileSnapshot("testdata/summary.md");
  });

  test("of a clean run is short", () => {
    expect(renderSummary(clean)).toBe("### modwharf gate\n\nnothing blocks\n");
  });

  test.each(hostileTexts)("is not disturbed by %j", (text) => {
    const page = renderSummary(reportWith(text));
    expect(
      dangerousLines(page.replace(/^`{3,}mermaid$[\s\S]*?^`{3,}$/gm, "").replace(/^```$[\s\S]*?^```$/gm, "")),
    ).toEqual([]);
    const html = toHtml(page);
    expect(tagsOf(html).filter((tag) => !ALLOWED_TAGS.includes(tag))).toEqual([]);
    for (const [, href] of html.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^https:\/\/x\.example\//);
  });

  test("stays below GitHub's limit and says what is missing", () => {
    const report = { ...sample, findings: manyFindings(20_000, { message: "é".repeat(60) }) };
    const page = renderSummary(report);
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(SUMMARY_MAX_BYTES);
    expect(Buffer.byteLength(page)).toBeGreaterThan(SUMMARY_MAX_BYTES * 0.99);
    const rows = page.split("\n").filter((line) => line.startsWith("| error")).length;
    const [, missing] = /(\d+) more rows did not fit/.exec(page) ?? [];
    expect(rows + Number(missing)).toBeGreaterThanOrEqual(20_000);
  });
});

describe("the sticky comment", () => {
  const options = { key: "gate example.com/mod", runUrl: "https://ci.example/jobs/1" };

  test("starts with its marker and folds away what does not block", async () => {
    const sourceLink = () => "https://git.example/x/blob/abc/go.mod#L1";
    await expect(renderComment(sample, { ...options, sourceLink })).toMatchFileSnapshot(
      "testdata/comment.md",
    );
  });

  test("says when all is well again", () => {
    expect(renderResolved(clean, options)).toBe(
      `${commentMarker(options.key)}\n**✔ modwharf gate**: nothing blocks · [job](<https://ci.example/jobs/1>)\n`,
    );
  });

  test.each(hostileTexts)("is not disturbed by %j", (text) => {
    const comment = renderComment(reportWith(text), { key: text, runUrl: text });
    const [marker, ...rest] = comment.split("\n");
    expect(marker).toBe(commentMarker(text));
    expect(dangerousLines(rest.join("\n").replace(/^```$[\s\S]*?^```$/gm, ""))).toEqual([]);
    expect(tagsOf(toHtml(comment)).filter((tag) => !ALLOWED_TAGS.includes(tag))).toEqual([]);
  });

  test("no key can end the marker or pass for another", () => {
    const markers = hostileTexts.map(commentMarker);
    for (const marker of markers) expect(marker).toMatch(/^<!-- modwharf:[A-Za-z0-9_.%]+ -->$/);
    expect(new Set(markers).size).toBe(markers.length);
  });

  test("stays below GitHub's limit with its folds closed", () => {
    const findings = [
      ...manyFindings(2000),
      ...manyFindings(2000, { blocking: false, detail: "x\n".repeat(50) }),
    ];
    const comment = renderComment({ ...sample, findings }, options);
    expect(comment.length).toBeLessThanOrEqual(65_536);
    expect(comment).toMatch(/\d+ more rows did not fit into a comment/);
    expect(comment.split("<details>").length).toBe(comment.split("</details>").length);
  });
});

describe("a text as long as a page", () => {
  const long = "@x|".repeat(50_000);
  const report = reportWith(long);
  const [first] = report.findings;
  const others = manyFindings(20);

  test("takes no other finding's place in comment and summary", () => {
    const findings = [{ ...first!, rule: "a", reference: "" }, ...others];
    const crowded = { ...report, command: "gate", findings };
    for (const page of [renderComment(crowded, { key: "k" }), renderSummary(crowded, { maxBytes: 65_536 })]) {
      for (const { message } of others) expect(page).toContain(inline(message));
    }
  });

  test("is cut in annotations", () => {
    const [annotation] = selectAnnotations([{ ...first!, message: long, fix: long }]);
    expect(annotation!.message.length).toBeLessThan(2100);
    expect(annotation!.message).toContain("…");
  });

  test("is not cut through a character", () => {
    expect(shorten("a😀", 2)).toBe("a…");
    expect(shorten("😀😀😀", 4)).toBe("😀\ufffd…");
    expect(shorten("exact", 5)).toBe("exact");
  });
});
