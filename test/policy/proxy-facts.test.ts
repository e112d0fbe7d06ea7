import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HttpClient } from "../../src/base/http.ts";
import { h1OfList } from "../../src/dirhash/hash-list.ts";
import { ProxyFacts } from "../../src/policy/proxy-facts.ts";
import { GoproxyClient } from "../../src/proxy/client.ts";
import { Credentials } from "../../src/proxy/credentials.ts";
import { Fetcher } from "../../src/proxy/fetcher.ts";
import { parseGoproxy } from "../../src/proxy/goproxy-list.ts";
import { digestModuleZip } from "../../src/zip/hash.ts";

let dir = "";

function factsFor(goproxy: string, gonoproxy = "", cacheDir?: string): ProxyFacts {
  const http = new HttpClient({ connection: {}, userAgent: "test", retry: { attempts: 1 } });
  const fetcher = new Fetcher({
    http,
    credentials: new Credentials({ goauth: "off" }),
    retry: { attempts: 1 },
  });
  const client = new GoproxyClient({ fetcher, goproxy: parseGoproxy(goproxy, gonoproxy), gonoproxy });
  return new ProxyFacts({ client, publicClient: client, cacheDir });
}

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "modwharf-facts-"));
  const versions = join(dir, "example.com", "a", "@v");
  mkdirSync(versions, { recursive: true });
  writeFileSync(join(versions, "list"), "v1.0.0\nv1.1.0-rc.1\n");
  writeFileSync(join(versions, "v1.0.0.mod"), "module example.com/a\n");
  const root = "example.com/a@v1.0.0/";
  const files = { LICENSE: "text", "docs/LICENSE": "other", "a.go": "package a" };
  const entries = Object.entries(files).map(([name, text]) => [root + name, Buffer.from(text)]);
  writeFileSync(join(versions, "v1.0.0.zip"), zipSync(Object.fromEntries(entries)));
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe("ProxyFacts", () => {
  const a = { path: "example.com/a", version: "v1.0.0" };

  test("prefers a release to a newer pre-release, as @latest does", async () => {
    expect((await factsFor(pathToFileURL(dir).href).latest("example.com/a"))?.version).toBe("v1.0.0");
  });

  test.each([
    ["with a go.mod that says more than its path", "module example.com/b\n\ngo 1.22\n", "v1.2.0"],
    ["without go.mod", "module example.com/b\n", "v3.0.0+incompatible"],
  ])(
    "takes +incompatible versions for newer than a compatible one %s as go does",
    async (_, goMod, newest) => {
      const proxy = mkdtempSync(join(dir, "proxy-"));
      const versions = join(proxy, "example.com", "b", "@v");
      mkdirSync(versions, { recursive: true });
      writeFileSync(join(versions, "list"), "v1.1.0\nv1.2.0\nv2.0.0+incompatible\nv3.0.0+incompatible\n");
      writeFileSync(join(versions, "v1.2.0.mod"), goMod);
      writeFileSync(join(versions, "v3.0.0+incompatible.mod"), "module example.com/b\n");
      expect((await factsFor(pathToFileURL(proxy).href).latest("example.com/b"))?.version).toBe(newest);
    },
  );

  test("reads the licence files of the zip's root", async () => {
    expect(await factsFor(pathToFileURL(dir).href).licences(a)).toEqual([{ name: "LICENSE", text: "text" }]);
  });

  test("a file of which only the hash is left is an error that says where to get it", async () => {
    const cacheDir = join(dir, "cache-of-lists");
    const known = factsFor(pathToFileURL(dir).href, "", cacheDir);
    const zip = join(dir, "example.com", "a", "@v", "v1.0.0.zip");
    const h1 = h1OfList((await digestModuleZip(a, zip)).list());
    const file = await (await known.files(a, h1))?.read("a.go");
    expect(Buffer.from(file ?? []).toString()).toBe("package a");
    const gone = await factsFor(pathToFileURL(join(dir, "empty")).href, "", cacheDir).files(a, h1);
    await expect(gone?.read("a.go")).rejects.toMatchObject({
      code: "REMOTE_NOT_FOUND",
      fix: "go mod download example.com/a@v1.0.0",
    });
  });

  test("an unknown module is no answer, not an error", async () => {
    const facts = factsFor(pathToFileURL(dir).href);
    expect(await facts.versions("example.com/b")).toBeUndefined();
    expect(await facts.goMod({ path: "example.com/a", version: "v9.0.0" })).toBeUndefined();
    expect(await facts.latest("example.com/b")).toBeUndefined();
    expect([...facts.notAsked]).toEqual([]);
    expect([...facts.absent.keys()]).toEqual(["example.com/b", "example.com/a@v9.0.0"]);
  });

  test("a module without a list whose newest version is known is not absent", async () => {
    const info = '{"Version":"v0.0.0-20260102150405-abcdef123456","Time":"2026-01-02T15:04:05Z"}';
    const server = createServer((request, response) => {
      const file = request.url?.split("/").at(-1) ?? "";
      response.statusCode = file === "list" ? 404 : 200;
      response.end(file === "@latest" ? info : "module example.com/a\n");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const facts = factsFor(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    try {
      expect((await facts.latest("example.com/a"))?.version).toMatch(/^v0\.0\.0-2026/);
      expect([...facts.absent.keys()]).toEqual([]);
    } finally {
      server.close();
    }
  });

  test("what GONOPROXY or direct keeps from proxies is listed as not asked", async () => {
    const facts = factsFor(pathToFileURL(dir).href, "example.com/a");
    expect(await facts.goMod(a)).toBeUndefined();
    expect([...facts.notAsked]).toEqual(["example.com/a"]);
  });

  test("a failing proxy throws: its silence must not pass for an answer", async () => {
    await expect(factsFor("http://127.0.0.1:1").versions("example.com/a")).rejects.toMatchObject({
      code: "REMOTE_UNREACHABLE",
    });
  });

  test("a module that a proxy refuses is kept apart, unless it refuses all of them", async () => {
    const server = createServer((request, response) => {
      response.statusCode = request.url?.startsWith("/example.com/a/") ? 200 : 403;
      response.end("v1.0.0\n");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const facts = factsFor(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    try {
      expect(await facts.versions("example.com/gone")).toBeUndefined();
      expect([...facts.refused.keys()]).toEqual(["example.com/gone"]);
      expect(() => facts.checkAnswered()).toThrow(/403/);
      expect(await facts.versions("example.com/a")).toEqual(["v1.0.0"]);
      expect(() => facts.checkAnswered()).not.toThrow();
    } finally {
      server.close();
    }
  });
});
