import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ConnectionSettings } from "../../src/base/connection.ts";
import { temporaryDirectory } from "../../src/base/files.ts";
import { bytesOf, HttpClient } from "../../src/base/http.ts";
import { openStore, type StoreContext } from "../../src/store/open.ts";
import { fixtureModule } from "../contract/fixture-module.ts";
import {
  type ConnectProxy,
  makeThrowawayCa,
  PROXY_PASSWORD,
  startConnectProxy,
  type ThrowawayCa,
} from "../support/connect-proxy.ts";
import { FAKE_TOKENS, type FakeGitLab, startFakeGitLab } from "../support/fake-gitlab.ts";
import { packageRoutes } from "../support/fake-gitlab-packages.ts";
import { FAKE_BUCKET, FAKE_S3_CREDENTIALS, type FakeS3, startFakeS3 } from "../support/fake-s3.ts";
import { answer, bodyOf, type RunningServer, startServer } from "../support/http-fixture.ts";
import { publishInChild } from "../support/store-process.ts";
import { describeWithTools } from "../support/tools.ts";

/* Names under .test resolve nowhere: whatever reaches a server under one went through the proxy. */
describeWithTools(["openssl"], "proxies and CA certificates", () => {
  let ca: ThrowawayCa;
  let proxy: ConnectProxy;
  let s3: FakeS3;
  let gitlab: FakeGitLab;
  let web: RunningServer;
  let sts: RunningServer;
  let stsBodies: string[];
  const job = FAKE_TOKENS[0]!;

  beforeAll(async () => {
    ca = makeThrowawayCa(["s3.wharf.test", "gitlab.wharf.test", "web.wharf.test", "sts.wharf.test"]);
    proxy = await startConnectProxy();
    s3 = await startFakeS3({ tls: ca });
    gitlab = await startFakeGitLab({ routes: packageRoutes, tls: ca });
    web = await startServer((_request, response) => answer(response, 200, "hello"), ca);
    stsBodies = [];
    sts = await startServer(async (request, response) => {
      stsBodies.push((await bodyOf(request)).toString("utf8"));
      answer(response, 200, stsAnswer(), { "content-type": "text/xml" });
    }, ca);
    for (const [name, url] of [
      ["s3", s3.url],
      ["gitlab", gitlab.url],
      ["web", web.url],
      ["sts", sts.url],
    ] as const) {
      proxy.routes.set(`${name}.wharf.test`, Number(new URL(url).port));
    }
  });
  afterAll(async () => {
    for (const server of [proxy, s3, gitlab, web, sts]) await server.close();
  });
  beforeEach(() => {
    proxy.tunnels.length = 0;
  });

  const behindProxy = (): ConnectionSettings => ({
    httpsProxy: proxy.url,
    httpProxy: proxy.url,
    caFiles: [ca.caFile],
  });
  const client = (connection: ConnectionSettings) =>
    new HttpClient({ connection, userAgent: "modwharf-test", retry: { attempts: 1 } });
  const open = (url: string, connection: ConnectionSettings, context: Partial<StoreContext> = {}) =>
    openStore(url, { http: client(connection), baseDir: "/", retry: { attempts: 1 }, ...context });
  const aws = { region: "us-east-1", credentials: FAKE_S3_CREDENTIALS };
  const module = (version: string) => fixtureModule({ path: "example.com/m", version });

  test("the HTTP client tunnels and trusts the extra CA", async () => {
    const response = await client(behindProxy()).request("https://web.wharf.test/");
    expect((await bytesOf(response)).toString()).toBe("hello");
    expect(proxy.tunnels).toEqual(["web.wharf.test:443"]);
  });

  test("the AWS SDK does, uploads included", async () => {
    const store = open(`s3://${FAKE_BUCKET}?endpoint=https://s3.wharf.test`, behindProxy(), { aws });
    expect(await store.publish(await module("v1.0.0"))).toBe("published");
    expect(new Set(proxy.tunnels)).toEqual(new Set(["s3.wharf.test:443"]));
  });

  test("the SDK's own STS client does, for a role by web identity", async () => {
    const scratch = await temporaryDirectory();
    const tokenFile = join(scratch.path, "token");
    await writeFile(tokenFile, "an-oidc-token");
    const outcome = await publishInChild(
      {
        store: `s3://${FAKE_BUCKET}/sts?endpoint=https://s3.wharf.test`,
        module: { path: "example.com/m", version: "v1.0.0" },
        connection: behindProxy(),
        aws: { region: "us-east-1" },
      },
      undefined,
      {
        AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/publisher",
        AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile,
        AWS_ENDPOINT_URL_STS: "https://sts.wharf.test",
        HOME: scratch.path,
      },
    );
    await scratch.dispose();
    expect(outcome).toMatchObject({ status: "published" });
    expect(proxy.tunnels).toContain("sts.wharf.test:443");
    expect(stsBodies[0]).toContain("WebIdentityToken=an-oidc-token");
  });

  test("GitLab uploads and gitbeaker's listings do", async () => {
    const store = open("gitlab://gitlab.wharf.test/platform/go-registry", behindProxy(), {
      gitlab: { apiUrl: "https://gitlab.wharf.test/api/v4", token: job },
    });
    expect(await store.publish(await module("v1.0.0"))).toBe("published");
    expect(await store.publish(await module("v1.1.0"))).toBe("published");
    expect(gitlab.log.some((line) => line.includes("/package_files?"))).toBe(true);
    expect(new Set(proxy.tunnels)).toEqual(new Set(["gitlab.wharf.test:443"]));
  });

  test("NO_PROXY goes direct, with the same CA", async () => {
    const direct = { ...behindProxy(), noProxy: "example.org, 127.0.0.1" };
    const store = open(`s3://${FAKE_BUCKET}/direct?endpoint=${s3.url}`, direct, { aws });
    expect(await store.publish(await module("v1.0.0"))).toBe("published");
    const registry = open("gitlab:platform/go-registry", direct, {
      gitlab: { apiUrl: gitlab.apiUrl, token: job },
    });
    expect(await registry.versions("example.com/m")).toEqual(["v1.0.0", "v1.1.0"]);
    expect(proxy.tunnels).toEqual([]);
  });

  test.each([
    ["s3", () => open(`s3://${FAKE_BUCKET}?endpoint=https://s3.wharf.test`, untrusting(), { aws })],
    ["gitlab", () => open("gitlab://gitlab.wharf.test/platform/go-registry", untrusting())],
  ])("%s: without the CA the certificate is refused", async (_name, store) => {
    await expect(store().versions("example.com/m")).rejects.toMatchObject({
      code: "REMOTE_UNREACHABLE",
      fix: expect.stringContaining("SSL_CERT_FILE"),
    });
  });
  const untrusting = (): ConnectionSettings => ({ ...behindProxy(), caFiles: [] });

  test("the proxy's password is in no error", async () => {
    const wrong = { ...behindProxy(), httpsProxy: proxy.url.replace(PROXY_PASSWORD, "wr0ng-pa55word") };
    const error = await open(`s3://${FAKE_BUCKET}?endpoint=https://s3.wharf.test`, wrong, { aws })
      .versions("example.com/m")
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "REMOTE_UNREACHABLE" });
    expect(`${error}${JSON.stringify(error)}`).not.toContain("wr0ng-pa55word");
  });

  test("a job token is sent to its own instance only", async () => {
    const elsewhere = open("gitlab://gitlab.wharf.test/platform/go-registry", behindProxy(), {
      gitlab: { apiUrl: "https://gitlab.other.test/api/v4", token: job },
    });
    await expect(elsewhere.versions("example.com/m")).rejects.toMatchObject({
      code: "REMOTE_AUTH",
      actual: expect.stringContaining("401"),
    });
  });
});

function stsAnswer(): string {
  const { accessKeyId, secretAccessKey } = FAKE_S3_CREDENTIALS;
  const expiration = new Date(Date.now() + 3_600_000).toISOString();
  return `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey><SessionToken>session</SessionToken><Expiration>${expiration}</Expiration></Credentials><AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/publisher/x</Arn><AssumedRoleId>X:x</AssumedRoleId></AssumedRoleUser></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;
}
