import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { VerifiedModule } from "../../src/artifact/verify.ts";
import { temporaryDirectory } from "../../src/base/files.ts";
import { HttpClient } from "../../src/base/http.ts";
import { openStore, type StoreContext } from "../../src/store/open.ts";
import { fixtureModule } from "../contract/fixture-module.ts";
import { startAthens } from "../support/athens.ts";
import { makeThrowawayCa } from "../support/connect-proxy.ts";
import { FAKE_TOKENS, startFakeGitLab } from "../support/fake-gitlab.ts";
import { packageRoutes } from "../support/fake-gitlab-packages.ts";
import { goConsumer } from "../support/go-consumer.ts";
import { MINIO_CREDENTIALS, type Minio, startMinio } from "../support/minio.ts";
import { describeWithTools } from "../support/tools.ts";

/* What is published is installed by the real `go`, from every place that a store can be read through. */

const WHARF = "example.com/Azure/wharf";
const PSEUDO = "v0.0.0-20240506070809-0123456789ab";

let modules: VerifiedModule[];

async function makeModules(): Promise<VerifiedModule[]> {
  return Promise.all([
    fixtureModule({ path: WHARF, version: "v1.9.0", content: "old" }),
    fixtureModule({ path: WHARF, version: "v1.10.0", content: "new" }),
    fixtureModule({ path: "example.com/legacy", version: "v2.0.0+incompatible", content: "legacy" }),
    fixtureModule({ path: "example.com/edge", version: PSEUDO, content: "edge" }),
  ]);
}

async function publishAll(url: string, context: Partial<StoreContext> = {}): Promise<string | undefined> {
  const http = new HttpClient({ connection: {}, userAgent: "modwharf-test" });
  const store = openStore(url, { http, baseDir: "/", ...context });
  for (const module of modules) expect(await store.publish(module)).toBe("published");
  await store.close();
  return store.goproxyUrl;
}

const MAIN = `package main

import (
	"fmt"

	wharf "example.com/Azure/wharf"
	edge "example.com/edge"
	legacy "example.com/legacy"
)

func main() { fmt.Println(wharf.Name(), legacy.Name(), edge.Name()) }
`;

/** go get, go list -m -versions, go run, go mod download: the results are the published content, hash by hash. */
async function expectInstallable(goproxy: string, env: Record<string, string> = {}): Promise<void> {
  const consumer = await goConsumer(goproxy, env);
  try {
    expect(await consumer.go("list", "-m", "-versions", WHARF)).toBe(`${WHARF} v1.9.0 v1.10.0\n`);
    // The newest version, found through list; the others by name.
    await consumer.go("get", WHARF, "example.com/legacy@v2.0.0+incompatible", `example.com/edge@${PSEUDO}`);
    await consumer.writeMain(MAIN);
    expect(await consumer.go("run", ".")).toBe("new legacy edge\n");
    const expected = modules
      .filter(({ module }) => module.version !== "v1.9.0")
      .flatMap(({ module: { path, version }, h1, goModH1 }) => [
        `${path} ${version} ${h1}`,
        `${path} ${version}/go.mod ${goModH1}`,
      ]);
    expect(await consumer.goSum()).toEqual(expected.sort());
    const downloaded = JSON.parse(await consumer.go("mod", "download", "-json", `${WHARF}@v1.9.0`)) as {
      Sum: string;
    };
    expect(downloaded.Sum).toBe(modules[0]!.h1);
  } finally {
    await consumer.dispose();
  }
}

describeWithTools(["go"], "go installs from a folder", () => {
  beforeAll(async () => {
    modules ??= await makeModules();
  });

  test("file:", async () => {
    const root = await temporaryDirectory();
    const goproxy = await publishAll(`file:${root.path}`);
    await expectInstallable(goproxy!);
    await root.dispose();
  });
});

describeWithTools(["go", "minio"], "go installs from MinIO as a static proxy", () => {
  let minio: Minio;
  beforeAll(async () => {
    modules ??= await makeModules();
    minio = await startMinio();
  });
  afterAll(() => minio.close());

  test("s3://, a bucket that anybody may read", async () => {
    await minio.createBucket("wharf", true);
    const goproxy = await publishAll(`s3://wharf/go?endpoint=${minio.url}`, {
      aws: { credentials: MINIO_CREDENTIALS },
    });
    await expectInstallable(goproxy!);
  });
});

describeWithTools(
  ["go", "minio", "athens"],
  "go installs from Athens over the bucket that was published to",
  () => {
    let minio: Minio;
    let athens: Awaited<ReturnType<typeof startAthens>>;
    beforeAll(async () => {
      modules ??= await makeModules();
      minio = await startMinio();
      await minio.createBucket("athens");
      athens = await startAthens(minio.url, "athens");
    });
    afterAll(async () => {
      await athens.close();
      await minio.close();
    });

    test("s3://…?layout=athens, offline, a module path in upper case too", async () => {
      await publishAll(`s3://athens?layout=athens&endpoint=${minio.url}`, {
        aws: { credentials: MINIO_CREDENTIALS },
      });
      await expectInstallable(athens.url);
    });
  },
);

describeWithTools(["go", "openssl"], "go installs from GitLab's generic packages", () => {
  // `go` sends credentials over TLS only.
  const [job, , reader] = FAKE_TOKENS;

  test.each([
    ["a job token", "gitlab-ci-token", job!.value],
    ["a token that may read", "anybody", reader!.value],
  ])("gitlab:, with %s in .netrc", async (_name, login, password) => {
    modules ??= await makeModules();
    const ca = makeThrowawayCa(["gitlab.wharf.test"]);
    const gitlab = await startFakeGitLab({ routes: packageRoutes, tls: ca });
    const scratch = await temporaryDirectory();
    const http = new HttpClient({ connection: { caFiles: [ca.caFile] }, userAgent: "modwharf-test" });
    try {
      const goproxy = await publishAll("gitlab:platform/go-registry", {
        http,
        gitlab: { apiUrl: gitlab.apiUrl, token: job! },
      });
      const netrc = join(scratch.path, "netrc");
      // With a port in the address `go` (1.24 and later) wants it in the machine's name too.
      const machine = new URL(gitlab.url).host;
      await writeFile(netrc, `machine ${machine} login ${login} password ${password}\n`, { mode: 0o600 });
      await expectInstallable(goproxy!, { NETRC: netrc, SSL_CERT_FILE: ca.caFile });
    } finally {
      await http.close();
      await gitlab.close();
      await scratch.dispose();
    }
  });
});
