import { spawn } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { downloadDir, modulePaths } from "../../src/modcache/layout.ts";
import { removeTree } from "../../src/modcache/remove-tree.ts";
import { createZipFromDir } from "../../src/zip/create-from-dir.ts";
import { releaseTree } from "../support/release-tree.ts";
import { describeWithTools, requireTool } from "../support/tools.ts";

/* Tampered caches: what modwharf, `go build` and `go mod verify` each say. The table stands in docs/warm.md. */

const GO_MOD = "module example.com/app\n\ngo 1.21\n\nrequire rsc.io/quote v1.5.2\n";
const MAIN = 'package main\n\nimport "rsc.io/quote"\n\nfunc main() { println(quote.Hello()) }\n';
const QUOTE = { path: "rsc.io/quote", version: "v1.5.2" };

type Part = "zip" | "tree" | "ziphash" | "mod";
interface Case {
  readonly parts: readonly Part[];
  readonly build: "catches" | "builds it";
  readonly verify: "catches" | "content";
}

const cases: readonly Case[] = [
  { parts: ["zip"], build: "builds it", verify: "catches" },
  { parts: ["tree"], build: "builds it", verify: "catches" },
  { parts: ["ziphash"], build: "catches", verify: "catches" },
  { parts: ["mod"], build: "catches", verify: "catches" },
  { parts: ["zip", "tree"], build: "builds it", verify: "catches" },
  { parts: ["zip", "ziphash"], build: "catches", verify: "content" },
  { parts: ["tree", "ziphash"], build: "catches", verify: "catches" },
  { parts: ["zip", "tree", "ziphash"], build: "catches", verify: "content" },
];

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

describeWithTools(["go"], "a cache that others can write to", () => {
  let work: string;
  let app: string;
  let good: string;
  let evil: { tree: string; zip: string; h1: string };
  let common: Record<string, string>;

  const start = (command: string, args: readonly string[], env: Record<string, string>): Promise<Ended> =>
    new Promise((resolve) => {
      const child = spawn(command, [...args], {
        cwd: app,
        env: { ...common, ...env },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (chunk: Buffer) => {
          output += chunk.toString("utf8");
        });
      child.once("close", (code) => resolve({ code, output }));
    });
  const modwharf = (args: readonly string[], GOMODCACHE: string, GOPROXY = "off") =>
    start(process.execPath, [releaseTree().cli, ...args], { GOMODCACHE, GOPROXY });
  const go = (args: readonly string[], GOMODCACHE: string, GOPROXY = "off") =>
    start(requireTool("go"), args, { GOMODCACHE, GOPROXY });

  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), "modwharf-cache-"));
    [app, good] = [join(work, "app"), join(work, "good")];
    mkdirSync(app);
    writeFileSync(join(app, "go.mod"), GO_MOD);
    writeFileSync(join(app, "main.go"), MAIN);
    common = {
      ...(process.env as Record<string, string>),
      GOCACHE: join(tmpdir(), "modwharf-test-gocache"),
      GOFLAGS: "-modcacherw -mod=mod",
      GOTOOLCHAIN: "local",
      GOENV: "off",
      GOSUMDB: "off",
    };
    const proxy = (await go(["env", "GOPROXY"], good, "")).output.trim();
    expect(await go(["mod", "tidy"], good, proxy)).toMatchObject({ code: 0 });
    expect(await modwharf(["warm", "--extract"], good, proxy)).toMatchObject({ code: 0 });
    common.GOFLAGS = "-modcacherw -mod=readonly";
    const tree = join(work, "evil");
    cpSync(modulePaths(good, QUOTE).tree, tree, { recursive: true });
    for (const name of [".", "buggy"]) if (existsSync(join(tree, name))) chmodSync(join(tree, name), 0o755);
    writeFileSync(join(tree, "evil.go"), 'package quote\n\nfunc init() { println("evil") }\n');
    const zip = join(work, "evil.zip");
    evil = { tree, zip, h1: (await createZipFromDir(QUOTE, tree, zip)).h1 };
  });
  afterAll(async () => {
    removeTree(good);
    await rm(work, { recursive: true, force: true });
  });

  function tamper(cache: string, parts: readonly Part[]): void {
    const paths = modulePaths(cache, QUOTE);
    for (const part of parts) {
      if (part === "zip") cpSync(evil.zip, paths.zip);
      else if (part === "ziphash") writeFileSync(paths.ziphash, evil.h1);
      else if (part === "mod")
        writeFileSync(paths.mod, "module rsc.io/quote\n\nrequire evil.example v1.0.0\n");
      else {
        removeTree(paths.tree);
        cpSync(evil.tree, paths.tree, { recursive: true });
      }
    }
    // Without the tree go extracts the zip, which is what a restored cache of zips makes it do.
    if (!parts.includes("tree")) removeTree(paths.tree);
  }

  test("whatever is altered: verify names it, warm mends it, go alone does not always notice", async () => {
    const rows: string[] = [];
    for (const { parts, build, verify } of cases) {
      const cache = join(work, parts.join("-"));
      cpSync(good, cache, { recursive: true });
      tamper(cache, parts);
      const copy = `${cache}-for-go`;
      cpSync(cache, copy, { recursive: true });
      const verified = await go(["mod", "verify"], copy);
      const built = await go(["run", "."], copy);
      const said = {
        build: built.code === 0 ? "builds it" : "catches",
        verify: verified.code === 0 ? "content" : "catches",
      };
      const found = await modwharf(["verify", "cache", "--json"], cache);
      rows.push(
        `| ${parts.join(" + ")} | ${said.build} | ${said.verify} | ${found.code === 4 ? "catches" : "MISSES"} |`,
      );
      expect([parts, said]).toEqual([parts, { build, verify }]);
      if (said.build === "builds it") expect(built.output).toContain("evil");
      expect(found.code, found.output).toBe(4);
      const altered = JSON.parse(found.output).altered as string[];
      for (const part of parts.filter((part) => part !== "tree"))
        expect(altered).toContain(`cache/download/rsc.io/quote/@v/v1.5.2.${part}`);
      if (parts.includes("tree"))
        expect(altered.some((name) => name.startsWith("rsc.io/quote@v1.5.2"))).toBe(true);
      expect(await modwharf(["warm"], cache, `file://${downloadDir(good)}`)).toMatchObject({ code: 0 });
      const after = await go(["run", "."], cache);
      expect(after.output).not.toContain("evil");
      expect(after.code, after.output).toBe(0);
      for (const dir of [cache, copy]) removeTree(dir);
    }
    process.stderr.write(
      `| altered | go build | go mod verify | modwharf verify |\n|---|---|---|---|\n${rows.join("\n")}\n`,
    );
  });

  test("handed over as a file:// proxy, go itself refuses an altered zip", async () => {
    const [cache, fresh] = [join(work, "handed"), join(work, "fresh")];
    cpSync(good, cache, { recursive: true });
    tamper(cache, ["zip", "ziphash"]);
    const ran = await go(["run", "."], fresh, `file://${downloadDir(cache)},off`);
    expect(ran.code).not.toBe(0);
    expect(ran.output).toMatch(/checksum mismatch/);
    for (const dir of [cache, fresh]) removeTree(dir);
  });

  test("two warms and a build on one empty cache at once: no error, no corruption", async () => {
    const proxy = `file://${downloadDir(good)},off`;
    for (let round = 0; round < 3; round++) {
      const cache = join(work, `busy-${round}`);
      const ran = await Promise.all([
        modwharf(["warm"], cache, proxy),
        modwharf(["warm", "--extract"], cache, proxy),
        go(["run", "."], cache, proxy),
      ]);
      expect(
        ran.map(({ code }) => code),
        ran.map(({ output }) => output).join("\n"),
      ).toEqual([0, 0, 0]);
      expect(await modwharf(["verify", "cache"], cache)).toMatchObject({ code: 0 });
      expect((await go(["mod", "verify"], cache)).output).toContain("all modules verified");
      expect(readFileSync(modulePaths(cache, QUOTE).ziphash)).toEqual(
        readFileSync(modulePaths(good, QUOTE).ziphash),
      );
      removeTree(cache);
    }
    rmSync(join(work, "busy"), { recursive: true, force: true });
  });
});
