import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { HttpClient } from "../../src/base/http.ts";
import { GoproxyClient } from "../../src/proxy/client.ts";
import { type CredentialOptions, Credentials } from "../../src/proxy/credentials.ts";
import { Fetcher } from "../../src/proxy/fetcher.ts";
import { parseGoproxy } from "../../src/proxy/goproxy-list.ts";
import { FakeGoproxy, type FakeGoproxyOptions } from "../support/fake-goproxy.ts";

let dir: string;
const proxies: FakeGoproxy[] = [];
const slept: number[] = [];
const retry = { sleep: async (ms: number) => void slept.push(ms), random: () => 0 };
const http = new HttpClient({ connection: {}, userAgent: "modwharf-test", retry });

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "modwharf-proxy-"));
});
afterEach(async () => {
  slept.length = 0;
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
});
afterAll(async () => {
  await http.close();
  await rm(dir, { recursive: true, force: true });
});

async function start(options: FakeGoproxyOptions): Promise<FakeGoproxy> {
  const proxy = await FakeGoproxy.start(options);
  proxies.push(proxy);
  return proxy;
}

interface Settings extends CredentialOptions {
  gonoproxy?: string;
  concurrency?: number;
}

function client(
  goproxy: string,
  { gonoproxy = "", concurrency = 32, ...credentials }: Settings = {},
): GoproxyClient {
  const fetcher = new Fetcher({
    http,
    credentials: new Credentials({ goauth: "off", ...credentials }),
    retry,
  });
  return new GoproxyClient({ fetcher, goproxy: parseGoproxy(goproxy, gonoproxy), gonoproxy, concurrency });
}

const fortune = { path: "example.com/Fortune", version: "v1.0.0+incompatible" };
const zipPath = "example.com/!fortune/@v/v1.0.0+incompatible.zip";
const zipContent = Buffer.alloc(3_000_000, "not really a zip ");

test("asks for escaped paths with %21 and a raw plus, below the proxy's own path and query", async () => {
  const proxy = await start({
    files: {
      "go/x/example.com/!fortune/@v/v1.0.0+incompatible.info": '{"Version":"v1.0.0+incompatible"}',
      "go/x/example.com/!fortune/@v/v1.0.0+incompatible.mod": "module example.com/Fortune\n",
    },
  });
  const asked = client(`${proxy.url}/go//x/?tenant=1`);
  expect((await asked.info(fortune)).toString()).toBe('{"Version":"v1.0.0+incompatible"}');
  expect((await asked.mod(fortune)).toString()).toBe("module example.com/Fortune\n");
  expect(proxy.requests.map(({ path }) => path)).toEqual([
    "/go/x/example.com/%21fortune/@v/v1.0.0+incompatible.info?tenant=1",
    "/go/x/example.com/%21fortune/@v/v1.0.0+incompatible.mod?tenant=1",
  ]);
});

test("list gives sorted tagged versions only", async () => {
  const lines = [
    "v1.10.0",
    "v1.9.0 2020-01-01T00:00:00Z",
    "garbage",
    "",
    "v2.0.0-20200101000000-abcdefabcdef",
    "v1.9.0-rc.1",
  ];
  const proxy = await start({ files: { "m.example/@v/list": lines.join("\n") } });
  expect(await client(proxy.url).list("m.example")).toEqual(["v1.9.0-rc.1", "v1.9.0", "v1.10.0"]);
  await expect(client(proxy.url).list("none.example")).rejects.toMatchObject({ code: "REMOTE_NOT_FOUND" });
});

test("latest is the proxy's word, else the newest pseudo-version of the list", async () => {
  const newest = "v0.0.0-20210101000000-abcdefabcdef";
  const proxy = await start({
    files: {
      "a.example/@latest":
        '{"Version":"v1.2.3","Time":"2019-02-27T03:49:25Z","Origin":{"VCS":"git","Hash":"abc"}}',
      "b.example/@v/list": `v0.0.0-20200101000000-aaaaaaaaaaaa\n${newest}\nv1.0.0\n`,
      [`b.example/@v/${newest}.info`]: JSON.stringify({ Version: newest }),
    },
  });
  expect(await client(proxy.url).latest("a.example")).toEqual({
    version: "v1.2.3",
    time: "2019-02-27T03:49:25Z",
    origin: { VCS: "git", Hash: "abc" },
  });
  expect((await client(proxy.url).latest("b.example")).version).toBe(newest);
});

test("information about another version than the one asked for is refused", async () => {
  const files = {
    "m.example/@v/v1.0.0.info": '{"Version":"v1.0.1"}',
    "m.example/@v/main.info": '{"Version":"v1.0.1"}',
  };
  const proxy = await start({ files });
  const lied = client(proxy.url).info({ path: "m.example", version: "v1.0.0" });
  await expect(lied).rejects.toThrow(/another version.*expected v1\.0\.0, got v1\.0\.1/);
  expect((await client(proxy.url).info({ path: "m.example", version: "main" })).length).toBeGreaterThan(0);
});

test("a file proxy is read from disk, and what it lacks is not found", async () => {
  const root = join(dir, "a proxy");
  await rm(root, { recursive: true, force: true });
  const { mkdir } = await import("node:fs/promises");
  await mkdir(join(root, "example.com/!fortune/@v"), { recursive: true });
  await writeFile(join(root, zipPath), zipContent);
  const asked = client(`${pathToFileURL(root).href},off`);
  const file = join(dir, "from-file.zip");
  expect(await asked.zip(fortune, file)).toEqual({ sizeBytes: zipContent.length, resumed: 0 });
  expect((await readFile(file)).equals(zipContent)).toBe(true);
  await expect(asked.mod(fortune)).rejects.toMatchObject({ code: "REMOTE_NOT_FOUND" });
});

test("the next proxy of the list gives what the first lacks, into a clean file", async () => {
  const first = await start({ files: { [zipPath]: zipContent } });
  for (let i = 0; i < 20; i++) first.fail(zipPath, { cutAfter: 500 });
  const second = await start({ files: { [zipPath]: Buffer.from("the other zip") } });
  const file = join(dir, "second.zip");
  await client(`${first.url}|${second.url}`).zip(fortune, file);
  expect(await readFile(file, "utf8")).toBe("the other zip");
});

test("GONOPROXY modules are asked of no proxy", async () => {
  const proxy = await start({});
  const asked = client(proxy.url, { gonoproxy: "*.corp.example" }).list("git.corp.example/secret");
  await expect(asked).rejects.toMatchObject({ code: "NOT_SUPPORTED" });
  expect(proxy.requests).toEqual([]);
});

test("a broken transfer goes on where it stopped, when the server vouches for the content", async () => {
  const proxy = await start({ files: { [zipPath]: zipContent } });
  proxy.fail(zipPath, { cutAfter: 1_200_000 }, { cutAfter: 1_300_000 });
  const file = join(dir, "resumed.zip");
  expect(await client(proxy.url).zip(fortune, file)).toEqual({ sizeBytes: zipContent.length, resumed: 2 });
  expect((await readFile(file)).equals(zipContent)).toBe(true);
  const starts = proxy.requests.map(({ headers }) =>
    Number(/^bytes=(\d+)-$/.exec(headers.range ?? "bytes=0-")?.[1]),
  );
  expect(starts).toEqual([0, expect.any(Number), expect.any(Number)]);
  expect(starts[1]).toBeGreaterThan(0);
  expect(starts[2]).toBeGreaterThan(starts[1]!);
});

test("content that changed between two parts is taken from the start", async () => {
  const proxy = await start({ files: { [zipPath]: zipContent } });
  const other = Buffer.alloc(2_000_000, "another content");
  proxy.fail(zipPath, { cutAfter: 1_200_000 });
  const file = join(dir, "changed.zip");
  const http2 = new HttpClient({ connection: {}, userAgent: "test", retry });
  const swap = {
    ...retry,
    sleep: async () => {
      proxy.files[zipPath] = other;
    },
  };
  const fetcher = new Fetcher({ http: http2, credentials: new Credentials({ goauth: "off" }), retry: swap });
  const asked = new GoproxyClient({ fetcher, goproxy: parseGoproxy(proxy.url) });
  expect(await asked.zip(fortune, file)).toEqual({ sizeBytes: other.length, resumed: 0 });
  expect((await readFile(file)).equals(other)).toBe(true);
  await http2.close();
});

test("a part that nobody asked for is not taken for the whole", async () => {
  const part = { status: 206, headers: { "content-range": "bytes 0-6/20" }, body: "v1.0.0\n" };
  const proxy = await start({ files: { "m.example/@v/list": "v1.0.0\nv1.1.0\n", [zipPath]: zipContent } });
  proxy.fail("m.example/@v/list", part, { status: 206, body: "v1.0.0\n" });
  proxy.fail(zipPath, part);
  const asked = client(proxy.url);
  const refusal = { code: "REMOTE_BAD_ANSWER", expected: "the whole (status 200)" };
  await expect(asked.list("m.example")).rejects.toMatchObject({ ...refusal, actual: "bytes 0-6/20" });
  await expect(asked.list("m.example")).rejects.toMatchObject(refusal);
  await expect(asked.zip(fortune, join(dir, "part.zip"))).rejects.toMatchObject(refusal);
});

test("a list that the end of the connection cuts short is no list", async () => {
  const proxy = await start({
    before: ({ socket }) => {
      socket.end("HTTP/1.1 200 OK\r\ncontent-length: 14\r\nconnection: close\r\n\r\nv1.0.0\n");
      return true;
    },
  });
  await expect(client(proxy.url).list("m.example")).rejects.toMatchObject({ code: "REMOTE_UNREACHABLE" });
});

test("a server without ranges is asked for the whole again, and given up on after five attempts", async () => {
  const proxy = await start({ files: { [zipPath]: zipContent }, ranges: false });
  proxy.fail(zipPath, { cutAfter: 1000 }, { cutAfter: 2_999_999 });
  const file = join(dir, "whole.zip");
  expect(await client(proxy.url).zip(fortune, file)).toEqual({ sizeBytes: zipContent.length, resumed: 0 });
  expect((await stat(file)).size).toBe(zipContent.length);
  expect(proxy.requests.every(({ headers }) => headers.range === undefined)).toBe(true);

  for (let i = 0; i < 20; i++) proxy.fail(zipPath, { cutAfter: 1000 });
  const asked = proxy.requests.length;
  await expect(client(proxy.url).zip(fortune, file)).rejects.toMatchObject({ code: "REMOTE_UNREACHABLE" });
  expect(proxy.requests.length - asked).toBe(5);
});

test("small files survive broken bodies, resets and 429 with Retry-After", async () => {
  const proxy = await start({ files: { "m.example/@v/list": "v1.0.0\n" } });
  proxy.fail(
    "m.example/@v/list",
    { cutAfter: 3 },
    { reset: true },
    { status: 429, headers: { "retry-after": "7" } },
    { status: 503 },
  );
  expect(await client(proxy.url).list("m.example")).toEqual(["v1.0.0"]);
  expect(slept).toContain(7000);
  expect(slept).toHaveLength(4);
});

test.each([
  [401, "REMOTE_AUTH"],
  [403, "REMOTE_AUTH"],
  [404, "REMOTE_NOT_FOUND"],
  [410, "REMOTE_NOT_FOUND"],
  [400, "REMOTE"],
])("status %i is %s, at once", async (status, code) => {
  const proxy = await start({ files: {} });
  proxy.fail("m.example/@v/list", { status, body: "because" });
  await expect(client(proxy.url).list("m.example")).rejects.toMatchObject({ code });
  expect(proxy.requests).toHaveLength(1);
});

test("no more than the given number of requests are under way at once", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [`m.example/m${i}/@v/list`, "v1.0.0\n"]),
  );
  const proxy = await start({ files, delayMs: 5 });
  const asked = client(proxy.url, { concurrency: 4 });
  await Promise.all(Object.keys(files).map((file) => asked.list(file.replace("/@v/list", ""))));
  expect(proxy.most).toBe(4);
});

test("credentials go to their own origin, not to where it redirects, and never into errors", async () => {
  const storage = await start({ files: { blob: "v1.0.0\n" } });
  const proxy = await start({
    before: (request, response) => {
      if (request.headers["x-token"] !== "very-secret-token") response.writeHead(401).end("who are you?");
      else response.writeHead(302, { location: `${storage.url}/blob` }).end();
      return true;
    },
  });
  const headers = { [proxy.url]: { "x-token": "very-secret-token" } };
  expect(await client(proxy.url, { headers }).list("m.example")).toEqual(["v1.0.0"]);
  expect(storage.requests[0]!.headers["x-token"]).toBeUndefined();

  const refused = await client(proxy.url, { headers: { [proxy.url]: { "x-token": "wrong-secret" } } })
    .list("m.example")
    .catch((error: Error) => error);
  expect(String(refused)).toMatch(/401: who are you\?/);
  expect(JSON.stringify(refused)).not.toContain("wrong-secret");
});

test("a password in an http URL is not sent, nor shown", async () => {
  const proxy = await start({});
  const asked = client(proxy.url.replace("http://", "http://user:open-password@")).list("m.example");
  const error = await asked.catch((thrown: Error) => thrown);
  expect(String(error)).toMatch(/refusing to send credentials to an insecure URL/);
  expect(String(error)).not.toContain("open-password");
  expect(proxy.requests).toEqual([]);
});

test("a zip that is larger than go allows is cut off", async () => {
  const proxy = await start({
    before: (_, response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(1 << 20);
      let sent = 0;
      const more = () => {
        while (sent < 600 && !response.destroyed) {
          sent++;
          if (!response.write(chunk)) return void response.once("drain", more);
        }
        response.end();
      };
      more();
      return true;
    },
  });
  const asked = client(proxy.url).zip(fortune, join(dir, "large.zip"));
  await expect(asked).rejects.toThrow(/too large.*524288000 bytes/);
});

test("versions that no file can have are refused before anything is asked", async () => {
  const proxy = await start({});
  await expect(client(proxy.url).mod({ path: "m.example", version: "v1.0" })).rejects.toThrow(
    /not a canonical/,
  );
  await expect(client(proxy.url).list("../etc")).rejects.toMatchObject({ code: "MODULE_PATH" });
  expect(proxy.requests).toEqual([]);
});

test("an error that no proxy gave names the module", async () => {
  const file = join(dir, "none.zip");
  const subject = "example.com/Fortune@v1.0.0+incompatible";
  await expect(client("off").zip(fortune, file)).rejects.toMatchObject({ code: "REMOTE_NOT_FOUND", subject });
  await expect(client("direct").mod(fortune)).rejects.toMatchObject({ code: "NOT_SUPPORTED", subject });
});
