import { afterEach, describe, expect, test } from "vitest";
import { HttpClient } from "../../src/base/http.ts";
import { type AdvisoryRequest, loadAdvisories } from "../../src/policy/load-advisories.ts";
import { askOsvApi } from "../../src/policy/osv-api.ts";
import { type FakeOsv, type FakeOsvOptions, type OsvEntry, startFakeOsv } from "../support/fake-osv.ts";

const running: FakeOsv[] = [];
const slept: number[] = [];
const http = new HttpClient({
  connection: {},
  userAgent: "test",
  timeoutMs: 200,
  retry: { attempts: 3, sleep: async (ms) => void slept.push(ms) },
});

afterEach(async () => {
  slept.length = 0;
  await Promise.all(running.splice(0).map((server) => server.close()));
});

async function fake(options: Partial<FakeOsvOptions> = {}): Promise<FakeOsv> {
  const server = await startFakeOsv({ entries: [], ...options });
  running.push(server);
  return server;
}

const entry = (id: string, name = "example.com/a"): OsvEntry => ({
  id,
  affected: [{ package: { name, ecosystem: "Go" }, ranges: [{ events: [{ introduced: "0" }] }] }],
});
const a = { path: "example.com/a", version: "v1.0.0" };
const idsOf = (entries: readonly unknown[]) => entries.map((found) => (found as OsvEntry).id);

describe("askOsvApi", () => {
  test("asks for all modules at once, for each entry once, and writes versions as OSV does", async () => {
    const server = await fake({ entries: [entry("GO-1"), entry("GO-1b"), entry("GO-2", "stdlib")] });
    const modules = [
      a,
      { path: "example.com/a", version: "v1.1.0-0.20260102150405-abcdef123456" },
      { path: "example.com/b", version: "v3.0.0+incompatible" },
      { path: "stdlib", version: "v1.22.1" },
    ];
    expect(idsOf(await askOsvApi({ url: `${server.url}/`, http }, modules))).toEqual([
      "GO-1",
      "GO-1b",
      "GO-2",
    ]);
    expect(server.queries).toEqual([
      "example.com/a@1.0.0",
      "example.com/a@1.1.0-0.20260102150405-abcdef123456",
      "example.com/b@3.0.0",
      "stdlib@1.22.1",
    ]);
    expect(server.requests).toEqual([
      "POST /v1/querybatch",
      "GET /v1/vulns/GO-1",
      "GET /v1/vulns/GO-1b",
      "GET /v1/vulns/GO-2",
    ]);
  });

  test("follows each query's own pages to the end", async () => {
    const many = Array.from({ length: 7 }, (_, i) => entry(`GO-${i}`));
    const server = await fake({ entries: [...many, entry("GO-x", "example.com/b")], pageSize: 3 });
    const found = await askOsvApi({ url: server.url, http }, [
      a,
      { path: "example.com/b", version: "v1.0.0" },
    ]);
    expect(idsOf(found)).toEqual([...many.map(({ id }) => id), "GO-x"]);
    expect(server.queries).toEqual([
      "example.com/a@1.0.0",
      "example.com/b@1.0.0",
      "example.com/a@1.0.0#3",
      "example.com/a@1.0.0#6",
    ]);
  });

  test("sends at most a thousand queries in a request", async () => {
    const modules = Array.from({ length: 2001 }, (_, i) => ({
      path: `example.com/m${i}`,
      version: "v1.0.0",
    }));
    const server = await fake();
    expect(await askOsvApi({ url: server.url, http }, modules)).toEqual([]);
    expect(server.requests).toHaveLength(3);
    expect(server.queries).toHaveLength(2001);
  });

  test("asks nothing about nothing", async () => {
    const server = await fake();
    expect(await askOsvApi({ url: server.url, http }, [])).toEqual([]);
    expect(server.requests).toEqual([]);
  });

  test("waits as long as Retry-After says", async () => {
    const server = await fake({
      entries: [entry("GO-1")],
      faults: [{ status: 429, headers: { "retry-after": "7" } }],
    });
    expect(idsOf(await askOsvApi({ url: server.url, http }, [a]))).toEqual(["GO-1"]);
    expect(slept).toEqual([7000]);
  });

  test("ends with a server whose pages never do", async () => {
    const endless = await fake({
      faults: Array.from({ length: 60 }, () => ({
        status: 200,
        body: '{"results":[{"vulns":[],"next_page_token":"x"}]}',
      })),
    });
    await expect(askOsvApi({ url: endless.url, http }, [a])).rejects.toMatchObject({
      code: "REMOTE_BAD_ANSWER",
      actual: "one more page",
    });
  });
});

describe("an API that fails", () => {
  const request = (server: FakeOsv, onFailure: AdvisoryRequest["onFailure"] = "error"): AdvisoryRequest => ({
    sources: [],
    api: server.url,
    modules: [a],
    onFailure,
  });
  const hint = "or report it as not checked with vulnerabilities.onFailure: report in the policy";

  test.each<[string, FakeOsvOptions["faults"], string]>([
    ["400", [{ status: 400, body: '{"code":3,"message":"Invalid query."}' }], "REMOTE"],
    ["413", [{ status: 413 }], "REMOTE"],
    ["403", [{ status: 403 }], "REMOTE_AUTH"],
    ["404", [{ status: 404 }], "REMOTE_NOT_FOUND"],
    ["500, again and again", Array.from({ length: 3 }, () => ({ status: 500 })), "REMOTE"],
    ["429, again and again", Array.from({ length: 3 }, () => ({ status: 429 })), "REMOTE"],
    ["no answer", ["hang", "hang", "hang"], "REMOTE_UNREACHABLE"],
    ["a page of HTML", [{ status: 200, body: "<html>" }], "REMOTE_BAD_ANSWER"],
    ["an answer without results", [{ status: 200, body: "{}" }], "REMOTE_BAD_ANSWER"],
    ["too few results", [{ status: 200, body: '{"results":[]}' }], "REMOTE_BAD_ANSWER"],
    ["null", [{ status: 200, body: "null" }], "REMOTE_BAD_ANSWER"],
  ])("with %s is an error, or is told when the policy wants it so", async (_name, faults = [], code) => {
    const strict = await fake({ faults });
    const error = await loadAdvisories(request(strict), { http, cwd: "/" }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code, exitCode: 3 });
    expect((error as Error).message).toContain(strict.url);
    expect((error as Error).message).toContain(hint);
    const lenient = await fake({ faults });
    const loaded = await loadAdvisories(request(lenient, "report"), { http, cwd: "/" });
    expect(loaded.byModule.size).toBe(0);
    expect(loaded.failures).toHaveLength(1);
    expect(loaded.failures[0]).toContain(lenient.url);
  });

  test("an entry that cannot be had is as bad as no answer", async () => {
    const server = await fake({ entries: [entry("GO-1")] });
    const broken = { ...server, url: server.url };
    const faulty = await fake({
      faults: [{ status: 200, body: '{"results":[{"vulns":[{"id":"GO-9"}]}]}' }],
    });
    await expect(loadAdvisories(request(faulty), { http, cwd: "/" })).rejects.toMatchObject({
      code: "REMOTE_NOT_FOUND",
    });
    expect((await loadAdvisories(request(broken), { http, cwd: "/" })).byModule.size).toBe(1);
  });
});
