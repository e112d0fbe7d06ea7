import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { docBlocks, docPages, kindOf } from "../support/doc-blocks.ts";
import { includeFile, type Pipeline } from "../support/gitlab-include.ts";
import { lintPipeline } from "../support/gitlab-lint.ts";

/* Every pipeline of every page, held against the templates and actions that it uses. What can be run is run in test/e2e. */

const blocks = docPages().flatMap(docBlocks);
const named = (language: string) =>
  blocks
    .filter((block) => block.language === language)
    .map((block) => ({ ...block, name: `${block.page}:${block.line}` }));
const pipelines = (kind: "gitlab" | "github") => named("yaml").filter((block) => kindOf(block) === kind);

interface Include {
  component?: string;
  file?: string;
  remote?: string;
  inputs?: Record<string, unknown>;
}

/** The template that an include of ours names. */
function templateOf({ component, file, remote }: Include): string {
  const [, name] =
    /\/modwharf\/([\w-]+)@[\d.]+$/.exec(component ?? "") ??
    /\/templates\/([\w-]+)\.yml$/.exec(file ?? remote ?? "") ??
    [];
  const path = `gitlab-ci/templates/${name}.yml`;
  expect(existsSync(path), `${path} of ${component ?? file ?? remote}`).toBe(true);
  return readFileSync(path, "utf8");
}

describe.each(pipelines("gitlab"))("the GitLab pipeline $name", ({ text }) => {
  const { include = [], stages, ...rest } = parse(text) as { include?: Include[]; stages?: string[] };

  test("gives its components inputs that they take, and passes the lint", () => {
    // The list of components shows where a value belongs.
    const filled = (inputs: Record<string, unknown> = {}) =>
      Object.fromEntries(
        Object.entries(inputs).map(([name, value]) => [name, value === "…" ? "HEAD" : value]),
      );
    const jobs: Pipeline = Object.assign(
      {},
      rest,
      ...include.map((one) => includeFile(templateOf(one), filled(one.inputs))),
    );
    expect(lintPipeline(jobs)).toEqual([]);
    for (const job of Object.values(jobs).filter(({ script }) => script !== undefined))
      if (job.stage !== undefined) expect(stages ?? ["build", "test", "deploy"]).toContain(job.stage);
  });
});

interface Step {
  uses?: string;
  with?: Record<string, unknown>;
  run?: string;
}

describe.each(pipelines("github"))("the GitHub workflow $name", ({ text }) => {
  const workflow = parse(text) as { permissions?: unknown; jobs: Record<string, { steps: Step[] }> };
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  test("gives our actions inputs that they take", () => {
    const ours = steps.filter(({ uses }) => uses?.startsWith("OWNER/modwharf"));
    expect(ours.length).toBeGreaterThan(0);
    for (const { uses, with: given = {} } of ours) {
      const [, folder = ""] = /^OWNER\/modwharf(\/actions\/[\w-]+)?@v[\d.]+$/.exec(uses!) ?? [];
      const file = join(".", folder, "action.yml");
      expect(existsSync(file), `${file} of ${uses}`).toBe(true);
      const { inputs } = parse(readFileSync(file, "utf8")) as {
        inputs: Record<string, { required?: boolean }>;
      };
      expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(given)));
      for (const [name, { required }] of Object.entries(inputs))
        if (required) expect(given).toHaveProperty(name);
    }
  });

  test("states its permissions, and puts no expression into a script", () => {
    expect(workflow.permissions).toBeDefined();
    for (const { run } of steps) expect(run ?? "").not.toContain("${{");
  });
});

test("no other YAML block holds a part of a pipeline", () => {
  for (const { text, name } of named("yaml").filter((block) => kindOf(block) === "other"))
    expect(text, name).not.toMatch(/\b(script|uses|jobs|include):/);
});

test.each(named("json"))("the JSON at $name parses", ({ text }) => {
  expect(() => JSON.parse(text)).not.toThrow();
});

test.each(named("sh"))("the shell at $name parses", ({ text }) => {
  const { status, stderr } = spawnSync("sh", ["-n"], { input: text, encoding: "utf8" });
  expect(status, stderr).toBe(0);
});

test.each(docPages())("the links of %s lead somewhere", (page) => {
  const text = readFileSync(page, "utf8").replace(/```[\s\S]*?```/g, "");
  for (const [, target = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^https?:/.test(target)) continue;
    const [path = "", anchor] = target.split("#");
    const file = path === "" ? page : join(dirname(page), path);
    expect(existsSync(file), target).toBe(true);
    if (anchor !== undefined) expect(anchorsOf(file), target).toContain(anchor);
  }
});

/** The anchors that GitHub and GitLab make of a page's headings. */
function anchorsOf(file: string): string[] {
  return [...readFileSync(file, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .replace(/\s/g, "-"),
  );
}
