import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FakeModule } from "../support/fake-module.ts";
import { type ModuleWorld, modLine, moduleWorld, sumLines } from "../support/module-world.ts";
import { type Ran, run } from "../support/run-command.ts";

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

function mirror(raw: Record<string, string> = {}, env: Record<string, string> = {}): Promise<Ran> {
  const options = { cwd: world.dir, env: { ...world.env, ...env }, platform: "github" } as const;
  return run("mirror", { to: "file:store", ...raw }, options);
}

const statuses = (ran: Ran) =>
  Object.fromEntries(
    ran.json.modules.map((one: { module: string; status: string }) => [one.module, one.status]),
  );
const stored = () =>
  readdirSync(join(world.dir, "store"), { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(world.dir, "store", name)).isFile())
    .sort();
const asked = (part: string) => world.proxy.requests.filter(({ path }) => path.includes(part)).length;

describe("mirror", () => {
  test("copies what go.sum names, verified twice, and go.mod files alone where that is all one needs", async () => {
    const ran = await mirror();
    expect(ran.json).toMatchObject({ copied: 3, unchanged: 0, refused: 0, unverified: 0 });
    expect(ran.exitCode).toBe(0);
    expect(ran.json.modules[0].vouchedBy).toEqual(["go.sum", world.database.verifier.name]);
    expect(stored()).toEqual([
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
    expect(ran.outputs.copied).toBe("3");
  });

  test("leaves what is there alone, without downloading it", async () => {
    await mirror();
    world.proxy.requests.length = 0;
    const again = await mirror();
    expect(again.json).toMatchObject({ copied: 0, unchanged: 3 });
    expect(asked(".zip")).toBe(0);
    expect(asked(".mod")).toBe(0);
  });

  test("keeps what the database answered where go keeps it, and does not ask again", async () => {
    await mirror();
    world.proxy.requests.length = 0;
    expect((await mirror({ to: "file:other" })).json.copied).toBe(3);
    const paths = world.proxy.requests.map(({ path }) => path);
    expect(paths.filter((path) => path.includes("sumdb/"))).toEqual([]);
  });

  test("says nothing of what came where nothing came", async () => {
    await world.write({ "go.sum": sumLines(one) });
    const { exitCode, json } = await mirror({}, { GOPROXY: "off", GONOSUMDB: "*" });
    expect(exitCode).toBe(3);
    expect(json.error.message).not.toContain("got .");
  });

  test("names each module that failed, what mends them once, and one store at a time", async () => {
    const { json } = await mirror({}, { GOPROXY: "off", GONOSUMDB: "*" });
    const { actual, fix, message } = json.error;
    expect(actual).toMatch(/^\d more failed\n/);
    expect(actual).toContain("module lookup is disabled by GOPROXY=off");
    expect(message.split(fix)).toHaveLength(2);
    const two = await mirror({ to: "file:a,file:b" });
    expect(two).toMatchObject({ exitCode: 2, json: { error: { code: "USAGE", subject: "file:a,file:b" } } });
  });

  test("names no more modules than a person reads, whole ones first", async () => {
    let goSum = sumLines(one);
    for (let i = 0; i < 60; i++) {
      goSum += modLine(await world.add(`a.example/g${i}`, "v0.1.0", { log: false }));
    }
    await world.write({ "go.sum": goSum });
    const options = { cwd: world.dir, env: { ...world.env, GONOSUMDB: "*" }, platform: "github" as const };
    const { summary, json } = await run("mirror", { to: "file:store" }, options);
    expect(json.modules).toHaveLength(61);
    expect(summary).toContain("and 11 more");
    const named = summary.match(/a\.example\/\w+/g)!;
    expect(named[0]).toBe("a.example/One");
    expect(named).toHaveLength(50);
  });

  test("takes up a run that broke off", async () => {
    world.proxy.fail("b.example/two/v2/@v/v2.1.0.zip", { status: 404 });
    const broken = await mirror();
    expect(broken.exitCode).toBe(3);
    expect(broken.json.error.message).toContain("b.example/two/v2");
    expect(stored()).toContain("a.example/!one/@v/v1.0.0.info");
    const next = await mirror();
    expect(next.json).toMatchObject({ copied: 1, unchanged: 2 });
  });

  test("completes a module whose go.mod alone was there", async () => {
    await mirror();
    await world.write({ "go.sum": sumLines(graphOnly) });
    expect((await mirror()).json).toMatchObject({ copied: 1 });
    expect(stored()).toContain("c.example/three/@v/v0.1.0.info");
  });

  test("finds an altered go.mod that stands alone, also where the whole version is to come", async () => {
    await mirror();
    const file = join(world.dir, "store/c.example/three/@v/v0.1.0.mod");
    writeFileSync(file, "module c.example/three\n\nrequire evil.example/x v1.0.0\n");
    for (const goSum of [modLine(graphOnly), sumLines(graphOnly)]) {
      await world.write({ "go.sum": goSum });
      const ran = await mirror();
      expect(ran.exitCode).toBe(4);
      expect(ran.json.error).toMatchObject({ code: "VERSION_CHANGED" });
    }
    expect(stored().filter((name) => name.startsWith("c.example"))).toEqual([
      "c.example/three/@v/v0.1.0.mod",
    ]);
    expect(readFileSync(file, "utf8")).toContain("evil.example");
  });

  test("with the whole graph takes every selected module whole, though go.sum has nothing of it", async () => {
    // one → four: selected, but no package of it is imported and go.sum does not name it.
    const four = await world.add("d.example/four", "v1.0.0");
    const files = { "go.mod": "module a.example/One\n\ngo 1.21\n\nrequire d.example/four v1.0.0\n" };
    const requiring = await world.add("a.example/One", "v1.1.0", { files });
    await world.write({
      "go.mod": "module main.example\n\ngo 1.21\n\nrequire a.example/One v1.1.0\n",
      "go.sum": sumLines(requiring),
    });
    expect((await mirror()).json.copied).toBe(1);
    const whole = await mirror({ "whole-graph": "true" });
    expect(whole.json).toMatchObject({ copied: 1, unchanged: 1 });
    expect(stored()).toContain("d.example/four/@v/v1.0.0.zip");
    expect(whole.json.modules[1]).toMatchObject({
      module: four.module.path,
      vouchedBy: [expect.any(String)],
    });
    expect((await mirror({ "whole-graph": "true", manifests: "go.sum" })).json.error).toMatchObject({
      code: "USAGE",
      expected: expect.stringContaining("go.mod"),
    });
  });

  test("never believes a store that was altered, nor overwrites it", async () => {
    await mirror();
    const file = join(world.dir, "store/a.example/!one/@v/v1.0.0.zip");
    writeFileSync(file, readFileSync(join(world.dir, "store/b.example/two/v2/@v/v2.1.0.zip")));
    const ran = await mirror();
    expect(ran.exitCode).toBe(4);
    expect(ran.json.error).toMatchObject({ code: "VERSION_CHANGED" });
    rmSync(join(world.dir, "store/a.example"), { recursive: true });
    expect((await mirror()).json).toMatchObject({ copied: 1, unchanged: 2 });
  });
});

describe("who vouches", () => {
  test("go.sum and the database must agree", async () => {
    await world.write({ "go.sum": sumLines({ ...one, h1: two.h1 }) + sumLines(two) });
    const ran = await mirror();
    expect(ran.exitCode).toBe(4);
    expect(ran.json.error).toMatchObject({
      code: "HASH_MISMATCH",
      subject: "a.example/One@v1.0.0",
      expected: expect.stringContaining(one.h1),
      actual: expect.stringContaining(two.h1),
    });
    // The other module is fine, and copied.
    expect(stored()).toContain("b.example/two/v2/@v/v2.1.0.info");
    expect(stored().join()).not.toContain("!one");
  });

  test("a proxy that serves other content is found out, by the database alone too", async () => {
    const zip = "a.example/!one/@v/v1.0.0.zip";
    world.proxy.files[zip] = two.served["b.example/two/v2/@v/v2.1.0.zip"]!;
    await world.write({ "only.txt": "a.example/One@v1.0.0\n" });
    for (const manifests of ["go.sum", "only.txt"]) {
      const ran = await mirror({ manifests });
      expect(ran.exitCode).toBe(4);
    }
    expect(stored().join()).not.toContain("!one/@v/v1.0.0.info");
  });

  test("the database alone vouches for what no go.sum has", async () => {
    await world.write({ "only.txt": "a.example/One@v1.0.0\n" });
    const ran = await mirror({ manifests: "only.txt" });
    expect(ran.json.modules[0]).toMatchObject({
      status: "copied",
      vouchedBy: [world.database.verifier.name],
    });
  });

  test("what the database does not know is refused, even when go.sum has it", async () => {
    const secret = await world.add("p.example/secret", "v1.0.0", { log: false });
    await world.write({ "go.sum": sumLines(secret) });
    const ran = await mirror();
    expect(ran.exitCode).toBe(1);
    expect(ran.json.modules[0]).toMatchObject({
      status: "refused",
      reason: expect.stringContaining("GONOSUMDB"),
    });
    expect(ran.json.findings[0]).toMatchObject({ rule: "module-refused", file: "go.sum", line: 1 });
    const named = await mirror({}, { GONOSUMDB: "p.example" });
    expect(named.json.modules[0]).toMatchObject({ status: "copied", vouchedBy: ["go.sum"] });
  });

  test("a private name never reaches the database", async () => {
    const secret = await world.add("p.example/secret", "v1.0.0", { log: false });
    await world.write({ "go.sum": sumLines(secret) });
    await mirror({}, { GONOSUMDB: "p.example" });
    expect(asked("lookup/p.example")).toBe(0);
    const left = await mirror({}, { GOPRIVATE: "p.example" });
    expect(left.json).toMatchObject({ private: 1, copied: 0 });
  });

  test("with nobody to vouch a module is refused, unless it is allowed by name", async () => {
    const secret = await world.add("p.example/secret", "v1.0.0", { log: false });
    await world.write({ "only.txt": `${secret.module.path}@v1.0.0\n` });
    const raw = { manifests: "only.txt", sumdb: "off" };
    const refused = await mirror(raw);
    expect(refused.exitCode).toBe(1);
    expect(refused.json.modules[0].reason).toContain("the checksum database is off");
    const other = await mirror({ ...raw, "allow-unverified": "p.example/other" });
    expect(other.json.refused).toBe(1);
    const allowed = await mirror({ ...raw, "allow-unverified": "p.example/..." });
    expect(allowed.json).toMatchObject({ copied: 1, unverified: 1 });
  });

  test("allowing a module unverified does not let a wrong hash pass", async () => {
    await world.write({ "go.sum": sumLines({ ...one, h1: two.h1 }) });
    const ran = await mirror({ sumdb: "off", "allow-unverified": "a.example/..." });
    expect(ran.exitCode).toBe(4);
  });

  test("switching the database off is said aloud, and go.sum still counts", async () => {
    const ran = await mirror({}, { GOSUMDB: "off" });
    expect(ran.log.join("\n")).toContain("the checksum database is off");
    expect(ran.json.copied).toBe(3);
    expect(asked("sumdb/")).toBe(0);
  });

  test("a database that does not answer stops the run; go.sum does not stand in", async () => {
    world.proxy.fail("sumdb/sum.example.com/db/lookup/a.example/!one@v1.0.0", { status: 403 });
    const ran = await mirror();
    expect(ran.exitCode).toBe(3);
    expect(stored().join()).not.toContain("!one");
  });
});

describe("allow and deny", () => {
  test("a denied module is refused with the pattern that denies it", async () => {
    const ran = await mirror({ deny: "b.example/...@<v2.2.0" });
    expect(ran.exitCode).toBe(1);
    expect(statuses(ran)).toEqual({
      "a.example/One": "copied",
      "b.example/two/v2": "refused",
      "c.example/three": "copied",
    });
    expect(ran.json.modules[1].reason).toContain("b.example/...@<v2.2.0");
    expect((await mirror({ deny: "b.example/...@>=v2.2.0" })).exitCode).toBe(0);
  });

  test("with an allow list nothing else passes", async () => {
    const ran = await mirror({ allow: "a.example/...,c.example/three@v0.1.0" });
    expect(statuses(ran)).toMatchObject({ "b.example/two/v2": "refused", "c.example/three": "copied" });
    expect((await mirror({ allow: "a.example/...@not a version" })).exitCode).toBe(2);
  });
});

test("copies what replaces a module, under its own path, and names local directories", async () => {
  const fork = await world.add("fork.example/one", "v1.0.1", {
    files: { "go.mod": "module a.example/One\n" },
  });
  await world.write({
    "go.mod": `module main.example

go 1.21

require (
	a.example/One v1.0.0
	b.example/two/v2 v2.1.0
)

replace a.example/One => fork.example/one v1.0.1
replace b.example/two/v2 => ./two
`,
    "go.sum": sumLines(fork),
  });
  const ran = await mirror();
  expect(ran.json.modules.map(({ module, status }: Record<string, string>) => [module, status])).toEqual([
    ["fork.example/one", "copied"],
  ]);
  expect(ran.json.localReplaces).toEqual([
    { module: "b.example/two/v2", directory: "./two", from: "go.mod:11" },
  ]);
  expect(ran.exitCode).toBe(0);
});
