import { createRequire } from "node:module";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { describe, expect, test } from "vitest";
import { type Format, formats, parseFormats, renderFormat } from "../../src/report/formats.ts";
import { mermaidLabel } from "../../src/report/mermaid.ts";
import type { Finding, Report } from "../../src/report/report.ts";
import { visible } from "../../src/report/visible.ts";
import { hostileTexts, reportWith } from "./hostile.ts";
import { clean, manyFindings, sample } from "./sample.ts";

const require = createRequire(import.meta.url);

/** The published schema. It is draft 04, but uses only what means the same in draft 07 once its id is gone. */
function sarifSchema(): Record<string, unknown> {
  const schema = require("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json") as Record<
    string,
    unknown
  >;
  const { $schema: _draft, id: _id, ...rest } = structuredClone(schema);
  return rest;
}

const ajv = new Ajv.default({ strict: false, unicodeRegExp: false, allErrors: true });
addFormats.default(ajv);
const isSarif = ajv.compile(sarifSchema());

/** What GitLab demands of a Code Quality report, and nothing that it ignores. */
const isCodeQuality = ajv.compile({
  type: "array",
  items: {
    type: "object",
    additionalProperties: false,
    required: ["description", "check_name", "fingerprint", "severity", "location"],
    properties: {
      description: { type: "string", minLength: 1, pattern: "^[^\\n]*$" },
      check_name: { type: "string", minLength: 1 },
      fingerprint: { type: "string", pattern: "^[0-9a-f]{40}$" },
      severity: { enum: ["info", "minor", "major", "critical", "blocker"] },
      location: {
        type: "object",
        additionalProperties: false,
        required: ["path", "lines"],
        properties: {
          path: { type: "string", pattern: "^(?!/)(?!\\./)(?!(.*/)?\\.\\.(/|$))[\\s\\S]+$" },
          lines: {
            type: "object",
            additionalProperties: false,
            required: ["begin"],
            properties: { begin: { type: "integer", minimum: 1 } },
          },
        },
      },
    },
  },
});

function valid(validate: typeof isSarif, value: unknown): void {
  validate(value);
  expect(validate.errors ?? []).toEqual([]);
}

interface SarifResult {
  ruleIndex: number;
  ruleId: string;
  partialFingerprints: Record<string, string>;
  locations: { physicalLocation: { artifactLocation: { uri: string } } }[];
}

function sarifRun(report: Report) {
  const log = JSON.parse(renderFormat("sarif", report, { version: "1.2.3" }));
  valid(isSarif, log);
  return log.runs[0] as { results: SarifResult[]; tool: { driver: { rules: { id: string }[] } } };
}

describe("SARIF", () => {
  test("matches its golden", async () => {
    await expect(renderFormat("sarif", sample, { version: "1.2.3" })).toMatchFileSnapshot(
      "testdata/report.sarif",
    );
  });

  test("is valid when clean", () => {
    expect(sarifRun(clean).results).toEqual([]);
  });

  test.each(hostileTexts)("is valid and escapes paths and link syntax for %j", (text) => {
    const run = sarifRun(reportWith(text));
    for (const result of run.results) {
      const { uri } = result.locations[0]!.physicalLocation.artifactLocation;
      expect(uri).toMatch(/^[A-Za-z0-9\-_.!~*'()%/]+$/);
      expect(run.tool.driver.rules[result.ruleIndex]?.id).toBe(result.ruleId);
    }
  });

  test("gives each result its own fingerprint, which does not move with the line", () => {
    const findings = manyFindings(300);
    const prints = (list: Finding[]) =>
      sarifRun({ ...sample, findings: list }).results.map((r) => r.partialFingerprints["modwharf/v1"]);
    const before = prints(findings);
    expect(new Set(before).size).toBe(300);
    expect(prints(findings.map((f) => ({ ...f, line: f.line! + 7 })))).toEqual(before);
  });
});

describe("Code Quality", () => {
  test("matches its golden", async () => {
    await expect(renderFormat("codequality", sample)).toMatchFileSnapshot("testdata/code-quality.json");
  });

  test("of a clean run is an empty array", () => {
    expect(renderFormat("codequality", clean)).toBe("[]\n");
  });

  test.each(hostileTexts)("is valid for %j", (text) => {
    const entries = JSON.parse(renderFormat("codequality", reportWith(text))) as { fingerprint: string }[];
    valid(isCodeQuality, entries);
    expect(new Set(entries.map((entry) => entry.fingerprint)).size).toBe(3);
  });

  test("tells equal findings apart and stays the same from run to run", () => {
    const [one] = manyFindings(1);
    const twice = { ...sample, findings: [one!, { ...one!, line: 9 }] };
    const entries = JSON.parse(renderFormat("codequality", twice)) as { fingerprint: string }[];
    expect(entries[0]?.fingerprint).not.toBe(entries[1]?.fingerprint);
    expect(renderFormat("codequality", twice)).toBe(renderFormat("codequality", structuredClone(twice)));
  });
});

describe("JUnit", () => {
  const parser = new XMLParser({ ignoreAttributes: false, processEntities: true, trimValues: false });

  test("matches its golden", async () => {
    await expect(renderFormat("junit", sample)).toMatchFileSnapshot("testdata/junit.xml");
  });

  test("of a clean run has one test that passes", () => {
    const { testsuites } = parser.parse(renderFormat("junit", clean));
    expect(testsuites["@_tests"]).toBe("1");
    expect(testsuites.testsuite.testcase["@_name"]).toBe("nothing blocks");
    expect(testsuites.testsuite.testcase.failure).toBeUndefined();
  });

  test.each(hostileTexts)("is well-formed and carries the text for %j", (text) => {
    const xml = renderFormat("junit", reportWith(text));
    expect(XMLValidator.validate(xml)).toBe(true);
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u);
    const cases = parser.parse(xml).testsuites.testsuite.testcase;
    expect(cases).toHaveLength(3);
    expect(cases[0].failure["@_message"]).toBe(visible(text).replace(/[\ufffe\uffff]/g, "\ufffd"));
  });
});

describe("OpenMetrics", () => {
  test("matches its golden", async () => {
    await expect(renderFormat("openmetrics", sample)).toMatchFileSnapshot("testdata/openmetrics.txt");
  });

  test.each(hostileTexts)("follows the grammar for %j", (text) => {
    const lines = renderFormat("openmetrics", reportWith(text)).split("\n");
    expect(lines.slice(-2)).toEqual(["# EOF", ""]);
    const label = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\n"])*"`;
    const line = new RegExp(
      String.raw`^(?:# (?:TYPE \w+ (?:gauge|counter)|UNIT \w+ \w+|HELP \w+ (?:[^"\\]|\\[\\n"])*)|\w+(?:\{${label}(?:,${label})*\})? [-+\w.]+)$`,
    );
    expect(lines.slice(0, -2).filter((each) => !line.test(each))).toEqual([]);
  });
});

describe("JSON", () => {
  test("is the data with its findings", () => {
    expect(JSON.parse(renderFormat("json", sample))).toEqual({ base: "v1.2.0", findings: sample.findings });
  });
});

describe("--format", () => {
  test("takes FORMAT=FILE items", () => {
    expect(parseFormats(["sarif=out/a=b.sarif", "junit=j.xml"])).toEqual([
      { format: "sarif", file: "out/a=b.sarif" },
      { format: "junit", file: "j.xml" },
    ]);
  });

  test.each([[["sarif"]], [["sarif="]], [["pdf=x"]], [["toString=x"]], [["sarif=x", "junit=x"]]])(
    "refuses %j with what is allowed",
    (items) => {
      expect(() => parseFormats(items)).toThrow(expect.objectContaining({ code: "USAGE" }));
    },
  );

  test("every format renders a clean report", () => {
    for (const format of Object.keys(formats) as Format[]) expect(renderFormat(format, clean)).toMatch(/\n$/);
  });
});

test.each(hostileTexts)("a label of a diagram stays inside its quotes for %j", (text) => {
  expect(mermaidLabel(text)).toMatch(/^(?:[\p{L}\p{N} ./,+=-]|#\d+;)*$/u);
});
