import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { modulePaths } from "../../src/modcache/layout.ts";
import { removeTree } from "../../src/modcache/remove-tree.ts";
import type { FakeModule } from "../support/fake-module.ts";
import { type ModuleWorld, modLine, moduleWorld, sumLines } from "../support/module-world.ts";
import { type Ran, run } from "../support/run-command.ts";

let world: ModuleWorld;
let one: FakeModule;
let two: FakeModule;
let graphOnly: FakeModule;

beforeEach(async () => {
  world = await moduleWorld();
  one = await world.add("a.example/One", "v1.0.0", { files: { "sub/x.go": "package sub\n" } });
  two = await world.add("b.example/two/v2", "v2.1.0");
  graphOnly = await world.add("c.example/three", "v0.1.0");
  await world.write({
    "go.mod":
      "module example.com/app\n\ngo 1.21\n\nrequire a.example/One v1.0.0\n\nrequire b.example/two/v2 v2.1.0\n",
    "go.sum": sumLines(one) + sumLines(two) + modLine(graphOnly),
  });
});
afterEach(async () => {
  removeTree(world.env.GOPATH!);
  await world.dispose();
});

const command = (name: string, raw: Record<string, string>): Promise<Ran> =>
  run(name, raw, { cwd: world.dir, env: { PATH: process.env.PATH!, ...world.env } });
const verify = (raw: Record<string, string>) => command("verify", raw);
const rules = (ran: Ran) => ran.json.findings.map(({ rule }: { rule: string }) => rule);
const pathsOf = ({ module }: FakeModule) => modulePaths(join(world.env.GOPATH!, "pkg/mod"), module);

describe("verify cache", () => {
  beforeEach(async () => {
    await command("warm", { extract: "true" });
  });
  const cache = (raw: Record<string, string> = {}) => verify({ what: "cache", ...raw });

  test("a right cache passes, without a network", async () => {
    const requests = world.proxy.requests.length;
    expect(await cache()).toMatchObject({
      exitCode: 0,
      json: { checked: 3, altered: [], differences: [], unverified: [] },
    });
    expect(world.proxy.requests.length).toBe(requests);
  });

  test("a cache that is not there is an error, not one that lacks every module", async () => {
    const absent = { exitCode: 2, json: { error: { code: "FILE_UNREADABLE", actual: "ENOENT" } } };
    expect(await cache({ target: "nope" })).toMatchObject(absent);
    const file = { exitCode: 2, json: { error: { code: "FILE_UNREADABLE", actual: "a file" } } };
    expect(await cache({ target: "go.mod" })).toMatchObject(file);
  });

  test("a folder in the place of a go.sum is told with the file that was meant", async () => {
    expect((await cache({ "go-sum": "sub" })).json.error).toMatchObject({ code: "FILE_UNREADABLE" });
    mkdirSync(join(world.dir, "sub"));
    expect((await cache({ "go-sum": "sub" })).json.error).toMatchObject({
      code: "FILE_UNREADABLE",
      fix: expect.stringMatching(/^name a file in it: a go\.sum/),
    });
  });

  test("names the files of a tree: modified, extra and missing", async () => {
    const { tree } = pathsOf(one);
    for (const dir of [tree, join(tree, "sub")]) chmodSync(dir, 0o755);
    chmodSync(join(tree, "doc.go"), 0o644);
    writeFileSync(join(tree, "doc.go"), "package evil\n");
    writeFileSync(join(tree, "sub/evil.go"), "package sub\n");
    rmSync(join(tree, "sub/x.go"));
    const ran = await cache();
    expect(ran.exitCode).toBe(4);
    const at = "a.example/!one@v1.0.0";
    expect(ran.json.altered).toEqual([`${at}/doc.go`, `${at}/sub/evil.go`, `${at}/sub/x.go`]);
    const messages = ran.json.findings.map(({ message }: { message: string }) => message);
    expect(messages).toEqual(
      ["modified", "extra", "missing"].map((kind) => expect.stringContaining(`is ${kind}`)),
    );
  });

  test("zip, ziphash, tree and go.mod that fit together but not go.sum are all named", async () => {
    const paths = pathsOf(one);
    writeFileSync(paths.zip, readFileSync(pathsOf(two).zip));
    writeFileSync(paths.ziphash, two.h1);
    writeFileSync(paths.mod, "module evil\n");
    removeTree(paths.tree);
    mkdirSync(paths.tree);
    const ran = await cache();
    expect(ran.exitCode).toBe(4);
    expect(rules(ran).sort()).toEqual(["cache-mod", "cache-tree", "cache-zip", "cache-ziphash"]);
    // It changes nothing: a second look finds the same.
    expect((await cache()).json.altered).toEqual(ran.json.altered);
  });

  test("what is missing ends with 1; what no go.sum lists is listed and no failure", async () => {
    await world.write({ "go.sum": sumLines(one) + modLine(graphOnly) });
    await world.write({ "go.mod": "module example.com/app\n\ngo 1.21\n\nrequire a.example/One v1.0.0\n" });
    const extra = await cache();
    expect(extra).toMatchObject({ exitCode: 0, json: { unverified: ["b.example/two/v2@v2.1.0"] } });
    rmSync(pathsOf(one).zip);
    expect(await cache()).toMatchObject({ exitCode: 1, json: { differences: ["a.example/One@v1.0.0"] } });
  });

  test("a shared cache: all that no go.sum lists counts, a few are named", async () => {
    await world.write({ "go.sum": modLine(one) + sumLines(two) + modLine(graphOnly) });
    await world.write({ "go.mod": "module example.com/app\n\ngo 1.21\n" });
    const others = Array.from({ length: 30 }, (_, i) => `v2.0.${i}`);
    for (const version of others) {
      const { mod } = pathsOf({ ...two, module: { ...two.module, version } });
      mkdirSync(dirname(mod), { recursive: true });
      writeFileSync(mod, "module b.example/two/v2\n");
    }
    const { json, exitCode } = await cache();
    expect(exitCode).toBe(0);
    const own = json.unverified.filter((name: string) => name.includes("!one"));
    expect(json.unverified).toHaveLength(own.length + others.length);
    expect(json.findings.at(-1)).toMatchObject({ message: expect.stringMatching(/^30 versions cannot be/) });
    const told = json.findings.filter(({ subject }: { subject: string }) => own.includes(subject));
    expect(told.length).toBeGreaterThan(0);
    for (const { message } of told) expect(message).toContain("go.sum has no hash for");
  });

  test("other go.sum files can be named, and another cache", async () => {
    await world.write({ "trusted.sum": sumLines({ ...one, h1: two.h1 }) });
    expect((await cache({ "go-sum": "trusted.sum" })).exitCode).toBe(4);
    mkdirSync(join(world.dir, "empty"));
    expect((await cache({ target: "empty" })).json.differences).toHaveLength(2);
  });

  test("local replaces are listed as not to be verified", async () => {
    await world.write({
      "go.mod":
        "module example.com/app\n\ngo 1.21\n\nrequire a.example/One v1.0.0\n\nreplace b.example/two/v2 => ../two\n",
    });
    expect((await cache()).json.unverified).toEqual(["b.example/two/v2"]);
  });
});

describe("verify vendor", () => {
  beforeEach(async () => {
    await world.write({
      "main.go":
        'package main\n\nimport (\n\t_ "a.example/One"\n\t_ "b.example/two/v2"\n)\n\nfunc main() {}\n',
    });
    expect((await command("vendor", {})).exitCode).toBe(0);
  });
  const file = (name: string) => join(world.dir, "vendor", name);

  test("a right directory passes", async () => {
    expect(await verify({ what: "vendor" })).toMatchObject({
      exitCode: 0,
      json: { checked: 2, altered: [] },
    });
  });

  test("one flipped byte and one extra file end with 4, a missing one and a line of modules.txt with 1", async () => {
    cpSync(file("."), join(world.dir, "vendor.orig"), { recursive: true });
    const cases: [() => void, number, string][] = [
      [() => writeFileSync(file("a.example/One/doc.go"), "package evil\n"), 4, "a.example/One/doc.go"],
      [() => writeFileSync(file("a.example/One/evil.go"), "package fake\n"), 4, "a.example/One/evil.go"],
      [() => rmSync(file("b.example/two/v2/doc.go")), 1, "b.example/two/v2/doc.go"],
      [
        () => writeFileSync(file("modules.txt"), `${readFileSync(file("modules.txt"))}# x\n`),
        1,
        "modules.txt",
      ],
    ];
    for (const [change, exitCode, name] of cases) {
      change();
      const ran = await verify({ what: "vendor", target: "vendor" });
      expect([ran.exitCode, ...ran.json.altered, ...ran.json.differences]).toEqual([
        exitCode,
        expect.stringContaining(name),
      ]);
      rmSync(file("."), { recursive: true });
      cpSync(join(world.dir, "vendor.orig"), file("."), { recursive: true });
    }
  });
});

describe("verify store", () => {
  beforeEach(async () => {
    expect((await command("mirror", { to: "file:store" })).exitCode).toBe(0);
  });
  const store = (raw: Record<string, string> = {}) => verify({ what: "store", target: "file:store", ...raw });
  const stored = (name: string) => join(world.dir, "store", name);

  test("a right store passes", async () => {
    expect(await store()).toMatchObject({
      exitCode: 0,
      json: { altered: [], differences: [], unverified: [] },
    });
  });

  test("altered content ends with 4, a missing version with 1, and what go.sum does not list is listed", async () => {
    writeFileSync(stored("a.example/!one/@v/v1.0.0.mod"), "module evil\n");
    const mod = await store();
    expect(mod).toMatchObject({ exitCode: 4, json: { altered: ["a.example/One@v1.0.0 go.mod"] } });
    writeFileSync(
      stored("b.example/two/v2/@v/v2.1.0.zip"),
      readFileSync(stored("a.example/!one/@v/v1.0.0.zip")),
    );
    expect((await store()).json.altered).toContain("b.example/two/v2@v2.1.0 zip");
    rmSync(stored("b.example/two/v2/@v/v2.1.0.info"));
    await world.write({ "two.sum": sumLines(two) });
    const missing = await store({ "go-sum": "two.sum" });
    expect(missing).toMatchObject({
      exitCode: 1,
      json: { differences: ["b.example/two/v2@v2.1.0"], unverified: ["a.example/One@v1.0.0"] },
    });
  });

  test("a version that cannot be read hides no altered one, and fails by itself otherwise", async () => {
    const unreadable = stored("a.example/!one/@v/v1.0.0.mod");
    rmSync(unreadable);
    mkdirSync(unreadable);
    expect(await store()).toMatchObject({
      exitCode: 3,
      json: { error: { subject: expect.stringContaining("a.example/!one/@v/v1.0.0.mod") } },
    });
    writeFileSync(stored("b.example/two/v2/@v/v2.1.0.mod"), "module evil\n");
    expect(await store()).toMatchObject({
      exitCode: 4,
      json: {
        checked: 2,
        altered: ["b.example/two/v2@v2.1.0 go.mod"],
        differences: ["a.example/One@v1.0.0"],
      },
    });
  });

  test("wants a store, and knows what it can verify", async () => {
    expect((await verify({ what: "store" })).exitCode).toBe(2);
    const absent = { exitCode: 2, json: { error: { code: "FILE_UNREADABLE", actual: "ENOENT" } } };
    expect(await verify({ what: "store", target: "file:./nope" })).toMatchObject(absent);
    expect((await verify({ what: "bundle" })).exitCode).toBe(2);
  });
});
