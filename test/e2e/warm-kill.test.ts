import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ModuleSum, verifyCache } from "../../src/modcache/verify.ts";
import { FakeGoproxy } from "../support/fake-goproxy.ts";
import { type FakeModule, fakeModule } from "../support/fake-module.ts";

let dir: string;
let program: string;
let modules: FakeModule[];
let sums: ModuleSum[];
let sumsFile: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "modwharf-kill-"));
  program = join(dir, "warm-child.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("../support/warm-child.ts", import.meta.url))],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  const large = { "data.txt": "some text that is deflated\n".repeat(20_000) };
  modules = await Promise.all(
    Array.from({ length: 30 }, (_, i) =>
      fakeModule(dir, { path: `example.com/m${i}`, version: "v1.0.0" }, large),
    ),
  );
  sums = modules.map(({ module, h1, goModH1 }) => ({ module, h1, goModH1 }));
  sumsFile = join(dir, "sums.json");
  await writeFile(sumsFile, JSON.stringify(sums));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

function start(cache: string, proxy: FakeGoproxy): { child: ChildProcess; ended: Promise<number | null> } {
  const child = spawn(process.execPath, [program, cache, proxy.url, sumsFile], { stdio: "inherit" });
  return { child, ended: new Promise((resolve) => child.once("close", resolve)) };
}

test("killed at any moment it leaves no wrong file, and the next run finishes the work", async () => {
  const files = Object.assign({}, ...modules.map(({ served }) => served));
  for (const killAfter of [1, 20, 40, 60, 75, 85, 90]) {
    const cache = await mkdtemp(join(dir, "gomodcache-"));
    let killed: (() => void) | undefined;
    let seen = 0;
    const proxy = await FakeGoproxy.start({
      files,
      before: () => {
        if (++seen === killAfter) killed?.();
        return false;
      },
    });
    const first = start(cache, proxy);
    killed = () => first.child.kill("SIGKILL");
    await first.ended;
    const between = await verifyCache(cache, sums);
    expect(between.problems, `killed at request ${killAfter}`).toEqual([]);
    killed = undefined;
    expect(await start(cache, proxy).ended).toBe(0);
    expect(await verifyCache(cache, sums)).toMatchObject({ checked: 30, problems: [], missing: [] });
    await proxy.close();
  }
});
