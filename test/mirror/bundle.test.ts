import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HttpClient } from "../../src/base/http.ts";
import { Credentials } from "../../src/proxy/credentials.ts";
import { Fetcher } from "../../src/proxy/fetcher.ts";
import { parseGoproxy } from "../../src/proxy/goproxy-list.ts";
import { SumdbClient } from "../../src/sumdb/client.ts";
import { sumdbDisk } from "../../src/sumdb/disk.ts";
import { parseGosumdb } from "../../src/sumdb/gosumdb.ts";
import { sumdbRemote } from "../../src/sumdb/remote.ts";
import type { FakeModule } from "../support/fake-module.ts";
import { type ModuleWorld, modLine, moduleWorld, sumLines } from "../support/module-world.ts";
import { type Ran, run } from "../support/run-command.ts";
import { readTar } from "../support/tar.ts";

let world: ModuleWorld;
let one: FakeModule;
let two: FakeModule;
let graphOnly: FakeModule;

beforeEach(async () => {
  world = await moduleWorld();
  one = await world.add("a.example/One", "v1.0.0");
  two = await world.add("b.example/two/v2", "v2.1.0");
  graphOnly = await world.add("c.example/three", "v0.1.0");
  await world.write({ "go.sum": sumLines(one) + sumLines(two) + modLine(graphOnly) });
});
afterEach(() => world.dispose());

function bundle(
  operation: string,
  raw: Record<string, string> = {},
  env: Record<string, string> = {},
): Promise<Ran> {
  return run("bundle", { operation, ...raw }, { cwd: world.dir, env: { ...world.env, ...env } });
}

const create = (output: string, raw: Record<string, string> = {}, env: Record<string, string> = {}) =>
  bundle("create", { output, ...raw }, env);
const path = (name: string) => join(world.dir, name);
const sha256 = (name: string) =>
  createHash("sha256")
    .update(readFileSync(path(name)))
    .digest("hex");
const filesIn = (name: string) =>
  readdirSync(path(name), { recursive: true, encoding: "utf8" })
    .filter((file) => statSync(join(path(name), file)).isFile())
    .sort();
const database = () => `sumdb/${world.database.verifier.name}`;
/** From now on there is no network. */
const cutNetwork = () => {
  for (const name of Object.keys(world.proxy.files)) delete world.proxy.files[name];
};

test.each([
  ["create", { to: "proxy" }, /create takes no to/],
  ["create", { digest: `sha256:${"0".repeat(64)}` }, /create takes no digest/],
  ["verify", { files: "b.tar", to: "proxy" }, /to with extract alone/],
  ["extract", { files: "b.tar", to: "proxy", after: "a.tar" }, /create alone/],
] as const)("%s leaves no input of another operation unread", async (operation, raw, message) => {
  const { exitCode, json } = await bundle(operation, raw);
  expect([exitCode, json.error.message]).toEqual([2, expect.stringMatching(message)]);
});

test("a folder in the place of a go.sum is told with the file that was meant", async () => {
  await create("b.tar");
  const ran = await bundle("verify", { files: "b.tar", "go-sum": "zips" });
  expect(ran.json.error).toMatchObject({
    code: "FILE_UNREADABLE",
    fix: "name the file in it: zips/go.sum",
  });
});

describe("create", () => {
  test("asks for nothing when the bundle could not be written", async () => {
    const ran = await create("go.sum/b.tar");
    expect(ran.exitCode).not.toBe(0);
    expect(ran.json).toMatchObject({ error: { code: "FILE_UNWRITABLE" } });
    expect(world.proxy.requests).toEqual([]);
  });

  test("writes a GOPROXY tree with all proofs", async () => {
    const ran = await create("b.tar");
    expect(ran.exitCode).toBe(0);
    expect(ran.json).toMatchObject({ modules: 2, goMods: 1, records: 3, refused: [], file: "b.tar" });
    const names = (await readTar(path("b.tar"))).map(({ name }) => name);
    expect(names.slice(0, 10)).toEqual([
      "bundle.json",
      "a.example/!one/@v/v1.0.0.info",
      "a.example/!one/@v/v1.0.0.mod",
      "a.example/!one/@v/v1.0.0.zip",
      "b.example/two/v2/@v/v2.1.0.info",
      "b.example/two/v2/@v/v2.1.0.mod",
      "b.example/two/v2/@v/v2.1.0.zip",
      "c.example/three/@v/v0.1.0.mod",
      "a.example/!one/@v/list",
      "b.example/two/v2/@v/list",
    ]);
    expect(names).toContain(`${database()}/supported`);
    expect(names).toContain(`${database()}/lookup/c.example/three@v0.1.0`);
    execFileSync("tar", ["tf", path("b.tar")]);
  });

  test("the same inputs give the same bytes; other .info files and a grown log only the same digest", async () => {
    const first = await create("1.tar");
    const second = await create("2.tar", {}, { GOPATH: path("other-gopath") });
    expect(sha256("2.tar")).toBe(sha256("1.tar"));
    expect(first.json.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(second.json.digest).toBe(first.json.digest);

    const info = "a.example/!one/@v/v1.0.0.info";
    world.proxy.files[info] = '{"Version":"v1.0.0","Time":"2025-01-01T00:00:00Z"}';
    await world.add("z.example/last", "v1.0.0");
    await world.add("a.example/One", "v1.0.1");
    await world.write({ more: "a.example/One@v1.0.1\n" });
    const third = await create("3.tar", {}, { GOPATH: path("third-gopath") });
    expect(sha256("3.tar")).not.toBe(sha256("1.tar"));
    expect(third.json.digest).toBe(first.json.digest);
    const other = await create("4.tar", { files: "go.sum,more" });
    expect(other.json.digest).not.toBe(first.json.digest);
  });

  test("writes nothing when a module is refused, or differs", async () => {
    expect((await create("b.tar", { deny: "b.example/..." })).exitCode).toBe(1);
    await world.write({ "go.sum": sumLines({ ...one, h1: two.h1 }) });
    expect((await create("b.tar")).exitCode).toBe(4);
    expect(existsSync(path("b.tar"))).toBe(false);
  });

  test("has no proofs when the database is off", async () => {
    const ran = await create("b.tar", { sumdb: "off" });
    expect(ran.json).toMatchObject({ database: null, records: 0, modules: 2 });
  });
});

describe("verify", () => {
  test("proves every module without a network", async () => {
    const created = await create("b.tar");
    cutNetwork();
    const ran = await bundle("verify", { files: "b.tar" }, { HOME: path("h2"), GOPATH: path("g2") });
    expect(ran.exitCode).toBe(0);
    expect(ran.json).toMatchObject({ digest: created.json.digest, modules: 2, goMods: 1, refused: [] });
    const digest = created.json.digest as string;
    expect((await bundle("verify", { files: "b.tar", digest })).exitCode).toBe(0);
    const other = digest.replace(/.$/, (char) => (char === "0" ? "1" : "0"));
    expect((await bundle("verify", { files: "b.tar", digest: other })).exitCode).toBe(4);
  });

  test("without the database's proofs, go.sum or the digest has to vouch", async () => {
    const { json } = await create("b.tar", { sumdb: "off" });
    expect((await bundle("verify", { files: "b.tar" })).exitCode).toBe(1);
    expect((await bundle("verify", { files: "b.tar", digest: json.digest })).exitCode).toBe(0);
    expect((await bundle("verify", { files: "b.tar", "go-sum": "go.sum" })).exitCode).toBe(0);
    const allowed = await bundle("verify", {
      files: "b.tar",
      "allow-unverified": "a.example/...,b.example/...",
    });
    expect(allowed.json.refused).toEqual([{ module: "c.example/three", version: "v0.1.0" }]);
    await world.write({ "wrong.sum": sumLines({ ...one, h1: two.h1 }) });
    expect((await bundle("verify", { files: "b.tar", "go-sum": "wrong.sum" })).exitCode).toBe(4);
  });

  test("proofs of a database that is not trusted prove nothing", async () => {
    await create("b.tar");
    expect((await bundle("verify", { files: "b.tar" }, { GOSUMDB: "sum.golang.org" })).exitCode).toBe(2);
    expect((await bundle("verify", { files: "b.tar", sumdb: "off" })).exitCode).toBe(1);
  });
});

test("a file that is no bundle is named as such, with what one is", async () => {
  await world.write({ "empty.tar": "", "go.txt": "module x\n".repeat(100) });
  await create("b.tar");
  execFileSync("tar", ["cf", path("other.tar"), "-C", world.dir, "go.sum"]);
  execFileSync("gzip", ["-k", path("b.tar")]);
  for (const files of ["empty.tar", "go.txt", "other.tar", "b.tar.gz"]) {
    for (const raw of [
      { operation: "verify", files },
      { operation: "create", after: files, output: "n.tar" },
    ]) {
      const { exitCode, json } = await bundle(raw.operation, raw);
      expect([files, exitCode, json.error.code]).toEqual([files, 4, "BUNDLE_INVALID"]);
      expect(json.error).toMatchObject({
        subject: path(files),
        expected: expect.stringContaining("bundle.json"),
        fix: expect.stringContaining("name the bundle's file"),
      });
    }
  }
  for (const files of ["missing.tar", "."])
    expect((await bundle("verify", { files })).json.error).toMatchObject({
      code: "FILE_UNREADABLE",
      fix: expect.stringContaining("bundle"),
    });
  expect((await bundle("verify", {})).json.error.message).toContain("bundle verify FILE");
});

describe("extract", () => {
  test("takes no misspelt store for a directory", async () => {
    await create("b.tar");
    for (const to of ["S4://modules/x", "s4:modules", "https://proxy.example"]) {
      const { exitCode, json } = await bundle("extract", { files: "b.tar", to });
      expect([to, exitCode, json.error.code]).toEqual([to, 2, "USAGE"]);
    }
  });

  test("makes a tree for GOPROXY=file://, from which the checksum database answers too", async () => {
    await create("b.tar");
    cutNetwork();
    const ran = await bundle("extract", { files: "b.tar", to: "deep/proxy" });
    expect(ran.exitCode).toBe(0);
    expect(filesIn("deep/proxy").filter((name) => !name.startsWith("sumdb/"))).toEqual([
      "a.example/!one/@v/list",
      "a.example/!one/@v/v1.0.0.info",
      "a.example/!one/@v/v1.0.0.mod",
      "a.example/!one/@v/v1.0.0.zip",
      "b.example/two/v2/@v/list",
      "b.example/two/v2/@v/v2.1.0.info",
      "b.example/two/v2/@v/v2.1.0.mod",
      "b.example/two/v2/@v/v2.1.0.zip",
      "c.example/three/@v/v0.1.0.mod",
    ]);
    expect(readdirSync(path("deep"))).toEqual(["proxy"]);
    for (const order of [
      [one, two, graphOnly],
      [graphOnly, two, one],
    ]) {
      const client = fileClient("deep/proxy");
      for (const { module, h1, goModH1 } of order) {
        expect(await client.hashes(module)).toEqual({ h1, goModH1 });
      }
    }
    // The same as what tar makes of it, apart from the index.
    execFileSync("mkdir", [path("plain")]);
    execFileSync("tar", ["xf", path("b.tar"), "-C", path("plain")]);
    expect(filesIn("plain").filter((name) => name !== "bundle.json")).toEqual(filesIn("deep/proxy"));
  });

  test("makes a GOMODCACHE", async () => {
    await create("b.tar");
    await bundle("extract", { files: "b.tar", to: "cache", layout: "gomodcache" });
    expect(filesIn("cache").filter((name) => !name.includes("sumdb/"))).toEqual([
      "cache/download/a.example/!one/@v/list",
      "cache/download/a.example/!one/@v/v1.0.0.info",
      "cache/download/a.example/!one/@v/v1.0.0.mod",
      "cache/download/a.example/!one/@v/v1.0.0.zip",
      "cache/download/a.example/!one/@v/v1.0.0.ziphash",
      "cache/download/b.example/two/v2/@v/list",
      "cache/download/b.example/two/v2/@v/v2.1.0.info",
      "cache/download/b.example/two/v2/@v/v2.1.0.mod",
      "cache/download/b.example/two/v2/@v/v2.1.0.zip",
      "cache/download/b.example/two/v2/@v/v2.1.0.ziphash",
      "cache/download/c.example/three/@v/list",
      "cache/download/c.example/three/@v/v0.1.0.mod",
    ]);
    expect(existsSync(path(`cache/cache/download/${database()}/supported`))).toBe(true);
  });

  test("adds to a directory, and never changes a version in it", async () => {
    await create("b.tar");
    await bundle("extract", { files: "b.tar", to: "proxy" });
    const zip = path("proxy/a.example/!one/@v/v1.0.0.zip");
    const again = await bundle("extract", { files: "b.tar", to: "proxy" });
    expect(again.exitCode).toBe(0);
    const before = readFileSync(path("proxy/b.example/two/v2/@v/v2.1.0.zip"));
    writeFileSync(zip, before);
    expect((await bundle("extract", { files: "b.tar", to: "proxy" })).exitCode).toBe(4);
    expect(readFileSync(zip)).toEqual(before);
  });

  test("takes a directory as a file: url, too", async () => {
    await create("b.tar");
    const to = pathToFileURL(path("a folder")).href;
    expect((await bundle("extract", { files: "b.tar", to })).exitCode).toBe(0);
    expect(existsSync(path("a folder/c.example/three/@v/v0.1.0.mod"))).toBe(true);
  });

  test("imports into a store", async () => {
    await create("b.tar");
    const ran = await bundle("extract", { files: "b.tar", to: "file:store" });
    expect(ran.exitCode).toBe(0);
    const mirrored = await run("mirror", { to: "file:store" }, { cwd: world.dir, env: world.env });
    expect(mirrored.json).toMatchObject({ copied: 0, unchanged: 3 });
  });
});

test("a bundle after another continues its proofs for machines that have both", async () => {
  await create("first.tar");
  for (let i = 0; i < 300; i++)
    await world.database.add(`filler.example/m${i}@v1.0.0`, `filler.example/m${i} v1.0.0 h1:x\n`);
  const four = await world.add("d.example/four", "v1.0.0");
  await world.write({ "next.sum": sumLines(four) });
  const env = { GOPATH: path("second-gopath") };
  expect((await create("alone.tar", { files: "next.sum" }, env)).exitCode).toBe(0);
  expect((await create("second.tar", { files: "next.sum", after: "first.tar" }, env)).exitCode).toBe(0);
  cutNetwork();
  expect((await bundle("verify", { files: "second.tar" })).exitCode).toBe(0);

  const extract = async (files: string, to: string) => {
    const { exitCode, json } = await bundle("extract", { files, to });
    expect(exitCode).toBe(0);
    return json.findings.map(({ rule, level }: { rule: string; level: string }) => `${level} ${rule}`);
  };
  expect(await extract("first.tar", "both")).toEqual([]);
  expect(await extract("second.tar", "both")).toEqual([]);
  // Also the other way round: the later one has all that connects them.
  expect(await extract("second.tar", "reversed")).toEqual([]);
  expect(await extract("first.tar", "reversed")).toEqual([]);
  for (const order of [
    [one, four, two],
    [four, one, two],
  ]) {
    const client = fileClient("both");
    for (const { module, h1, goModH1 } of order) expect(await client.hashes(module)).toEqual({ h1, goModH1 });
  }
  // Without it, two tree heads stand side by side that nothing there connects.
  await extract("first.tar", "apart");
  expect(await extract("alone.tar", "apart")).toEqual(["warning bundle-not-continued"]);
  const client = fileClient("apart");
  await client.hashes(one.module);
  await expect(client.hashes(four.module)).rejects.toThrow();
});

test("a bundle whose proofs cannot be continued is no base for another", async () => {
  await create("first.tar");
  const requests = world.proxy.requests.length;
  const off = await create("second.tar", { after: "first.tar", sumdb: "off" });
  expect(off).toMatchObject({ exitCode: 2, json: { error: { subject: "--after first.tar" } } });
  const other = await create("second.tar", { after: "first.tar", sumdb: "sum.golang.org" });
  expect(other.json.error).toMatchObject({ code: "USAGE", actual: "sum.golang.org" });
  expect(world.proxy.requests.length).toBe(requests);
  expect(existsSync(path("second.tar"))).toBe(false);
  // One that has none to continue does not stand in the way.
  await create("none.tar", { sumdb: "off" });
  expect((await create("second.tar", { after: "none.tar,first.tar" })).exitCode).toBe(0);
});

/** A machine that has never seen the database, whose GOPROXY is a directory. */
function fileClient(dir: string): SumdbClient {
  const http = new HttpClient({ connection: {}, userAgent: "modwharf-test" });
  const fetcher = new Fetcher({ http, credentials: new Credentials({ goauth: "off" }) });
  const gosumdb = parseGosumdb(world.database.verifierKey)!;
  const goproxy = parseGoproxy(`file://${path(dir)}`);
  const ops = {
    ...sumdbDisk({ cacheDir: undefined, latestDir: undefined }),
    readRemote: sumdbRemote({ fetcher, gosumdb, goproxy }),
  };
  return new SumdbClient({ verifier: gosumdb.verifier, ops });
}
