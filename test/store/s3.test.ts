import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HttpClient } from "../../src/base/http.ts";
import { S3Backend, type S3Layout } from "../../src/store/s3.ts";
import { Store } from "../../src/store/store.ts";
import { fixtureModule } from "../contract/fixture-module.ts";
import { describeStoreContract, type StorePlace } from "../contract/store.contract.ts";
import {
  FAKE_BUCKET,
  FAKE_S3_CREDENTIALS,
  type FakeS3,
  type FakeS3Options,
  startFakeS3,
} from "../support/fake-s3.ts";

const retry = { sleep: async () => {} };

for (const layout of ["goproxy", "athens"] as const) {
  describeStoreContract(`s3, layout ${layout}`, () => makeS3Place(layout));
}

function backendOf(fake: FakeS3, location: Partial<ConstructorParameters<typeof S3Backend>[0]> = {}) {
  const http = new HttpClient({ connection: {}, userAgent: "modwharf-test", retry });
  return new S3Backend(
    {
      bucket: FAKE_BUCKET,
      prefix: "go/modules",
      layout: "goproxy",
      endpoint: fake.url,
      pathStyle: true,
      writes: "conditional",
      ...location,
    },
    { http, retry, region: "eu-central-1", credentials: FAKE_S3_CREDENTIALS },
  );
}

async function makeS3Place(layout: S3Layout): Promise<StorePlace> {
  const fake = await startFakeS3({ pageSize: 3 });
  return {
    open: () => backendOf(fake, { layout }),
    writes: fake.writes,
    age: async (ms) => fake.age(ms),
    snapshot: async () =>
      Object.fromEntries([...fake.objects].map(([key, { bytes }]) => [key, bytes.toString("base64")])),
    dispose: fake.close,
  };
}

describe("S3", () => {
  let fake: FakeS3;
  const start = async (options: FakeS3Options = {}) => {
    fake = await startFakeS3(options);
  };
  const store = (location = {}) => new Store(backendOf(fake, location), { retry });
  beforeEach(() => start());
  afterEach(() => fake.close());

  test("objects carry the content type and cache lifetime that caches in front of them need", async () => {
    await store().publish(await fixtureModule({ path: "example.com/m", version: "v1.0.0" }));
    const headers = Object.fromEntries([...fake.objects].map(([key, object]) => [key, object.headers]));
    const forever = "public, max-age=31536000, immutable";
    expect(headers).toEqual({
      "go/modules/example.com/m/@v/v1.0.0.zip": {
        "content-type": "application/zip",
        "cache-control": forever,
      },
      "go/modules/example.com/m/@v/v1.0.0.mod": {
        "content-type": "text/plain; charset=utf-8",
        "cache-control": forever,
      },
      "go/modules/example.com/m/@v/v1.0.0.info": {
        "content-type": "application/json",
        "cache-control": forever,
      },
      "go/modules/example.com/m/@v/list": {
        "content-type": "text/plain; charset=utf-8",
        "cache-control": "public, max-age=60",
      },
    });
  });

  test("layout goproxy escapes upper case, layout athens does not", async () => {
    const module = await fixtureModule({ path: "example.com/Azure/m", version: "v1.0.0" });
    await store({ prefix: "a" }).publish(module);
    await store({ prefix: "b", layout: "athens" }).publish(module);
    expect([...fake.objects.keys()].filter((key) => key.endsWith(".zip"))).toEqual([
      "a/example.com/!azure/m/@v/v1.0.0.zip",
      "b/example.com/Azure/m/@v/v1.0.0.zip",
    ]);
    expect(store({ layout: "athens" }).goproxyUrl).toBeUndefined();
  });

  test("a reader over HTTP finds +incompatible, although S3 reads + as a space", async () => {
    fake.options.publicRead = true;
    const target = store();
    await target.publish(await fixtureModule({ path: "example.com/m", version: "v2.0.0+incompatible" }));
    for (const kind of ["info", "mod", "zip"]) {
      const url = `${target.goproxyUrl}/example.com/m/@v/v2.0.0+incompatible.${kind}`;
      expect((await fetch(url)).status, url).toBe(200);
    }
  });

  test("copies for +incompatible that an interrupted run left out are added later", async () => {
    const module = await fixtureModule({ path: "example.com/m", version: "v2.0.0+incompatible" });
    await store().publish(module);
    for (const kind of ["mod", "info"]) {
      fake.objects.delete(`go/modules/example.com/m/@v/v2.0.0 incompatible.${kind}`);
    }
    expect(await store().check(module)).toBe("incomplete");
    expect(await store().hashes(module.module)).toBeUndefined();
    expect(await store().publish(module)).toBe("published");
    expect(await store().hashes(module.module)).toMatchObject({ h1: module.h1 });
    expect([...fake.objects.keys()].filter((key) => key.includes(" "))).toHaveLength(3);
    expect(await store().publish(module)).toBe("unchanged");
  });

  test("one publish takes a dozen requests", async () => {
    await store().publish(await fixtureModule({ path: "example.com/m", version: "v1.0.0" }));
    expect(fake.log.map((line) => line.replace(/\?\S*/, ""))).toEqual([
      "HEAD /wharf-modules/go/modules/example.com/m/@v/v1.0.0.info 404",
      "HEAD /wharf-modules/go/modules/example.com/m/@v/v1.0.0.mod 404",
      "HEAD /wharf-modules/go/modules/example.com/m/@v/v1.0.0.zip 404",
      "PUT /wharf-modules/go/modules/example.com/m/@v/v1.0.0.zip 200",
      "PUT /wharf-modules/go/modules/example.com/m/@v/v1.0.0.mod 200",
      "PUT /wharf-modules/go/modules/example.com/m/@v/v1.0.0.info 200",
      "GET /wharf-modules/go/modules/example.com/m/@v/list 404",
      "PUT /wharf-modules/go/modules/example.com/m/@v/list 200",
      "GET /wharf-modules/go/modules/example.com/m/@v/v1.0.0.info 200",
      "GET /wharf-modules/go/modules/example.com/m/@v/v1.0.0.mod 200",
      "GET /wharf-modules/go/modules/example.com/m/@v/v1.0.0.zip 200",
      "GET /wharf-modules/go/modules/example.com/m/@v/list 200",
    ]);
  });

  test("without s3:ListBucket the message says why a missing object is refused", async () => {
    fake.options.mayList = false;
    const error = await store()
      .versions("example.com/m")
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "REMOTE_AUTH",
      exitCode: 3,
      fix: expect.stringContaining("s3:ListBucket"),
    });
  });

  test("a server without conditional writes is refused, or used with detection when told so", async () => {
    fake.options.knowsConditions = false;
    const module = await fixtureModule({ path: "example.com/m", version: "v1.0.0" });
    await expect(store().publish(module)).rejects.toMatchObject({
      code: "NOT_SUPPORTED",
      fix: expect.stringContaining("writes=detected"),
    });
    const detecting = store({ writes: "detected" });
    expect(detecting.guarantee).toBe("detected");
    expect(await detecting.publish(module)).toBe("published");
    expect(await detecting.publish(module)).toBe("unchanged");
  });

  test("a clock that is an hour off is corrected by the server's answer", async () => {
    fake.options.clockOffsetMs = 3_600_000;
    const module = await fixtureModule({ path: "example.com/m", version: "v1.0.0" });
    expect(await store().publish(module)).toBe("published");
    expect(fake.log.filter((line) => line.endsWith("403"))).toHaveLength(1);
  });

  test("no secret is in the error for refused credentials", async () => {
    const http = new HttpClient({ connection: {}, userAgent: "modwharf-test", retry });
    const backend = new S3Backend(
      {
        bucket: FAKE_BUCKET,
        prefix: "",
        layout: "goproxy",
        endpoint: fake.url,
        pathStyle: true,
        writes: "conditional",
      },
      {
        http,
        retry,
        region: "eu-central-1",
        credentials: { accessKeyId: "AKIAWRONG", secretAccessKey: "s3cr3t-key" },
      },
    );
    const error = await new Store(backend).versions("example.com/m").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "REMOTE_AUTH" });
    expect(JSON.stringify(error)).not.toMatch(/AKIAWRONG|s3cr3t-key|Signature/);
  });

  test("a missing bucket is named as such", async () => {
    await expect(store({ bucket: "another-bucket" }).versions("example.com/m")).rejects.toMatchObject({
      code: "REMOTE_NOT_FOUND",
      what: "the S3 bucket does not exist",
    });
  });
});
