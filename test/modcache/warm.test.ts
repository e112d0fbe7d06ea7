import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { HttpClient } from "../../src/base/http.ts";
import { modulePaths } from "../../src/modcache/layout.ts";
import { scanCache } from "../../src/modcache/scan.ts";
import { type ModuleSum, verifyCache } from "../../src/modcache/verify.ts";
import { warmCache } from "../../src/modcache/warm.ts";
import { GoproxyClient } from "../../src/proxy/client.ts";
import { Credentials } from "../../src/proxy/credentials.ts";
import { Fetcher } from "../../src/proxy/fetcher.ts";
import { parseGoproxy } from "../../src/proxy/goproxy-list.ts";
import { FakeGoproxy } from "../support/fake-goproxy.ts";
import { type FakeModule, fakeModule } from "../support/fake-module.ts";

const retry = { sleep: async () => {} };
const http = new HttpClient({ connection: {}, userAgent: "test", retry });
const fetcher = new Fetcher({ http, credentials: new Credentials({ goauth: "off" }), retry });
let dir: string;
let modules: FakeModule[];
let sums: ModuleSum[];
let cache: string;
let proxy: FakeGoproxy;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "modwharf-warm-"));
  modules = await Promise.all(
    Array.from({ length: 6 }, (_, i) => fakeModule(dir, { path: `example.com/M${i}`, version: "v1.0.0" })),
  );
  // The last one takes part in the module graph only.
  sums = modules.map(({ module, h1, goModH1 }, i) => ({ module, h1: i === 5 ? undefined : h1, goModH1 }));
});
beforeEach(async () => {
  cache = await mkdtemp(join(dir, "gomodcache-"));
  proxy = await FakeGoproxy.start({ files: Object.assign({}, ...modules.map(({ served }) => served)) });
});
afterEach(() => proxy.close());
afterAll(async () => {
  await http.close();
  await rm(dir, { recursive: true, force: true });
});

const warm = (list = proxy.url) =>
  warmCache({ cache, sums, client: new GoproxyClient({ fetcher, goproxy: parseGoproxy(list) }) });

const served = (i: number, suffix: string) => `example.com/!m${i}/@v/v1.0.0.${suffix}`;

async function temporaryFiles(): Promise<string[]> {
  const names = await readdir(cache, { recursive: true });
  return names.filter((name) => name.endsWith(".tmp"));
}

test("fills an empty cache, and finds nothing to do the next time", async () => {
  const first = await warm();
  expect(first.failed).toEqual([]);
  expect(first.downloaded).toEqual(modules.map(({ module }) => module));
  expect(first.bytes).toBe(modules.slice(0, 5).reduce((sum, { verified }) => sum + verified.zipBytes, 0));
  expect(await verifyCache(cache, sums)).toMatchObject({ checked: 6, problems: [], missing: [], extra: [] });
  const lone = modulePaths(cache, modules[5]!.module);
  expect(scanCache(cache).modules.get("example.com/M5@v1.0.0")!.files).toEqual(new Set(["mod"]));
  expect(await readFile(lone.list, "utf8")).toBe("v1.0.0\n");

  const asked = proxy.requests.length;
  const second = await warm();
  expect(second).toMatchObject({ downloaded: [], kept: 6, bytes: 0, failed: [] });
  // Proven by the stamp, so nothing was read either.
  expect(second.before.checked).toBe(0);
  expect(proxy.requests).toHaveLength(asked);
});

test("downloads the difference only", async () => {
  await warm();
  await rm(modulePaths(cache, modules[2]!.module).zip);
  proxy.requests.length = 0;
  expect(await warm()).toMatchObject({ downloaded: [modules[2]!.module], kept: 5, failed: [] });
  expect(proxy.requests.every(({ path }) => path.startsWith("/example.com/%21m2/"))).toBe(true);
});

test("what was changed in the cache is noticed and downloaded again", async () => {
  await warm();
  const { zip, mod } = modulePaths(cache, modules[1]!.module);
  await writeFile(zip, await readFile(modules[0]!.verified.zipFile));
  await writeFile(mod, "module example.com/evil\n");
  const again = await warm();
  expect(again.before.problems.map(({ part, repaired }) => [part, repaired]).sort()).toEqual([
    ["mod", true],
    ["zip", true],
  ]);
  expect(again.downloaded).toEqual([modules[1]!.module]);
  expect((await verifyCache(cache, sums)).problems).toEqual([]);
});

test("a proxy that lies leaves no file, and does not keep the others away", async () => {
  proxy.files[served(0, "zip")] = modules[1]!.served[served(1, "zip")]!;
  proxy.files[served(2, "mod")] = "module example.com/M2\n\nrequire evil.example v1.0.0\n";
  proxy.files[served(5, "mod")] = "module example.com/M5\n\nrequire evil.example v1.0.0\n";
  proxy.fail(served(3, "zip"), { flip: 60 });
  const { failed, downloaded } = await warm();
  expect(failed.map(({ module }) => module.path)).toEqual([0, 2, 3, 5].map((i) => `example.com/M${i}`));
  const codes = failed.map(({ error }) => (error as { code?: string }).code);
  expect(codes).toEqual(["ZIP_INVALID", "HASH_MISMATCH", "ZIP_INVALID", "HASH_MISMATCH"]);
  expect(downloaded.map(({ path }) => path)).toEqual(["example.com/M1", "example.com/M4"]);
  for (const { module } of failed) {
    expect(scanCache(cache).modules.get(`${module.path}@v1.0.0`)?.files.has("zip") ?? false).toBe(false);
  }
  expect(await temporaryFiles()).toEqual([]);

  Object.assign(proxy.files, ...modules.map(({ served: files }) => files));
  expect(await warm()).toMatchObject({ kept: 2, failed: [] });
  expect((await verifyCache(cache, sums)).problems).toEqual([]);
});

test("another module's content under a right name is a lie that the hash shows", async () => {
  const other = await fakeModule(await mkdtemp(join(dir, "other-")), modules[0]!.module, {
    "doc.go": "package evil\n",
  });
  proxy.files[served(0, "zip")] = other.served[served(0, "zip")]!;
  const { failed } = await warm();
  expect(failed.map(({ error }) => error)).toEqual([
    expect.objectContaining({ code: "HASH_MISMATCH", expected: modules[0]!.h1, actual: other.h1 }),
  ]);
});

test("resets, broken bodies and 429 storms are waited out", async () => {
  for (const [i, { served: files }] of modules.entries()) {
    for (const file of Object.keys(files)) {
      proxy.fail(
        file,
        { status: 429, headers: { "retry-after": "1" } },
        { cutAfter: 5 + i },
        { reset: true },
      );
    }
  }
  expect(await warm()).toMatchObject({ failed: [] });
  expect((await verifyCache(cache, sums)).problems).toEqual([]);
});

test("a version that no proxy has is named, the rest is kept", async () => {
  delete proxy.files[served(4, "zip")];
  const { failed, downloaded } = await warm(`${proxy.url},off`);
  expect(failed).toEqual([
    { module: modules[4]!.module, error: expect.objectContaining({ code: "REMOTE_NOT_FOUND" }) },
  ]);
  expect(downloaded).toHaveLength(5);
  expect(await temporaryFiles()).toEqual([]);
});

test("a version without a hash for its go.mod is refused", async () => {
  const { module, h1 } = modules[0]!;
  const client = new GoproxyClient({ fetcher, goproxy: parseGoproxy(proxy.url) });
  const { failed } = await warmCache({ cache, sums: [{ module, h1 }], client });
  expect(failed).toEqual([{ module, error: expect.objectContaining({ code: "HASH_MISMATCH" }) }]);
  expect(proxy.requests).toEqual([]);
});

test("two at once do no harm to each other", async () => {
  const results = await Promise.all([warm(), warm(), warm()]);
  expect(results.flatMap(({ failed }) => failed)).toEqual([]);
  expect((await verifyCache(cache, sums)).problems).toEqual([]);
  expect(await temporaryFiles()).toEqual([]);
});

test("a disk that is full ends it with one error: no part of a file stays, and the next run finishes the work", async () => {
  const client = new GoproxyClient({ fetcher, goproxy: parseGoproxy(proxy.url) });
  const full = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
  let zips = 0;
  const failing = {
    mod: (module) => client.mod(module),
    info: (module) => client.info(module),
    zip: async (module, file) => {
      if (++zips <= 2) return await client.zip(module, file);
      await writeFile(file, "PK");
      throw full;
    },
  } satisfies Partial<GoproxyClient> as GoproxyClient;
  await expect(warmCache({ cache, sums, client: failing, concurrency: 1 })).rejects.toMatchObject({
    code: "FILE_UNWRITABLE",
    actual: "ENOSPC",
    fix: expect.stringContaining("free disk space"),
  });
  expect(zips).toBe(3);
  expect(await temporaryFiles()).toEqual([]);
  expect(await verifyCache(cache, sums)).toMatchObject({ checked: 2, problems: [] });
  expect(await warm()).toMatchObject({ failed: [], kept: 2 });
});
