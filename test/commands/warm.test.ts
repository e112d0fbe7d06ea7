import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HashLists } from "../../src/modcache/hash-lists.ts";
import { modulePaths } from "../../src/modcache/layout.ts";
import { removeTree } from "../../src/modcache/remove-tree.ts";
import type { FakeModule } from "../support/fake-module.ts";
import { type ModuleWorld, modLine, moduleWorld, sumLines } from "../support/module-world.ts";
import { type Ran, run } from "../support/run-command.ts";

let world: ModuleWorld;
let one: FakeModule;
let two: FakeModule;
let graphOnly: FakeModule;

const goMod = (...lines: string[]) => `module example.com/app\n\ngo 1.21\n\n${lines.join("\n")}\n`;

beforeEach(async () => {
  world = await moduleWorld();
  one = await world.add("a.example/One", "v1.0.0", { log: false });
  two = await world.add("b.example/two/v2", "v2.1.0", { log: false });
  graphOnly = await world.add("c.example/three", "v0.1.0", { log: false });
  await world.write({
    "go.mod": goMod("require a.example/One v1.0.0", "require b.example/two/v2 v2.1.0 // indirect"),
    "go.sum": sumLines(one) + sumLines(two) + modLine(graphOnly),
  });
});
afterEach(async () => {
  removeTree(world.env.GOPATH!);
  await world.dispose();
});

function warm(raw: Record<string, string> = {}, env: Record<string, string> = {}): Promise<Ran> {
  return run("warm", raw, { cwd: world.dir, env: { PATH: process.env.PATH!, ...world.env, ...env } });
}

const cache = () => join(world.env.GOPATH!, "pkg", "mod");
const pathsOf = ({ module }: FakeModule) => modulePaths(cache(), module);
const asked = (part: string) => world.proxy.requests.filter(({ path }) => path.includes(part)).length;
const held = () =>
  readdirSync(join(cache(), "cache/download"), { recursive: true, encoding: "utf8" })
    .filter((name) => /\/@v\/.*\./.test(name))
    .sort();

describe("filling", () => {
  test("takes what a build of go.mod needs, and go.mod files alone where that is enough", async () => {
    const ran = await warm();
    expect(ran).toMatchObject({
      exitCode: 0,
      json: { modules: 3, hit: 0, downloaded: 3, rejected: [], failed: [], refused: [] },
    });
    expect(ran.json.bytes).toBe(one.verified.zipBytes + two.verified.zipBytes);
    expect(ran.json.goproxy).toBe(`file://${cache()}/cache/download`);
    const whole = (name: string) => ["info", "mod", "zip", "ziphash"].map((suffix) => `${name}.${suffix}`);
    expect(held()).toEqual(
      [
        ...whole("a.example/!one/@v/v1.0.0"),
        ...whole("b.example/two/v2/@v/v2.1.0"),
        "c.example/three/@v/v0.1.0.mod",
      ].sort(),
    );
    const requests = world.proxy.requests.length;
    expect((await warm()).json).toMatchObject({ hit: 3, downloaded: 0, bytes: 0 });
    expect(world.proxy.requests.length).toBe(requests);
  });

  test("removes what go.sum contradicts and downloads it again, with a warning and no failure", async () => {
    await warm({ extract: "true" });
    writeFileSync(pathsOf(one).zip, readFileSync(pathsOf(two).zip));
    writeFileSync(pathsOf(two).ziphash, "h1:evil");
    const ran = await warm();
    expect(ran.exitCode).toBe(0);
    expect(ran.json.rejected).toMatchObject([
      { module: "a.example/One", part: "zip" },
      { module: "b.example/two/v2", part: "ziphash" },
    ]);
    expect(ran.json.findings.map(({ level }: { level: string }) => level)).toEqual(["warning", "warning"]);
    expect(ran.json).toMatchObject({ hit: 2, downloaded: 1 });
    expect(readFileSync(pathsOf(two).ziphash, "utf8")).toBe(two.h1);
  });

  test("keeps the zip of a version that is there although its go.mod would be enough", async () => {
    await world.write({ "go.sum": sumLines(one) + sumLines(two) + sumLines(graphOnly) });
    await warm({ manifests: "go.sum" });
    expect(existsSync(pathsOf(graphOnly).zip)).toBe(true);
    expect((await warm()).json).toMatchObject({ modules: 3, hit: 3, rejected: [] });
    expect(existsSync(pathsOf(graphOnly).zip)).toBe(true);
  });

  test("a version that is not served ends with 3, an altered one with 4; each names its line, the rest is kept", async () => {
    delete world.proxy.files["b.example/two/v2/@v/v2.1.0.info"];
    const missing = await warm();
    expect(missing.exitCode).toBe(3);
    expect(missing.json.failed).toMatchObject([{ module: "b.example/two/v2", code: "REMOTE_NOT_FOUND" }]);
    expect(missing.json.findings).toMatchObject([{ file: "go.mod", line: 6, rule: "remote-not-found" }]);
    expect(missing.json.downloaded).toBe(2);

    removeTree(cache());
    world.proxy.files["a.example/!one/@v/v1.0.0.mod"] =
      "module a.example/One\n\nrequire evil.example v1.0.0\n";
    const altered = await warm();
    expect(altered.exitCode).toBe(4);
    expect(altered.json.failed.map(({ code }: { code: string }) => code)).toEqual([
      "HASH_MISMATCH",
      "REMOTE_NOT_FOUND",
    ]);
    expect(existsSync(pathsOf(one).zip)).toBe(false);
  });

  test("other projects' modules in the same cache keep their trees", async () => {
    await warm({ extract: "true" });
    await world.write({ "go.mod": goMod("require a.example/One v1.0.0"), "go.sum": sumLines(one) });
    await warm();
    expect(existsSync(pathsOf(two).tree)).toBe(true);
    expect(existsSync(pathsOf(two).ziphash)).toBe(true);
  });

  test("shards are disjoint and together all, and prune keeps all of them", async () => {
    const seen: string[] = [];
    for (const shard of ["1/3", "2/3", "3/3"]) {
      const ran = await warm({ shard, prune: "true" });
      expect(ran.json.downloaded).toBe(ran.json.modules);
      seen.push(ran.json.modules);
    }
    expect(seen.reduce((sum, part) => sum + Number(part), 0)).toBe(3);
    expect((await warm()).json).toMatchObject({ hit: 3, downloaded: 0 });
    expect(await warm({ shard: "4/3" })).toMatchObject({ exitCode: 2, json: { error: { code: "USAGE" } } });
  });

  test("prune removes what no manifest names", async () => {
    await warm();
    await world.write({ "go.mod": goMod("require a.example/One v1.0.0"), "go.sum": sumLines(one) });
    expect((await warm()).json.pruned).toBeUndefined();
    expect((await warm({ prune: "true" })).json).toMatchObject({ pruned: 2, modules: 1 });
    expect(held().every((name) => name.startsWith("a.example/"))).toBe(true);
  });

  test("extracts trees once, and knows them afterwards", async () => {
    expect((await warm({ extract: "true" })).json.extracted).toBe(2);
    expect(readFileSync(join(pathsOf(one).tree, "doc.go"), "utf8")).toBe("package fake\n");
    expect((await warm({ extract: "true" })).json).toMatchObject({ extracted: 0, rejected: [] });
  });

  test("the tree of an altered zip never gets its name, and no unfinished one stays", async () => {
    world.proxy.files["a.example/!one/@v/v1.0.0.zip"] = (
      await world.add("a.example/One", "v1.0.0", { log: false, files: { "evil.go": "package evil\n" } })
    ).served["a.example/!one/@v/v1.0.0.zip"]!;
    const ran = await warm({ extract: "true" });
    expect(ran).toMatchObject({ exitCode: 4, json: { extracted: 1 } });
    expect(existsSync(pathsOf(one).tree)).toBe(false);
    expect(readdirSync(join(cache(), "cache")).sort()).toEqual([
      "download",
      "modwharf-hashes",
      "modwharf-stamp.json",
    ]);
  });

  test("leaves the lists of hashes that verify vendor reads in the place of zips, until they are pruned", async () => {
    await warm();
    const lists = HashLists.ofCache(cache());
    expect([one, two].map(({ h1 }) => Buffer.from(lists.read(h1) ?? []).includes("/doc.go\n"))).toEqual([
      true,
      true,
    ]);
    await world.write({ "go.mod": goMod("require a.example/One v1.0.0"), "go.sum": sumLines(one) });
    await warm({ prune: "true" });
    expect([one, two].map(({ h1 }) => lists.read(h1) !== undefined)).toEqual([true, false]);
  });

  test("an interrupted run says so, and keeps what it has", async () => {
    const controller = new AbortController();
    controller.abort(new Error("stop"));
    const options = { cwd: world.dir, env: world.env, signal: controller.signal };
    expect((await run("warm", {}, options)).exitCode).not.toBe(0);
    expect((await warm()).exitCode).toBe(0);
  });
});

describe("who is asked and who vouches", () => {
  test("GOPROXY comes from the environment, the file of go env -w, or the user is asked for it", async () => {
    const { GOPROXY, ...rest } = world.env;
    const env = { ...rest, PATH: "", XDG_CONFIG_HOME: join(world.dir, "config") };
    const options = { cwd: world.dir, env };
    const none = await run("warm", {}, options);
    expect(none).toMatchObject({ exitCode: 2, json: { error: { code: "USAGE" } } });
    expect(none.json.error.fix).toContain("GOPROXY");
    expect(world.proxy.requests).toEqual([]);
    mkdirSync(join(world.dir, "config/go"), { recursive: true });
    writeFileSync(join(world.dir, "config/go/env"), `# comment\nGOFLAGS=-x\nGOPROXY=${GOPROXY}\n`);
    if (process.platform === "linux") expect((await run("warm", {}, options)).exitCode).toBe(0);
    const named = { ...env, GOENV: join(world.dir, "config/go/env"), GOPATH: join(world.dir, "gopath") };
    expect((await run("warm", {}, { ...options, env: named })).exitCode).toBe(0);
    const off = { ...env, GOENV: "off" };
    expect((await run("warm", {}, { ...options, env: off })).exitCode).toBe(2);
    expect((await run("warm", { goproxy: GOPROXY! }, { ...options, env: off })).exitCode).toBe(0);
  });

  test("the checksum database vouches where no go.sum does; nobody means refused", async () => {
    const logged = await world.add("d.example/logged", "v1.0.0");
    const unknown = await world.add("e.example/unknown", "v1.0.0", { log: false });
    await world.write({ "tools.txt": "d.example/logged@v1.0.0\ne.example/unknown@v1.0.0 # a tool\n" });
    const ran = await warm({ manifests: "tools.txt" });
    expect(ran.exitCode).toBe(1);
    expect(ran.json).toMatchObject({
      downloaded: 1,
      refused: [{ module: "e.example/unknown", from: "tools.txt:2" }],
    });
    expect(existsSync(pathsOf(logged).zip)).toBe(true);
    expect(existsSync(pathsOf(unknown).zip)).toBe(false);
    // Kept from the database and listed in no go.sum: nothing says what they should be.
    const silent = await warm({ manifests: "tools.txt" }, { GONOSUMDB: "*.example" });
    expect(silent.json.refused).toHaveLength(2);
    expect((await warm({ manifests: "tools.txt", sumdb: "off" })).json.refused).toHaveLength(2);
  });

  test("with go.sum the database is not asked", async () => {
    await warm();
    expect(asked("sumdb")).toBe(0);
  });

  test("what GONOPROXY keeps from proxies is left to go", async () => {
    const ran = await warm({}, { GOPRIVATE: "b.example" });
    expect(ran.exitCode).toBe(0);
    expect(ran.json).toMatchObject({ modules: 2, downloaded: 2, leftToGo: [{ module: "b.example/two/v2" }] });
    expect(asked("b.example")).toBe(0);
  });

  test("local replaces are listed and not fetched", async () => {
    await world.write({
      "go.mod": goMod("require a.example/One v1.0.0", "replace b.example/two/v2 => ../two"),
    });
    const ran = await warm();
    expect(ran.json.localReplaces).toMatchObject([{ module: "b.example/two/v2", directory: "../two" }]);
    expect(ran.json.findings).toMatchObject([{ rule: "module-replaced-locally", blocking: false }]);
  });
});

describe("--remote", () => {
  const remote = (env: Record<string, string> = {}) => warm({ remote: world.proxy.url }, env);

  test("makes a proxy fetch every version, private ones too, and proves them", async () => {
    const ran = await remote({ GOPRIVATE: "b.example" });
    expect(ran).toMatchObject({ exitCode: 0, json: { modules: 3, proven: 3, missing: [], altered: [] } });
    expect(asked(".zip")).toBe(2);
    expect(existsSync(cache())).toBe(false);
  });

  test("lists the missing (3) and the altered (4)", async () => {
    delete world.proxy.files["b.example/two/v2/@v/v2.1.0.zip"];
    const missing = await remote();
    expect(missing).toMatchObject({ exitCode: 3, json: { missing: ["b.example/two/v2@v2.1.0"], proven: 2 } });
    world.proxy.files["a.example/!one/@v/v1.0.0.zip"] = two.served["b.example/two/v2/@v/v2.1.0.zip"]!;
    const altered = await remote();
    expect(altered.exitCode).toBe(4);
    expect(altered.json).toMatchObject({
      altered: ["a.example/One@v1.0.0"],
      missing: ["b.example/two/v2@v2.1.0"],
    });
  });

  test("wants an address", async () => {
    expect(await warm({ remote: "athens" })).toMatchObject({
      exitCode: 2,
      json: { error: { code: "USAGE" } },
    });
  });
});

test("leaves no folder of its own behind", async () => {
  await warm();
  rmSync(cache(), { recursive: true });
  expect(readdirSync(world.dir).sort()).toEqual(["go.mod", "go.sum", "gopath", "zips"]);
});
