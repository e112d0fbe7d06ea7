import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { publishComment } from "../../src/platform/publish-comment.ts";
import { sample } from "../report/sample.ts";
import { startCacheServer } from "../support/actions-cache-server.ts";
import { capturedPlatform } from "../support/captured.ts";
import {
  type ConnectProxy,
  makeThrowawayCa,
  startConnectProxy,
  type ThrowawayCa,
} from "../support/connect-proxy.ts";
import { GITHUB_BOT, startFakeGitHub } from "../support/fake-github.ts";
import { FAKE_PROJECT, FAKE_TOKENS, startFakeGitLab } from "../support/fake-gitlab.ts";
import { noteRoutes } from "../support/fake-gitlab-notes.ts";
import { describeWithTools } from "../support/tools.ts";

describeWithTools(["openssl", "tar"], "behind a proxy that asks for a password, with a private CA", () => {
  let proxy: ConnectProxy;
  let ca: ThrowawayCa;
  let dir: string;
  beforeEach(async () => {
    proxy = await startConnectProxy();
    ca = makeThrowawayCa(["github.test", "gitlab.test", "cache.test"]);
    dir = await mkdtemp(join(tmpdir(), "platform-"));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await proxy.close();
    await rm(dir, { recursive: true });
  });

  const network = () => ({ HTTPS_PROXY: proxy.url, SSL_CERT_FILE: ca.caFile });

  test("GitHub's API is reached", async () => {
    const github = await startFakeGitHub({ tls: ca });
    proxy.routes.set("github.test", Number(new URL(github.url).port));
    const event = join(dir, "event.json");
    await writeFile(event, JSON.stringify({ pull_request: { number: 7 } }));
    const { platform } = await capturedPlatform({
      ...network(),
      GITHUB_ACTIONS: "true",
      GITHUB_API_URL: "https://github.test",
      GITHUB_REPOSITORY: github.repository,
      GITHUB_TOKEN: GITHUB_BOT.value,
      GITHUB_EVENT_PATH: event,
    });
    expect(await publishComment(platform, sample, "k")).toBe("created");
    expect(new Set(proxy.tunnels)).toEqual(new Set(["github.test:443"]));
    await github.close();
  });

  test("GitLab's API is reached", async () => {
    const gitlab = await startFakeGitLab({ routes: noteRoutes, tls: ca });
    proxy.routes.set("gitlab.test", Number(new URL(gitlab.url).port));
    const { platform } = await capturedPlatform({
      ...network(),
      GITLAB_CI: "true",
      CI_API_V4_URL: "https://gitlab.test/api/v4",
      CI_MERGE_REQUEST_PROJECT_ID: String(FAKE_PROJECT.id),
      CI_MERGE_REQUEST_IID: "7",
      MODWHARF_GITLAB_TOKEN: FAKE_TOKENS[1]!.value,
    });
    expect(await publishComment(platform, sample, "k")).toBe("created");
    expect(new Set(proxy.tunnels)).toEqual(new Set(["gitlab.test:443"]));
    await gitlab.close();
  });

  test("GitHub's cache service and its blob store are reached", async () => {
    const server = await startCacheServer(ca);
    proxy.routes.set("cache.test", Number(new URL(server.url).port));
    server.url = "https://cache.test";
    await mkdir(join(dir, "cache"));
    await writeFile(join(dir, "cache/a.zip"), "zip");
    // A process of its own: Node reads its extra CA file at the start only.
    const script = join(dir, "save.mjs");
    await build({
      stdin: { contents: saveAndRestore, resolveDir: process.cwd(), loader: "ts" },
      ...bundled,
      outfile: script,
    });
    const { stdout } = await promisify(execFile)(process.execPath, [script], {
      cwd: dir,
      env: {
        PATH: process.env.PATH,
        HTTPS_PROXY: proxy.url,
        NODE_EXTRA_CA_CERTS: ca.caFile,
        GITHUB_WORKSPACE: dir,
        RUNNER_TEMP: dir,
        ...server.env,
        ACTIONS_RESULTS_URL: "https://cache.test/",
      },
    });
    expect(stdout.trim().split("\n").at(-1)).toBe('["saved","key"]');
    expect(server.violations).toEqual([]);
    expect(new Set(proxy.tunnels)).toEqual(new Set(["cache.test:443"]));
    await server.close();
  });
});

const bundled = {
  bundle: true,
  platform: "node",
  format: "esm",
  banner: {
    js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
  },
} as const;

const saveAndRestore = `
import { githubCache } from "./src/platform/github-cache.ts";
const log = { info() {}, warn: console.error, debug() {} };
const cache = githubCache({ env: process.env, log, raw() {} });
const saved = await cache.save(["cache"], "key");
console.log(JSON.stringify([saved, await cache.restore(["cache"], "key", [])]));
`;
