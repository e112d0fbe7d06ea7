import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HttpClient } from "../../src/base/http.ts";
import { openStore } from "../../src/store/open.ts";
import type { Store } from "../../src/store/store.ts";
import { fixtureModule } from "../contract/fixture-module.ts";
import { FAKE_TOKENS, startFakeGitLab } from "../support/fake-gitlab.ts";
import { packageRoutes } from "../support/fake-gitlab-packages.ts";
import { FAKE_BUCKET, FAKE_S3_CREDENTIALS, startFakeS3 } from "../support/fake-s3.ts";
import { type Fault, type FaultyProxy, type ProxiedRequest, startFaultyProxy } from "../support/faulty.ts";

/* The table "When the network or the server fails" of docs/stores.md, line by line. */

interface Server {
  url: string;
  close(): Promise<void>;
  store(url: string, options: { http: HttpClient; retry: object }): Store;
}

const servers: Record<string, () => Promise<Server>> = {
  s3: async () => {
    const fake = await startFakeS3();
    return {
      url: fake.url,
      close: fake.close,
      store: (url, options) =>
        openStore(`s3://${FAKE_BUCKET}/go?endpoint=${url}`, {
          ...options,
          baseDir: "/",
          aws: { region: "us-east-1", credentials: FAKE_S3_CREDENTIALS },
        }),
    };
  },
  gitlab: async () => {
    const fake = await startFakeGitLab({ routes: packageRoutes });
    const { kind, value } = FAKE_TOKENS[1]!;
    return {
      url: fake.url,
      close: fake.close,
      store: (url, options) =>
        openStore("gitlab:platform/go-registry", {
          ...options,
          baseDir: "/",
          gitlab: { apiUrl: `${url}/api/v4`, token: { kind, value } },
        }),
    };
  },
};

describe.each(Object.keys(servers))("%s", (name) => {
  let server: Server;
  let proxy: FaultyProxy;
  let faultOf: (request: ProxiedRequest) => Fault | undefined;
  let pausesMs: number[];

  const retry = {
    sleep: async (ms: number) => {
      pausesMs.push(ms);
    },
  };
  const throughProxy = () =>
    server.store(proxy.url, {
      http: new HttpClient({ connection: {}, userAgent: "modwharf-test", retry }),
      retry,
    });
  const v1 = (extra = {}) =>
    fixtureModule({ path: "example.com/m", version: "v1.0.0", ballastBytes: 70_000, ...extra });

  beforeEach(async () => {
    pausesMs = [];
    faultOf = () => undefined;
    server = await servers[name]!();
    proxy = await startFaultyProxy(server.url, (request) => faultOf(request));
  });
  afterEach(async () => {
    await proxy.close();
    await server.close();
  });

  const passing: readonly Fault[] = [
    { kind: "status", status: 429, headers: { "retry-after": "7" } },
    { kind: "status", status: 500 },
    { kind: "status", status: 502 },
    { kind: "status", status: 503 },
    { kind: "reset" },
    { kind: "lost answer" },
    { kind: "truncated answer" },
  ];

  test.each(
    passing.map((fault) => [fault.kind === "status" ? `${fault.status}` : fault.kind, fault] as const),
  )("%s on every request in turn is waited out, and the version is published once", async (_name, fault) => {
    // Every request fails at its first attempt: each odd number is one.
    faultOf = ({ number }) => (number % 2 === 1 ? fault : undefined);
    const module = await v1();
    expect(await throughProxy().publish(module)).toBe("published");
    faultOf = () => undefined;
    await throughProxy().verifyPublished(module);
    expect(await throughProxy().publish(module)).toBe("unchanged");
    expect(pausesMs.length).toBeGreaterThan(3);
  });

  test("Retry-After is obeyed to the second", async () => {
    faultOf = ({ number }) =>
      number === 3 ? { kind: "status", status: 429, headers: { "retry-after": "7" } } : undefined;
    await throughProxy().publish(await v1());
    expect(pausesMs).toEqual([7000]);
  });

  test.each([
    ["500", { kind: "status", status: 500 }, "REMOTE"],
    ["a reset connection", { kind: "reset" }, "REMOTE_UNREACHABLE"],
  ] as const)(
    "%s that stays ends in exit 3 after five attempts; the next run completes",
    async (_name, fault, code) => {
      // From the second upload on nothing works: the zip is there, the version is not.
      let uploads = 0;
      faultOf = ({ method }) => {
        if (method === "PUT") uploads++;
        return uploads > 1 ? fault : undefined;
      };
      const module = await v1();
      await expect(throughProxy().publish(module)).rejects.toMatchObject({ code, exitCode: 3 });
      expect(uploads).toBe(6);
      faultOf = () => undefined;
      expect(await throughProxy().versions("example.com/m")).toEqual([]);
      expect(await throughProxy().check(module)).toBe("incomplete");
      expect(await throughProxy().publish(module)).toBe("published");
    },
  );

  test("an upload altered on its way is exit 4, and no version of it appears", async () => {
    faultOf = ({ method, url }) =>
      method === "PUT" && url.includes(".zip") ? { kind: "altered upload" } : undefined;
    const module = await v1();
    await expect(throughProxy().publish(module)).rejects.toMatchObject({
      code: "HASH_MISMATCH",
      exitCode: 4,
    });
    faultOf = () => undefined;
    expect(await throughProxy().check(module)).toBe("absent");
    expect(await throughProxy().publish(module)).toBe("published");
  });

  test("a zip that the server reads back altered is never believed", async () => {
    const module = await v1();
    faultOf = ({ method, url }) =>
      method === "GET" && url.includes(".zip") ? { kind: "altered answer" } : undefined;
    const error = await throughProxy()
      .publish(module)
      .catch((thrown: unknown) => thrown);
    // GitLab announces the SHA-256 of a download, so that the answer can be told from the stored content.
    expect(error).toMatchObject(
      name === "gitlab" ? { code: "REMOTE_BAD_ANSWER", exitCode: 3 } : { code: "HASH_MISMATCH", exitCode: 4 },
    );
  });

  test("a refused credential is exit 3 at once, without another attempt", async () => {
    faultOf = () => ({ kind: "status", status: 403 });
    await expect(throughProxy().publish(await v1())).rejects.toMatchObject({
      code: "REMOTE_AUTH",
      exitCode: 3,
    });
    expect(pausesMs).toEqual([]);
    expect(proxy.count()).toBe(1);
  });
});
