import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { temporaryDirectory } from "../../src/base/files.ts";
import { type ActOptions, type ActRun, act } from "../support/act.ts";
import { startAthens } from "../support/athens.ts";
import { makeThrowawayCa, startConnectProxy } from "../support/connect-proxy.ts";
import { pipelinesOf } from "../support/doc-blocks.ts";
import { GITHUB_BOT, startFakeGitHub } from "../support/fake-github.ts";
import { FAKE_TOKENS, startFakeGitLab } from "../support/fake-gitlab.ts";
import { packageRoutes, servedFiles } from "../support/fake-gitlab-packages.ts";
import { FAKE_BUCKET, FAKE_S3_CREDENTIALS, type FakeS3, startFakeS3 } from "../support/fake-s3.ts";
import { startFakeSts, unsignedToken } from "../support/fake-sts.ts";
import { answerJson, startServer } from "../support/http-fixture.ts";
import { MINIO_CREDENTIALS, startMinio } from "../support/minio.ts";
import { releaseTree } from "../support/release-tree.ts";
import { GREET, type ScratchModule, scratchModule } from "../support/scratch-module.ts";
import { describeWithTools } from "../support/tools.ts";

/* The workflows of the task pages, as they stand there, run by act; only addresses are replaced. */

type Scratch = Awaited<ReturnType<typeof temporaryDirectory>>;

const workflowOf = (name: string) => pipelinesOf(`docs/${name}.md`, "github")[0]!;

describeWithTools(["act", "git"], "the GitHub workflows of the documentation", () => {
  let scratch: Scratch;
  let module: ScratchModule;
  beforeEach(async () => {
    scratch = await temporaryDirectory();
  });
  afterEach(() => scratch.dispose());

  function repository(workflow: string, files: Record<string, string> = {}, name = "acme/greet"): void {
    module = scratchModule(join(scratch.path, "greet"), `https://github.com/${name}.git`, {
      ...GREET,
      ".github/workflows/ci.yml": workflow,
      ...files,
    });
  }

  async function green(options: Partial<ActOptions>): Promise<ActRun> {
    const ran = await act({
      repository: module.dir,
      scratch: scratch.path,
      event: "push",
      payload: {},
      actions: { "OWNER/modwharf@v1.0.0": releaseTree().dir },
      ...options,
    });
    expect(ran.ok, ran.log).toBe(true);
    return ran;
  }

  const onTag = (tag: string, options: Partial<ActOptions> = {}) => {
    module.tag(tag);
    return green({
      payload: { ref: `refs/tags/${tag}`, repository: { default_branch: "main" } },
      ...options,
    });
  };

  describeWithTools(["minio", "athens", "go"], "release-github.md", () => {
    test("publishes into MinIO, as a static proxy and behind Athens, and writes the release", async () => {
      const minio = await startMinio();
      await minio.createBucket("go-modules", true);
      await minio.createBucket("athens");
      const athens = await startAthens(minio.url, "athens");
      const github = await startFakeGitHub();
      github.tags.add("v1.0.0");
      try {
        const workflow = workflowOf("release-github").replaceAll("https://minio.example.com", minio.url);
        repository(workflow, {}, github.repository);
        const ran = await onTag("v1.0.0", {
          env: { GITHUB_API_URL: github.apiUrl },
          secrets: {
            MINIO_ACCESS_KEY: MINIO_CREDENTIALS.accessKeyId,
            MINIO_SECRET_KEY: MINIO_CREDENTIALS.secretAccessKey,
            GITHUB_TOKEN: GITHUB_BOT.value,
          },
        });
        expect(ran.output).toContain(`v1.0.0 is ${ran.outputs.publish!.h1}`);
        expect(github.releases.map(({ tag_name, body }) => [tag_name, body])).toEqual([
          ["v1.0.0", expect.stringContaining(ran.outputs.publish!.h1!)],
        ]);
        for (const proxy of [`${minio.url}/go-modules/goproxy`, athens.url]) {
          const answer = await fetch(`${proxy}/example.com/greet/@v/list`);
          expect([answer.status, (await answer.text()).trim()]).toEqual([200, "v1.0.0"]);
        }
      } finally {
        await athens.close();
        await minio.close();
        await github.close();
      }
    });
  });

  describe("S3", () => {
    let s3: FakeS3;
    beforeAll(async () => {
      s3 = await startFakeS3();
    });
    afterAll(() => s3.close());
    const zips = () => [...s3.objects.keys()].filter((key) => key.endsWith(".zip"));

    test("monorepo.md: publishes the pushed tag, or by hand every tag of a revision", async () => {
      const workflow = workflowOf("monorepo")
        .replaceAll("https://minio.example.com", s3.url)
        .replaceAll("s3://go-modules/", `s3://${FAKE_BUCKET}/`);
      repository(workflow, {
        "storage/go.mod": "module example.com/greet/storage\n\ngo 1.21\n",
        "storage/storage.go": "package storage\n",
      });
      const secrets = {
        MINIO_ACCESS_KEY: FAKE_S3_CREDENTIALS.accessKeyId,
        MINIO_SECRET_KEY: FAKE_S3_CREDENTIALS.secretAccessKey,
      };
      await onTag("storage/v1.4.0", { secrets });
      expect(zips()).toEqual(["goproxy/example.com/greet/storage/@v/v1.4.0.zip"]);
      module.tag("v1.0.0");
      const payload = { ref: "refs/heads/main", inputs: { revision: "HEAD" } };
      await green({ event: "workflow_dispatch", payload, secrets });
      expect(zips()).toContain("goproxy/example.com/greet/@v/v1.0.0.zip");
    });

    test("release-s3-oidc.md: assumes the role with the job's identity", async () => {
      const sts = await startFakeSts();
      const issuer = await startServer((request, response) => {
        const audience = new URL(request.url!, "http://issuer").searchParams.get("audience");
        answerJson(response, 200, { value: unsignedToken(audience ?? "") });
      });
      try {
        const bucket = `s3://${FAKE_BUCKET}/oidc?endpoint=${s3.url}&region=eu-central-1`;
        repository(
          workflowOf("release-s3-oidc").replace("s3://acme-go-modules/goproxy?region=eu-central-1", bucket),
        );
        await onTag("v1.0.0", {
          env: {
            ACTIONS_ID_TOKEN_REQUEST_URL: `${issuer.url}/token?v=1`,
            ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request-token",
            AWS_ENDPOINT_URL_STS: sts.url,
          },
        });
        expect(zips()).toContain("oidc/example.com/greet/@v/v1.0.0.zip");
        expect(sts.calls[0]?.get("WebIdentityToken")).toBe(unsignedToken("sts.amazonaws.com"));
      } finally {
        await sts.close();
        await issuer.close();
      }
    });
  });

  describeWithTools(["openssl"], "proxy-runners.md", () => {
    test("reaches GitLab through the proxy, with the company's certificates", async () => {
      const ca = makeThrowawayCa(["gitlab.example.com"]);
      const gitlab = await startFakeGitLab({
        tls: ca,
        routes: packageRoutes,
        projects: [{ id: 42, path: "platform/goproxy", visibility: "private" }],
      });
      const proxy = await startConnectProxy();
      proxy.routes.set("gitlab.example.com", Number(new URL(gitlab.url).port));
      try {
        const workflow = workflowOf("proxy-runners")
          .replace("http://proxy.example.com:3128", proxy.url)
          .replace("/etc/ssl/certs/company.pem", ca.caFile);
        repository(workflow);
        const token = FAKE_TOKENS.find(({ kind, role }) => kind === "private" && role === "maintainer")!;
        await onTag("v1.0.0", {
          secrets: { GITLAB_TOKEN: token.value },
          args: ["--platform=self-hosted=-self-hosted"],
        });
        expect(Object.keys(servedFiles(gitlab))).toHaveLength(4);
        expect(new Set(proxy.tunnels)).toEqual(new Set(["gitlab.example.com:443"]));
      } finally {
        await gitlab.close();
        await proxy.close();
      }
    });
  });

  describeWithTools(["go"], "live-check.md", () => {
    test("publishes, publishes again, is consumed by go, and shows one error", async () => {
      repository(workflowOf("live-check"));
      const ran = await green({ payload: { ref: "refs/heads/main" } });
      expect(ran.annotations.filter(({ level }) => level === "error")).toHaveLength(1);
      expect(ran.output).toContain(ran.outputs.publish!.h1!);
    });
  });
});
