import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { verifyModule } from "../../src/artifact/verify.ts";
import { goInfo } from "../../src/modcache/go-info.ts";
import { downloadDir, modulePaths } from "../../src/modcache/layout.ts";
import { lockFiles } from "../../src/modcache/lock.ts";
import { removeTree } from "../../src/modcache/remove-tree.ts";
import { scanCache } from "../../src/modcache/scan.ts";
import { type ModuleSum, verifyCache } from "../../src/modcache/verify.ts";
import { writeGoMod, writeLists, writeModule } from "../../src/modcache/write.ts";
import { parseGoSum } from "../../src/modfile/go-sum.ts";
import { extractTree } from "../support/extract-tree.ts";
import { describeWithTools, requireTool } from "../support/tools.ts";
import { goEnv, runGo } from "../support/xmod.ts";

const GO_MOD = `module example.com/app

go 1.21

require (
	github.com/BurntSushi/toml v1.2.0
	github.com/dgrijalva/jwt-go v3.2.0+incompatible
	rsc.io/quote v1.5.2
)
`;
const MAIN = `package main

import (
	"fmt"

	_ "github.com/BurntSushi/toml"
	_ "github.com/dgrijalva/jwt-go"
	"rsc.io/quote"
)

func main() { fmt.Println(quote.Hello()) }
`;

const env = { PATH: process.env.PATH };

describeWithTools(["go", "flock"], "a GOMODCACHE beside the real go", () => {
  let dir: string;
  let app: string;
  /** What go downloaded by itself. */
  let theirs: string;
  let ours: string;
  let sums: ModuleSum[];

  const go = (args: readonly string[], cache: string, more: NodeJS.ProcessEnv = {}) =>
    runGo(args, app, { GOMODCACHE: cache, GOFLAGS: "-mod=mod", ...more });

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "modwharf-modcache-"));
    app = join(dir, "app");
    theirs = join(dir, "theirs");
    await mkdir(app);
    await writeFile(join(app, "go.mod"), GO_MOD);
    await writeFile(join(app, "main.go"), MAIN);
    await go(["mod", "tidy"], theirs);
    await go(["mod", "download", "-x"], theirs);
    const goSum = parseGoSum("go.sum", await readFile(join(app, "go.sum"), "utf8"));
    const held = scanCache(theirs).modules;
    sums = goSum.entries.filter(({ module }) => held.has(`${module.path}@${module.version}`));
  });
  beforeEach(async () => {
    ours = await mkdtemp(join(dir, "ours-"));
    await fill(ours);
  });
  afterEach(() => removeTree(ours));
  afterAll(() => {
    removeTree(theirs);
    return rm(dir, { recursive: true, force: true });
  });

  /** Puts into `cache`, by our own code, the modules that go downloaded. */
  async function fill(cache: string): Promise<void> {
    for (const { module, h1, goModH1 } of sums) {
      const paths = modulePaths(theirs, module);
      const mod = await readFile(paths.mod);
      if (!scanCache(theirs).modules.get(`${module.path}@${module.version}`)!.files.has("zip")) {
        await writeGoMod(cache, module, mod, goModH1!);
        continue;
      }
      const files = {
        module,
        zipFile: paths.zip,
        mod,
        info: await readFile(paths.info),
        expected: { h1, goModH1 },
      };
      await writeModule(cache, await verifyModule({ ...files, dispose: async () => {} }));
    }
    await writeLists(
      cache,
      sums.map(({ module }) => module),
    );
  }

  async function contentsOf(root: string): Promise<Map<string, string>> {
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    const wanted = files.filter((file) => /\/@v\/(?:list|.*\.(?:info|mod|zip|ziphash))$/.test(file));
    const contents = await Promise.all(wanted.map((file) => readFile(file, "base64")));
    return new Map(wanted.map((file, i) => [relative(root, file), contents[i]!]));
  }

  test("our files are go's, byte for byte, .info and list included", async () => {
    const [we, they] = [await contentsOf(downloadDir(ours)), await contentsOf(downloadDir(theirs))];
    expect(we.size).toBeGreaterThan(20);
    // go asks for the .info of some versions of which it needs the go.mod only; nothing of ours is go's otherwise.
    const same = [...we].filter(([file, content]) => they.get(file) === content);
    expect(same.length).toBe(we.size);
    const missing = [...they.keys()].filter((file) => !we.has(file));
    expect(missing.filter((file) => !file.endsWith(".info"))).toEqual([]);
  });

  test("go builds from it without a network, and finds nothing to correct", async () => {
    expect(await go(["run", "."], ours, { GOPROXY: "off", GONOSUMDB: "*" })).toContain("world");
    expect(await go(["mod", "verify"], ours, { GOPROXY: "off" })).toBe("all modules verified\n");
    expect((await verifyCache(ours, sums)).problems).toEqual([]);
  });

  test("it serves as a file:// proxy", async () => {
    const fresh = join(dir, "fresh");
    const proxy = { GOPROXY: `file://${downloadDir(ours)},off`, GONOSUMDB: "*", GOSUMDB: "off" };
    expect(await go(["run", "."], fresh, proxy)).toContain("world");
    removeTree(fresh);
  });

  test("our trees are go's, modes included", async () => {
    for (const { module, h1 } of sums) {
      if (
        h1 !== undefined &&
        scanCache(ours).modules.get(`${module.path}@${module.version}`)!.files.has("zip")
      ) {
        await extractTree(ours, module, { env });
      }
    }
    const list = (root: string) =>
      linesOf(
        "find",
        [".", "-mindepth", "1", "-path", "./cache", "-prune", "-o", "-printf", "%P %m %s\n"],
        root,
      );
    const [we, they] = [await list(ours), await list(theirs)];
    expect(we).toEqual(they);
    expect((await verifyCache(ours, sums)).problems).toEqual([]);
  });

  test("go waits for our lock, and we for go's", async () => {
    const { module } = sums.find(({ module: { path } }) => path === "rsc.io/quote")!;
    const unlock = await lockFiles([modulePaths(ours, module).lock], env);
    const build = start(["run", "."], {
      GOMODCACHE: ours,
      GOPROXY: "off",
      GOFLAGS: "-mod=mod",
      GONOSUMDB: "*",
    });
    // The build extracts all other modules and then cannot go on.
    const others = sums.filter(({ module: { path } }) =>
      ["github.com/BurntSushi/toml", "rsc.io/sampler"].includes(path),
    );
    await until(() =>
      others.some(
        ({ module: other }) =>
          scanCache(ours).modules.get(`${other.path}@${other.version}`)?.hasTree === true,
      ),
    );
    expect(build.child.exitCode).toBeNull();
    expect(scanCache(ours).modules.get("rsc.io/quote@v1.5.2")!.hasTree).toBe(false);
    await unlock();
    expect(await build.ended).toBe(0);
    expect(scanCache(ours).modules.get("rsc.io/quote@v1.5.2")!.hasTree).toBe(true);
  });

  test("two writers, two extractors and a build at once: no error, no corruption", async () => {
    for (let round = 0; round < 3; round++) {
      const cache = join(dir, `busy-${round}`);
      const settings = {
        GOMODCACHE: cache,
        GOPROXY: `file://${downloadDir(theirs)},off`,
        GONOSUMDB: "*",
        GOSUMDB: "off",
      };
      const builds = [0, 1].map(() => start(["run", "."], { ...settings, GOFLAGS: "-mod=mod" }));
      const write = async () => {
        await fill(cache);
        const zips = sums.filter(({ module }) =>
          scanCache(cache).modules.get(`${module.path}@${module.version}`)?.files.has("zip"),
        );
        await Promise.all(zips.map(({ module }) => extractTree(cache, module, { env })));
      };
      await Promise.all([write(), write()]);
      expect(await Promise.all(builds.map(({ ended }) => ended))).toEqual([0, 0]);
      const { problems } = await verifyCache(cache, sums);
      expect(problems).toEqual([]);
      expect(await go(["mod", "verify"], cache, { GOPROXY: "off" })).toBe("all modules verified\n");
      removeTree(cache);
    }
  });

  /** What go says of a cache: whether a build runs, and whether `go mod verify` is content. */
  async function goSays(cache: string): Promise<{ build: boolean; verify: boolean }> {
    const offline = { GOPROXY: "off", GONOSUMDB: "*", GOFLAGS: "-mod=mod", GOMODCACHE: cache };
    return {
      build: (await start(["run", "."], offline).ended) === 0,
      verify: (await start(["mod", "verify"], offline).ended) === 0,
    };
  }

  test.each<[string, { build: boolean; verify: boolean }, (fake: Tampering) => Promise<void>]>([
    ["zip beside its ziphash", { build: true, verify: false }, async ({ replaceZip }) => await replaceZip()],
    [
      "zip and ziphash, matched",
      { build: false, verify: true },
      async ({ replaceZip, replaceZiphash }) => {
        await replaceZip();
        await replaceZiphash();
      },
    ],
    [
      "tree beside zip and ziphash",
      { build: true, verify: false },
      async ({ replaceTree }) => await replaceTree(),
    ],
    [
      "zip and tree beside the original ziphash",
      { build: true, verify: false },
      async ({ replaceZip, replaceTree }) => {
        await replaceZip();
        await replaceTree();
      },
    ],
    [
      "zip, ziphash and tree, matched",
      { build: false, verify: true },
      async ({ replaceZip, replaceTree, replaceZiphash }) => {
        await replaceZip();
        await replaceTree();
        await replaceZiphash();
      },
    ],
    ["go.mod", { build: false, verify: false }, async ({ replaceMod }) => await replaceMod()],
  ])("tampered %s is found, whatever go says", async (_, expected, change) => {
    await change(await tampering(ours));
    const copy = await mkdtemp(join(dir, "copy-"));
    await cp(ours, copy, { recursive: true });
    expect(await goSays(copy)).toEqual(expected);
    removeTree(copy);
    expect((await verifyCache(ours, sums)).problems.length).toBeGreaterThan(0);
    await verifyCache(ours, sums, { repair: true });
    expect((await verifyCache(ours, sums)).problems).toEqual([]);
    const mended = {
      GOMODCACHE: ours,
      GOPROXY: `file://${downloadDir(theirs)},off`,
      GONOSUMDB: "*",
      GOFLAGS: "-mod=mod",
    };
    expect(await start(["run", "."], mended).ended).toBe(0);
  });

  interface Tampering {
    replaceZip(): Promise<void>;
    replaceZiphash(): Promise<void>;
    replaceTree(): Promise<void>;
    replaceMod(): Promise<void>;
  }

  /** Another rsc.io/quote, which says something else. */
  async function tampering(cache: string): Promise<Tampering> {
    const { createZipFromDir } = await import("../../src/zip/create-from-dir.ts");
    const module = { path: "rsc.io/quote", version: "v1.5.2" };
    const paths = modulePaths(cache, module);
    const source = await mkdtemp(join(dir, "evil-"));
    await cp(modulePaths(theirs, module).tree, source, { recursive: true });
    await linesOf("chmod", ["-R", "u+w", "."], source);
    await rm(join(source, "quote_test.go"), { force: true });
    await writeFile(join(source, "evil.go"), 'package quote\n\nfunc init() { println("evil") }\n');
    const zip = join(dir, "evil.zip");
    const { h1 } = await createZipFromDir(module, source, zip);
    return {
      replaceZip: async () => await cp(zip, paths.zip),
      replaceZiphash: async () => await writeFile(paths.ziphash, h1),
      replaceTree: async () => await cp(source, paths.tree, { recursive: true }),
      replaceMod: async () =>
        await writeFile(paths.mod, "module rsc.io/quote\n\nrequire evil.example v1.0.0\n"),
    };
  }

  function start(
    args: readonly string[],
    more: NodeJS.ProcessEnv,
  ): { child: ChildProcess; ended: Promise<number | null> } {
    const child = spawn(requireTool("go"), [...args], {
      cwd: app,
      env: { ...goEnv, ...more },
      stdio: "ignore",
    });
    return { child, ended: new Promise((resolve) => child.once("close", resolve)) };
  }

  async function linesOf(command: string, args: readonly string[], cwd: string): Promise<string[]> {
    const child = spawn(command, [...args], { cwd, stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    await new Promise((resolve) => child.once("close", resolve));
    return text.split("\n").sort();
  }

  /** Waits for what another process does. */
  async function until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  test("an .info in another form is rewritten as go writes it", () => {
    const served =
      '{"time":"2024-01-02T03:04:05.120+00:00","Version":"v1.0.0","Name":"x","Origin":{"Ref":"refs/tags/v1.0.0","VCS":"git","URL":"https://h/a?b=1&c","TagSum":"t"}}';
    expect(goInfo(Buffer.from(served), "x").toString()).toBe(
      '{"Version":"v1.0.0","Time":"2024-01-02T03:04:05.12Z","Origin":{"VCS":"git","URL":"https://h/a?b=1\\u0026c","Ref":"refs/tags/v1.0.0"}}',
    );
  });
});
