import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { temporaryDirectory } from "../../src/base/files.ts";
import {
  type ConnectProxy,
  makeThrowawayCa,
  startConnectProxy,
  type ThrowawayCa,
} from "../support/connect-proxy.ts";
import { pipelinesOf } from "../support/doc-blocks.ts";
import { FAKE_TOKENS, type FakeGitLab, startFakeGitLab } from "../support/fake-gitlab.ts";
import { noteRoutes, releasesOf, tagsOf } from "../support/fake-gitlab-notes.ts";
import { packageRoutes, servedFiles } from "../support/fake-gitlab-packages.ts";
import { FAKE_BUCKET, startFakeS3 } from "../support/fake-s3.ts";
import { startFakeSts, unsignedToken } from "../support/fake-sts.ts";
import {
  createForge,
  type Forge,
  GITLAB_HOST,
  type PipelineRun,
  runPipeline,
  tagPipeline,
} from "../support/gitlab-ci-local.ts";
import { type ScratchModule, scratchModule } from "../support/scratch-module.ts";
import { describeWithTools } from "../support/tools.ts";

/* The pipelines of the task pages, as they stand there, on a GitLab behind TLS; only addresses are replaced. */

type Scratch = Awaited<ReturnType<typeof temporaryDirectory>>;

const GREET = `${GITLAB_HOST}/acme/greet`;
const page = (name: string) => pipelinesOf(`docs/${name}.md`, "gitlab");

describeWithTools(["git", "rsync", "openssl"], "the GitLab pipelines of the documentation", () => {
  let shared: Scratch;
  let forge: Forge;
  let ca: ThrowawayCa;
  let scratch: Scratch;
  let gitlab: FakeGitLab;

  beforeAll(async () => {
    shared = await temporaryDirectory();
    forge = await createForge(shared.path);
    ca = makeThrowawayCa([GITLAB_HOST]);
  });
  afterAll(() => shared.dispose());

  beforeEach(async () => {
    scratch = await temporaryDirectory();
    gitlab = await startFakeGitLab({
      tls: ca,
      routes: [...packageRoutes, ...noteRoutes],
      projects: [
        { id: 42, path: "platform/goproxy", visibility: "private" },
        { id: 1217, path: "acme/greet", visibility: "private" },
      ],
    });
  });
  afterEach(async () => {
    await gitlab.close();
    await scratch.dispose();
  });

  function repository(pipeline: string, files: Record<string, string> = {}): ScratchModule {
    return scratchModule(join(scratch.path, "work"), `git@${GITLAB_HOST}:acme/greet.git`, {
      "go.mod": `module ${GREET}\n\ngo 1.21\n`,
      "greet.go": 'package greet\n\n// Hello greets.\nfunc Hello() string { return "hello" }\n',
      LICENSE: "Public domain.\n",
      ".gitignore": ".gitlab-ci-local/\n",
      ".gitlab-ci.yml": pipeline,
      ...files,
    });
  }

  /** What GitLab and its runner set in a job. */
  const predefined = () => ({
    CI_SERVER_URL: gitlab.url,
    CI_SERVER_HOST: new URL(gitlab.url).host,
    CI_API_V4_URL: gitlab.apiUrl,
    CI_PROJECT_ID: "1217",
    CI_JOB_TOKEN: FAKE_TOKENS[0]!.value,
    SSL_CERT_FILE: ca.caFile,
    // The jobs' go shares the compiled standard library with the other suites, and nothing else.
    GOCACHE: join(tmpdir(), "modwharf-test-gocache"),
    GOPATH: join(scratch.path, "gopath"),
    GOFLAGS: "-modcacherw",
    GOTOOLCHAIN: "local",
  });

  async function onTag(module: ScratchModule, tag: string, more: Record<string, string> = {}) {
    module.tag(tag);
    const variables = { ...predefined(), ...tagPipeline(tag), ...more };
    return expectGreen(await runPipeline({ repository: module.dir, forge, variables }));
  }

  const onBranch = async (module: ScratchModule, ...args: string[]) =>
    expectGreen(
      await runPipeline({
        repository: module.dir,
        forge,
        args,
        variables: { ...predefined(), CI_COMMIT_BRANCH: "main" },
      }),
    );

  function expectGreen(ran: PipelineRun): PipelineRun {
    expect(ran.ok, ran.output).toBe(true);
    return ran;
  }

  const published = () =>
    Object.keys(servedFiles(gitlab))
      .filter((name) => name.endsWith(".zip"))
      .map((name) => name.replaceAll("%2F", "/"));

  describe("release-gitlab.md", () => {
    const [release, fromProject, consume] = page("release-gitlab") as [string, string, string];

    test("releases a tag", async () => {
      tagsOf(gitlab).add("v1.0.0");
      const ran = await onTag(repository(release), "v1.0.0");
      expect(published()).toEqual([expect.stringContaining(`${GREET}/@v/v1.0.0.zip`)]);
      expect([...releasesOf(gitlab).keys()]).toEqual(["v1.0.0"]);
      expect(ran.output).not.toContain(FAKE_TOKENS[0]!.value);
    });

    test("releases without the catalog", async () => {
      await onTag(repository(fromProject), "v1.0.0");
      expect(published()).toHaveLength(1);
    });

    describeWithTools(["go"], "with go", () => {
      test("consumes what was released", async () => {
        const module = repository(fromProject);
        await onTag(module, "v1.0.0");
        await expectConsumable(module, consume);
      });
    });
  });

  /** Runs the consumer's pipeline in a project that requires greet, and checks go.sum with what publish printed. */
  async function expectConsumable(published: ScratchModule, pipeline: string): Promise<void> {
    const receipt = JSON.parse(readFileSync(join(published.dir, "modwharf-receipt.json"), "utf8"));
    const app = scratchModule(join(scratch.path, "app"), `git@${GITLAB_HOST}:acme/app.git`, {
      "go.mod": `module ${GITLAB_HOST}/acme/app\n\ngo 1.21\n\nrequire ${GREET} v1.0.0\n`,
      "go.sum": `${receipt.modules[0].goSum.join("\n")}\n`,
      "main.go": `package main\n\nimport "${GREET}"\n\nfunc main() { println(greet.Hello()) }\n`,
      ".gitignore": ".gitlab-ci-local/\n",
      ".gitlab-ci.yml": pipeline,
    });
    gitlab.log.length = 0;
    await onBranch(app);
    expect(gitlab.log.some((line) => line.startsWith("GET ") && line.includes("v1.0.0.zip"))).toBe(true);
  }

  describe("monorepo.md", () => {
    const [pipeline] = page("monorepo") as [string];
    const monorepo = () =>
      repository(pipeline, {
        "storage/go.mod": `module ${GREET}/storage\n\ngo 1.21\n`,
        "storage/storage.go": "package storage\n",
      });

    test("publishes the module of the tag", async () => {
      await onTag(monorepo(), "storage/v1.4.0");
      expect(published()).toEqual([expect.stringContaining("/storage/@v/v1.4.0.zip")]);
    });

    test("publishes every tag of a commit by hand", async () => {
      const module = monorepo();
      for (const tag of ["v1.0.0", "storage/v1.4.0"]) module.tag(tag);
      await onBranch(module, "modwharf-publish-all");
      expect(published()).toHaveLength(2);
      const { modules } = JSON.parse(readFileSync(join(module.dir, "modwharf-publish.json"), "utf8"));
      expect(JSON.parse(modules)).toHaveLength(2);
    });
  });

  describe("proxy-runners.md", () => {
    let proxy: ConnectProxy;
    beforeEach(async () => {
      proxy = await startConnectProxy();
      proxy.routes.set(GITLAB_HOST, Number(new URL(gitlab.url).port));
    });
    afterEach(() => proxy.close());

    test.each(page("proxy-runners").map((text, i) => [i, text] as const))("pipeline %i", async (_i, text) => {
      const pipeline = text.replaceAll("http://proxy.example.com:3128", proxy.url);
      const ran = await onTag(repository(pipeline), "v1.0.0", {
        CI_SERVER_URL: `https://${GITLAB_HOST}`,
        CI_API_V4_URL: `https://${GITLAB_HOST}/api/v4`,
        // On the runner, where the pipeline does not set it.
        ...(text.includes("HTTPS_PROXY") ? {} : { HTTPS_PROXY: proxy.url }),
      });
      expect(published()).toHaveLength(1);
      expect(new Set(proxy.tunnels)).toEqual(new Set([`${GITLAB_HOST}:443`]));
      expect(ran.output).not.toContain(new URL(proxy.url).password);
    });
  });

  describe("air-gapped.md", () => {
    const [publish, consume] = page("air-gapped") as [string, string];

    test("publishes with an image that carries the tool", async () => {
      await onTag(repository(publish), "v1.0.0");
      expect(published()).toHaveLength(1);
    });

    describeWithTools(["go"], "with go", () => {
      test("consumes from the registry alone", async () => {
        const module = repository(publish);
        await onTag(module, "v1.0.0");
        await expectConsumable(module, consume);
      });
    });
  });

  test("release-s3-oidc.md: assumes the role with the job's identity", async () => {
    const [pipeline] = page("release-s3-oidc") as [string];
    const [s3, sts] = [await startFakeS3(), await startFakeSts()];
    try {
      const bucket = `s3://${FAKE_BUCKET}/goproxy?endpoint=${s3.url}&region=eu-central-1`;
      const text = pipeline.replace("s3://acme-go-modules/goproxy?region=eu-central-1", bucket);
      await onTag(repository(text), "v1.0.0", {
        MODWHARF_ID_TOKEN: unsignedToken("sts.amazonaws.com"),
        AWS_ENDPOINT_URL_STS: sts.url,
      });
      expect([...s3.objects.keys()]).toContain(`goproxy/${GREET}/@v/v1.0.0.zip`);
      expect(sts.calls[0]?.get("RoleArn")).toBe("arn:aws:iam::123456789012:role/go-publisher");
    } finally {
      await s3.close();
      await sts.close();
    }
  });

  describeWithTools(["go"], "live-check.md", () => {
    test("publishes, publishes again, and is consumed by go", async () => {
      const [pipeline] = page("live-check") as [string];
      const ran = await onBranch(repository(pipeline));
      const [sum] = /"Sum": "(h1:[^"]+)"/.exec(ran.output)?.slice(1) ?? [];
      expect(sum).toMatch(/^h1:/);
      expect(ran.output.split(sum!).length).toBeGreaterThan(2);
      expect(ran.output).toMatch(/publish-again .*unchanged/);
    });
  });
});
