import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Fault } from "../support/fake-goproxy.ts";
import type { FakeModule } from "../support/fake-module.ts";
import { FAKE_BUCKET, FAKE_S3_CREDENTIALS, type FakeS3, startFakeS3 } from "../support/fake-s3.ts";
import { type FaultyProxy, type Fault as StoreFault, startFaultyProxy } from "../support/faulty.ts";
import { type ModuleWorld, modLine, moduleWorld, sumLines } from "../support/module-world.ts";
import { type Ran, run } from "../support/run-command.ts";

/*
 * What goes wrong between a proxy, this program and a store: never a wrong object under its final name, and the next
 * run finishes the work. There are more modules than a store is asked about one by one.
 */

const WHOLE = 24;
const AT_ONCE = { "retry-after": "0" };

let world: ModuleWorld;
let modules: FakeModule[];
let goMods: FakeModule[];

beforeEach(async () => {
  world = await moduleWorld();
  const text = { "text.txt": "a line that is deflated\n".repeat(2000) };
  modules = [];
  goMods = [];
  for (let i = 0; i < WHOLE; i++)
    modules.push(await world.add(`m${i}.example/Module`, "v1.0.0", { files: text }));
  for (let i = 0; i < 4; i++) goMods.push(await world.add(`g${i}.example/graph`, "v0.1.0"));
  await world.write({ "go.sum": modules.map(sumLines).join("") + goMods.map(modLine).join("") });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await world.dispose();
});

const mirror = (to = "file:store"): Promise<Ran> => run("mirror", { to }, { cwd: world.dir, env: world.env });

/** What a store holds in the end, by name. */
function wanted(): Record<string, string> {
  const files: Record<string, string> = {};
  for (const { served, module } of modules) {
    for (const [name, bytes] of Object.entries(served)) files[name] = bytes.toString("base64");
    const list = Object.keys(served)[0]!.replace(/@v\/.*/, "@v/list");
    files[list] = Buffer.from(`${module.version}\n`).toString("base64");
  }
  for (const { served } of goMods)
    for (const [name, bytes] of Object.entries(served))
      if (name.endsWith(".mod")) files[name] = bytes.toString("base64");
  return files;
}

function expectNothingWrong(stored: Record<string, string>): void {
  const files = wanted();
  for (const [name, content] of Object.entries(stored)) expect([name, content]).toEqual([name, files[name]]);
  for (const name of Object.keys(stored))
    if (name.endsWith(".info")) expect(stored).toHaveProperty([name.replace(/info$/, "zip")]);
}

describe("a proxy", () => {
  const stored = (): Record<string, string> => {
    const root = join(world.dir, "store");
    const names = readdirSync(root, { recursive: true, encoding: "utf8" });
    const files = names.filter((name) => statSync(join(root, name)).isFile());
    return Object.fromEntries(files.map((name) => [name, readFileSync(join(root, name)).toString("base64")]));
  };
  const failAll = (times: number, fault: Fault, part = "") => {
    for (const name of Object.keys(world.proxy.files))
      if (name.includes(part)) world.proxy.fail(name, ...Array.from({ length: times }, () => fault));
  };

  test.each<[string, Fault]>([
    ["429", { status: 429, headers: AT_ONCE }],
    ["503", { status: 503, headers: AT_ONCE }],
    ["a reset connection", { reset: true }],
    ["a body that breaks off", { cutAfter: 20 }],
  ])("that answers everything with %s at first is waited out", async (_name, fault) => {
    failAll(1, fault);
    expect((await mirror()).json).toMatchObject({ copied: WHOLE + 4, refused: 0 });
    expect(stored()).toEqual(wanted());
  });

  test.each<[string, Fault, number]>([
    ["is overloaded", { status: 429, headers: AT_ONCE }, 3],
    ["has a damaged disk", { flip: 75 }, 4],
    ["asks for credentials", { status: 401 }, 3],
  ])(
    "that %s for a third of the zips: the others come in, the next run finishes",
    async (_name, fault, exitCode) => {
      for (const i of [0, 3, 6, 9, 12, 15, 18, 21]) failAll(5, fault, `m${i}.example/!module/@v/v1.0.0.zip`);
      const broken = await mirror();
      expect(broken.exitCode).toBe(exitCode);
      expect(broken.json.error.message).toContain(".example/Module@v1.0.0");
      expectNothingWrong(stored());
      expect(Object.keys(stored()).filter((name) => name.endsWith(".info"))).toHaveLength(WHOLE - 8);
      // A fault that is never tried again is left for as many runs.
      let last = await mirror();
      for (let more = 4; more > 0 && last.exitCode === exitCode; more--) last = await mirror();
      expect(last.exitCode).toBe(0);
      expect(stored()).toEqual(wanted());
    },
  );

  test("that lies, in whatever file, is not believed", async () => {
    const other = modules[9]!.served;
    const lies: Record<string, string | Buffer> = {
      "m0.example/!module/@v/v1.0.0.zip": other["m9.example/!module/@v/v1.0.0.zip"]!,
      "m1.example/!module/@v/v1.0.0.mod": other["m9.example/!module/@v/v1.0.0.mod"]!,
      "m2.example/!module/@v/v1.0.0.info": '{"Version":"v1.0.1"}',
      "g0.example/graph/@v/v0.1.0.mod": "module g0.example/graph\n\nrequire evil.example/x v1.0.0\n",
    };
    const truth = { ...world.proxy.files };
    Object.assign(world.proxy.files, lies);
    const ran = await mirror();
    expect(ran.exitCode).toBe(4);
    for (const host of ["m0", "m1", "m2", "g0"]) {
      expect(ran.json.error.message).toContain(`${host}.example/`);
      expect(Object.keys(stored()).join()).not.toContain(`${host}.example/`);
    }
    expectNothingWrong(stored());
    Object.assign(world.proxy.files, truth);
    expect((await mirror()).exitCode).toBe(0);
    expect(stored()).toEqual(wanted());
  });
});

describe("S3", () => {
  let s3: FakeS3;
  let between: FaultyProxy;
  let faultOf: (request: { number: number; method: string; url: string }) => StoreFault | undefined;

  beforeEach(async () => {
    faultOf = () => undefined;
    s3 = await startFakeS3();
    between = await startFaultyProxy(s3.url, (request) => faultOf(request));
    vi.stubEnv("AWS_ACCESS_KEY_ID", FAKE_S3_CREDENTIALS.accessKeyId);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", FAKE_S3_CREDENTIALS.secretAccessKey);
  });
  afterEach(async () => {
    await between.close();
    await s3.close();
  });

  const toS3 = () => mirror(`s3://${FAKE_BUCKET}/mirror?endpoint=${between.url}`);
  const stored = () =>
    Object.fromEntries([...s3.objects].map(([key, { bytes }]) => [key.slice(7), bytes.toString("base64")]));

  test.each<[string, StoreFault]>([
    ["503 SlowDown", { kind: "status", status: 503, headers: AT_ONCE }],
    ["429", { kind: "status", status: 429, headers: AT_ONCE }],
    ["a reset connection", { kind: "reset" }],
    ["an answer that gets lost", { kind: "lost answer" }],
  ])("that answers each request with %s at first is waited out", async (_name, fault) => {
    const seen = new Set<string>();
    faultOf = ({ method, url }) => {
      if (seen.has(method + url)) return undefined;
      seen.add(method + url);
      return fault;
    };
    const { json } = await toS3();
    // What was stored although its answer got lost counts as being there.
    expect(json.copied + json.unchanged).toBe(WHOLE + 4);
    if (fault.kind !== "lost answer") expect(json.unchanged).toBe(0);
    faultOf = () => undefined;
    expect(stored()).toEqual(wanted());
    const writes = s3.writes();
    expect((await toS3()).json).toMatchObject({ copied: 0, unchanged: WHOLE + 4 });
    expect(s3.writes()).toBe(writes);
  });

  test("that stays overloaded ends the run; the next one finishes", async () => {
    let uploads = 0;
    faultOf = ({ method }) =>
      method === "PUT" && ++uploads > 40 ? { kind: "status", status: 503, headers: AT_ONCE } : undefined;
    const broken = await toS3();
    expect(broken).toMatchObject({ exitCode: 3 });
    expectNothingWrong(stored());
    faultOf = () => undefined;
    expect((await toS3()).exitCode).toBe(0);
    expect(stored()).toEqual(wanted());
  });

  test("whose uploads are altered on the way stores none of them", async () => {
    faultOf = ({ method, url }) =>
      method === "PUT" && url.includes("m0.example") ? { kind: "altered upload" } : undefined;
    const ran = await toS3();
    expect(ran.exitCode).not.toBe(0);
    expectNothingWrong(stored());
    expect(Object.keys(stored()).join()).not.toContain("m0.example");
    faultOf = () => undefined;
    expect((await toS3()).exitCode).toBe(0);
    expect(stored()).toEqual(wanted());
  });

  test("takes four requests for a new module, one for a lone go.mod, and one for what it has", async () => {
    await toS3();
    const requests = s3.log.map((line) => line.replace(/\?\S*/, ""));
    const of = (name: string) => requests.filter((line) => line.includes(name));
    expect(of("list")).toHaveLength(WHOLE);
    const base = "/wharf-modules/mirror/m7.example/!module/@v";
    expect(of("m7.example")).toEqual([
      `PUT ${base}/v1.0.0.zip 200`,
      `PUT ${base}/v1.0.0.mod 200`,
      `PUT ${base}/v1.0.0.info 200`,
      `PUT ${base}/list 200`,
    ]);
    expect(of("g2.example")).toEqual(["PUT /wharf-modules/mirror/g2.example/graph/@v/v0.1.0.mod 200"]);
  });

  test("that confirms no upload is read back", async () => {
    s3.options.confirmsUploads = false;
    await toS3();
    expect(stored()).toEqual(wanted());
    const read = s3.log.filter((line) => line.startsWith("GET ") && line.includes(".zip"));
    expect(read).toHaveLength(WHOLE);
  });
});
