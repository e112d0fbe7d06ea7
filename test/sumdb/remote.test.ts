import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { HttpClient } from "../../src/base/http.ts";
import { Credentials } from "../../src/proxy/credentials.ts";
import { Fetcher } from "../../src/proxy/fetcher.ts";
import { parseGoproxy } from "../../src/proxy/goproxy-list.ts";
import { SumdbClient } from "../../src/sumdb/client.ts";
import { sumdbDisk } from "../../src/sumdb/disk.ts";
import { parseGosumdb } from "../../src/sumdb/gosumdb.ts";
import { sumdbRemote } from "../../src/sumdb/remote.ts";
import { FakeGoproxy } from "../support/fake-goproxy.ts";
import { FakeSumdb } from "../support/fake-sumdb.ts";

const text = "m.example v1.0.0 h1:zip=\nm.example v1.0.0/go.mod h1:mod=\n";
const module = { path: "m.example", version: "v1.0.0" };
const http = new HttpClient({ connection: {}, userAgent: "test", retry: { sleep: async () => {} } });
const fetcher = new Fetcher({ http, credentials: new Credentials({ goauth: "off" }) });
let dir: string;
let database: FakeSumdb;
const servers: FakeGoproxy[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "modwharf-sumdb-"));
  database = new FakeSumdb(8);
  for (let i = 0; i < 5; i++)
    await database.add(`other${i}.example@v1.0.0`, `other${i}.example v1.0.0 h1:x=\n`);
  await database.add("m.example@v1.0.0", text);
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
afterAll(async () => {
  await http.close();
  await rm(dir, { recursive: true, force: true });
});

/** A server of the database's files below `prefix`; with `supported`, a proxy that stands in for it. */
async function serve(prefix: string, supported = false): Promise<FakeGoproxy> {
  const files = Object.fromEntries([...database.remote].map(([path, data]) => [prefix + path, data]));
  const server = await FakeGoproxy.start({
    files: supported ? { ...files, [`${prefix}/supported`]: "" } : files,
  });
  servers.push(server);
  return server;
}

function client(gosumdb: string, goproxy: string, folder: string): SumdbClient {
  const parsed = parseGosumdb(gosumdb)!;
  const readRemote = sumdbRemote({ fetcher, gosumdb: parsed, goproxy: parseGoproxy(goproxy) });
  const disk = sumdbDisk({ cacheDir: join(dir, folder, "cache"), latestDir: join(dir, folder, "pkg") });
  return new SumdbClient({ verifier: parsed.verifier, ops: { readRemote, ...disk } });
}

const found = ["m.example v1.0.0 h1:zip="];

test("goes through the first proxy that supports the database, and keeps files where go does", async () => {
  const without = await serve("nothing");
  const proxy = await serve("sumdb/sum.example.com/db", true);
  const list = `${without.url},${proxy.url}`;
  expect(await client(database.verifierKey, list, "proxied").lookup(module)).toEqual(found);
  expect(without.requests.map(({ path }) => path)).toEqual(["/sumdb/sum.example.com/db/supported"]);
  expect(proxy.requests.map(({ path }) => path)).toEqual([
    "/sumdb/sum.example.com/db/supported",
    "/sumdb/sum.example.com/db/lookup/m.example@v1.0.0",
    "/sumdb/sum.example.com/db/tile/8/0/000.p/6",
  ]);
  const kept = (file: string) => readFile(join(dir, "proxied", file));
  expect((await kept("cache/sum.example.com/db/lookup/m.example@v1.0.0")).toString()).toContain(text);
  expect(await kept("cache/sum.example.com/db/tile/8/0/000.p/6")).toHaveLength(6 * 32);
  expect(await kept("pkg/sum.example.com/db/latest")).toEqual(await database.head());
  // What is in the cache needs neither the database nor a proxy, and is proven again.
  expect(await client(database.verifierKey, "off", "proxied").lookup(module)).toEqual(found);
});

test("an altered disk cache is noticed", async () => {
  const proxy = await serve("sumdb/sum.example.com/db", true);
  await client(database.verifierKey, proxy.url, "altered").lookup(module);
  const file = join(dir, "altered/cache/sum.example.com/db/lookup/m.example@v1.0.0");
  await writeFile(file, (await readFile(file, "utf8")).replace("h1:zip=", "h1:bad="));
  const again = client(database.verifierKey, "off", "altered").lookup(module);
  await expect(again).rejects.toThrow(/cannot authenticate the record/);
});

test("an address in GOSUMDB takes the place of all proxies", async () => {
  const direct = await serve("db");
  const proxy = await serve("sumdb/sum.example.com/db", true);
  const gosumdb = `${database.verifierKey} ${direct.url}/db`;
  expect(await client(gosumdb, proxy.url, "explicit").lookup(module)).toEqual(found);
  expect(proxy.requests).toEqual([]);
});

test("a proxy that fails otherwise than by 404 is not passed by", async () => {
  const proxy = await serve("nothing");
  proxy.fail("sumdb/sum.example.com/db/supported", { status: 403 });
  const asked = client(database.verifierKey, `${proxy.url},direct`, "refused").lookup(module);
  await expect(asked).rejects.toMatchObject({ code: "REMOTE_AUTH" });
});

test("a version that the database does not know is not found", async () => {
  const proxy = await serve("sumdb/sum.example.com/db", true);
  const asked = client(database.verifierKey, proxy.url, "unknown").lookup({
    path: "n.example",
    version: "v1.0.0",
  });
  await expect(asked).rejects.toMatchObject({
    code: "REMOTE_NOT_FOUND",
    message: expect.stringContaining("n.example@v1.0.0"),
  });
});

test("GOSUMDB names the known databases, their alias, keys and addresses", () => {
  expect(parseGosumdb("off")).toBeUndefined();
  expect(() => parseGosumdb("sum.golang.orgg")).toThrow(
    expect.objectContaining({
      subject: "sum.golang.orgg",
      expected: expect.stringContaining("(sum.golang.org)"),
    }),
  );
  expect(parseGosumdb("sum.golang.org")).toMatchObject({ name: "sum.golang.org", url: undefined });
  expect(parseGosumdb("sum.golang.org")!.direct.href).toBe("https://sum.golang.org/");
  expect(parseGosumdb("sum.golang.google.cn")).toMatchObject({ name: "sum.golang.org" });
  expect(parseGosumdb("sum.golang.google.cn")!.url!.href).toBe("https://sum.golang.google.cn/");
  expect(parseGosumdb(`${database.verifierKey}  https://x.example/y`)!.url!.href).toBe("https://x.example/y");
  for (const bad of ["", "sum.example.com", "a b c", `${database.verifierKey} nowhere`]) {
    expect(() => parseGosumdb(bad), bad).toThrow(expect.objectContaining({ code: "USAGE" }));
  }
});

test.each(["../db", "host/", "host?x", "host#x", "user@host", "host/%2e", "host/../x", "host//../x", ""])(
  "a database named %j would lead elsewhere",
  async (name) => {
    const { createHash } = await import("node:crypto");
    const key = Buffer.concat([Buffer.of(1), Buffer.alloc(32, 9)]);
    const hash = createHash("sha256").update(`${name}\n`).update(key).digest("hex").slice(0, 8);
    expect(() => parseGosumdb(`${name}+${hash}+${key.toString("base64")}`)).toThrow(/GOSUMDB|malformed/);
  },
);
