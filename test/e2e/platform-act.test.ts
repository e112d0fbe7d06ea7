import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startCacheServer } from "../support/actions-cache-server.ts";
import { describeWithTools, requireTool } from "../support/tools.ts";

const run = promisify(execFile);

/** An action over the platform alone: logs, annotates, sets an output, and saves and restores a cache twice. */
const action = `
import { mkdirSync, rmSync, readdirSync, writeFileSync } from "node:fs";
import { detectPlatform } from "./src/platform/detect.ts";
const { env, stdout, stderr } = process;
const platform = await detectPlatform({ env, json: false, quiet: false, stdout, stderr });
await platform.log.group("group", async () => platform.log.info("::error::forged ##[error]forged"));
const at = { file: "go.mod", line: 3 };
await platform.annotate([{ rule: "r", level: "error", blocking: true, message: "two\\nlines", subject: "s", ...at }]);
await platform.setOutputs({ version: "v1\\nforged<<EOF\\nx\\nEOF" });
await platform.summarize("# summary of the step");
mkdirSync("modcache");
writeFileSync("modcache/a.zip", "zip");
const key = "key-" + Date.now();
const saved = await platform.cache.save(["modcache"], key);
rmSync("modcache", { recursive: true });
const restored = await platform.cache.restore(["modcache"], "key-0", ["key-"]);
console.log("RESULT " + JSON.stringify([platform.trigger.kind, saved, restored === key, readdirSync("modcache")]));
`;

const workflow = `
on: push
jobs:
  job:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - id: step
        uses: ./action
      - run: printf 'OUTPUT %s %s\\n' "$(printf '%s' "$VERSION" | wc -l)" "$FORGED"
        env:
          VERSION: \${{ steps.step.outputs.version }}
          FORGED: \${{ steps.step.outputs.forged }}
`;

describeWithTools(["act", "git", "tar"], "a step of a job that act runs", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "act-"));
    await mkdir(join(dir, "repo/action"), { recursive: true });
    await mkdir(join(dir, "repo/.github/workflows"), { recursive: true });
    await build({
      stdin: { contents: action, resolveDir: process.cwd(), loader: "ts" },
      bundle: true,
      splitting: true,
      platform: "node",
      format: "esm",
      outdir: join(dir, "repo/action/dist"),
      outExtension: { ".js": ".mjs" },
      banner: {
        js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
      },
    });
    const yaml = "name: a\ndescription: a\nruns: { using: node20, main: dist/stdin.mjs }\n";
    await writeFile(join(dir, "repo/action/action.yml"), yaml);
    await writeFile(join(dir, "repo/.github/workflows/w.yml"), workflow);
    const git = (...args: string[]) => run("git", args, { cwd: join(dir, "repo") });
    await git("init", "-q", "-b", "main");
    await git("add", "-A");
    await git("-c", "user.name=t", "-c", "user.email=t@t.test", "commit", "-q", "-m", "x");
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  async function act(env: Record<string, string>): Promise<string> {
    const variables = Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
    const flags = ["-P", "ubuntu-latest=-self-hosted", "--use-gitignore=false", ...variables];
    const { stdout } = await run(requireTool("act"), ["push", ...flags], {
      cwd: join(dir, "repo"),
      env: { PATH: process.env.PATH, HOME: dir, XDG_CACHE_HOME: join(dir, "cache") },
    });
    return stdout;
  }

  function expectWhole(output: string): void {
    expect(output).toContain('RESULT ["branch","saved",true,["a.zip"]]');
    // Only our own annotation is one; the forged ones are text.
    expect(output.match(/❗ {2}::error/g)).toHaveLength(1);
    expect(output).toMatch(/::error title=r,file=go\.mod,line=3,endLine=3::two%0Alines/);
    expect(output).toContain("\\::error::forged");
    expect(output).toMatch(/\| OUTPUT 3 $/m);
    expect(output).toContain("# summary of the step");
  }

  test("with act's own cache server, which speaks v1", async () => {
    expectWhole(await act({}));
  });

  test("with a cache service of protocol v2", async () => {
    const server = await startCacheServer();
    expectWhole(await act(server.env));
    expect(server.entries).toHaveLength(1);
    expect(server.violations).toEqual([]);
    await server.close();
  });
});
