import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { SUMMARY_MAX_BYTES } from "../../src/report/summary.ts";
import { hostileTexts, reportWith } from "../report/hostile.ts";
import { manyFindings } from "../report/sample.ts";
import { capturedPlatform } from "../support/captured.ts";

let dir: string;
let env: Record<string, string>;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "github-"));
  env = {
    GITHUB_ACTIONS: "true",
    GITHUB_OUTPUT: join(dir, "output"),
    GITHUB_STEP_SUMMARY: join(dir, "summary"),
    RUNNER_TEMP: dir,
  };
  await writeFile(env.GITHUB_OUTPUT!, "");
  await writeFile(env.GITHUB_STEP_SUMMARY!, "");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true });
});

/** Outputs as the runner reads them: name<<delimiter, lines, delimiter. */
function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const [, name, delimiter] = /^([^<=]+)<<(.+)$/.exec(lines[i]!) ?? [];
    if (name === undefined) continue;
    const end = lines.indexOf(delimiter!, i + 1);
    outputs[name] = lines.slice(i + 1, end).join("\n");
    i = end;
  }
  return outputs;
}

describe("outputs of a GitHub step", () => {
  test.each(hostileTexts)("arrive as they are, and only under their name: %j", async (text) => {
    const { platform } = await capturedPlatform(env);
    const value = `${text}\nh1<<EOF\nforged\nEOF\nname=forged`;
    await platform.setOutputs({ version: value, h1: "real" });
    const outputs = parseOutputs(await readFile(env.GITHUB_OUTPUT!, "utf8"));
    expect(outputs).toEqual({ version: value.replaceAll("\ud800", "\ufffd"), h1: "real" });
  });

  test("are not printed where there is no output file", async () => {
    const { GITHUB_OUTPUT: _, ...rest } = env;
    vi.stubEnv("GITHUB_OUTPUT", undefined);
    const { platform, stdout } = await capturedPlatform(rest);
    await platform.setOutputs({ version: "x" });
    expect(stdout()).not.toContain("set-output");
  });
});

describe("the summary of a GitHub step", () => {
  test("is added to, and left alone when it would burst", async () => {
    const { platform, stdout } = await capturedPlatform(env);
    await platform.summarize("# one");
    await platform.summarize("# two");
    expect(await readFile(env.GITHUB_STEP_SUMMARY!, "utf8")).toBe("# one\n# two\n");
    await platform.summarize("x".repeat(SUMMARY_MAX_BYTES));
    expect((await readFile(env.GITHUB_STEP_SUMMARY!, "utf8")).length).toBeLessThan(100);
    expect(stdout()).toContain("::warning::the job summary has no room left");
  });
});

describe("annotations of a GitHub step", () => {
  test("point at file and line", async () => {
    const { platform, stdout } = await capturedPlatform(env);
    const [one] = manyFindings(1);
    await platform.annotate([{ ...one!, column: 4, fix: "drop it" }]);
    expect(stdout()).toBe(
      "::error title=rule-0,file=go.mod,line=1,endLine=1,col=4::problem number 0%0AFix: drop it\n",
    );
  });

  test.each(hostileTexts)("are one command each, whatever %j says", async (text) => {
    const { platform, stdout } = await capturedPlatform(env);
    await platform.annotate(reportWith(text).findings);
    const lines = stdout().trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).toMatch(/^::(?:error|warning|notice) title=[^\r]*::[^\r]*$/);
  });

  test("count what earlier steps of the job have used up", async () => {
    const levels = ["error", "warning", "note"] as const;
    const findings = levels.flatMap((level) => manyFindings(30, { level, blocking: level === "error" }));
    const { platform, stdout } = await capturedPlatform(env);
    await platform.annotate(findings);
    expect(stdout().trim().split("\n")).toHaveLength(30);
    await platform.annotate(findings);
    await platform.annotate(findings);
    expect(stdout().trim().split("\n")).toHaveLength(50);
  });
});

describe("an identity token on GitHub", () => {
  test("without the permission says which", async () => {
    const { platform } = await capturedPlatform(env);
    expect(await platform.idToken("sts.amazonaws.com")).toEqual({
      unavailable: "grant the job `permissions: id-token: write`",
    });
  });
});
