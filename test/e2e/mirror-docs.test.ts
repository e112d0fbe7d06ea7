import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { temporaryDirectory } from "../../src/base/files.ts";
import { act } from "../support/act.ts";
import { pipelinesOf } from "../support/doc-blocks.ts";
import { FAKE_TOKENS, startFakeGitLab } from "../support/fake-gitlab.ts";
import { packageRoutes, servedFiles } from "../support/fake-gitlab-packages.ts";
import { FAKE_BUCKET, startFakeS3 } from "../support/fake-s3.ts";
import { startFakeSts, unsignedToken } from "../support/fake-sts.ts";
import { createForge, GITLAB_HOST, runPipeline } from "../support/gitlab-ci-local.ts";
import { answerJson, startServer } from "../support/http-fixture.ts";
import { releaseTree } from "../support/release-tree.ts";
import { type ScratchModule, scratchModule } from "../support/scratch-module.ts";
import { describeWithTools } from "../support/tools.ts";
import { FakeModules } from "../vendor/fake-modules.ts";

/* The pipelines of docs/mirror.md and docs/bundle.md, as they stand there, on a repository with one dependency. */

let fake: FakeModules;
let scratch: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeEach(async () => {
  scratch = await temporaryDirectory();
  fake = new FakeModules();
  await fake.add({
    "example.com/dep@v1.0.0": { "go.mod": "module example.com/dep\n", "dep.go": "package dep\n" },
  });
});
afterEach(async () => {
  fake.dispose();
  await scratch.dispose();
});

function repository(remote: string, pipeline: Readonly<Record<string, string>>): ScratchModule {
  return scratchModule(join(scratch.path, "work"), remote, {
    "go.mod": "module example.com/greet\n\ngo 1.21\n\nrequire example.com/dep v1.0.0\n",
    "go.sum": fake.goSum,
    "greet.go": 'package greet\n\nimport _ "example.com/dep"\n',
    ".gitignore": ".gitlab-ci-local/\n",
    ...pipeline,
  });
}

/** Where a job finds the dependency: a folder as its proxy, and nobody to vouch for it but go.sum. */
function goSettings(): Record<string, string> {
  return {
    GOPROXY: fake.proxy(join(scratch.path, "proxy")),
    GONOSUMDB: "*",
    GOPATH: join(scratch.path, "gopath"),
  };
}

const ZIP = "example.com/dep/@v/v1.0.0.zip";

describeWithTools(["act", "git"], "on GitHub", () => {
  const runIn = async (module: ScratchModule, more: Partial<Parameters<typeof act>[0]> = {}) => {
    const ran = await act({
      repository: module.dir,
      scratch: scratch.path,
      event: "push",
      payload: {},
      actions: { "OWNER/modwharf@v1.0.0": releaseTree().dir, ...more.actions },
      env: { ...goSettings(), ...more.env },
    });
    expect(ran.ok, ran.log).toBe(true);
    return ran;
  };

  test("docs/mirror.md copies into S3 with the job's identity", async () => {
    const [workflow] = pipelinesOf("docs/mirror.md", "github");
    const [s3, sts] = await Promise.all([startFakeS3(), startFakeSts()]);
    const issuer = await startServer((_, response) =>
      answerJson(response, 200, { value: unsignedToken("sts.amazonaws.com") }),
    );
    try {
      const store = `s3://${FAKE_BUCKET}/mirror?endpoint=${s3.url}&region=eu-central-1`;
      const module = repository("https://github.com/acme/greet.git", {
        ".github/workflows/mirror.yml": workflow!.replace("s3://modules/mirror?region=eu-central-1", store),
      });
      await runIn(module, {
        env: {
          ACTIONS_ID_TOKEN_REQUEST_URL: `${issuer.url}/token?v=1`,
          ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request-token",
          AWS_ENDPOINT_URL_STS: sts.url,
        },
      });
      expect([...s3.objects.keys()]).toContainEqual(expect.stringContaining(`mirror/${ZIP}`));
    } finally {
      await Promise.all([s3.close(), sts.close(), issuer.close()]);
    }
  });

  test("docs/bundle.md hands the bundle to the upload", async () => {
    const [workflow] = pipelinesOf("docs/bundle.md", "github");
    const upload = join(scratch.path, "upload");
    const kept = join(scratch.path, "kept.tar");
    mkdirSync(upload);
    writeFileSync(
      join(upload, "action.yml"),
      `name: stand-in\ninputs: { name: {}, path: {} }\nruns:\n  using: composite\n  steps:\n    - run: cp "\${{ inputs.path }}" ${kept}\n      shell: bash\n`,
    );
    const module = repository("https://github.com/acme/greet.git", {
      ".github/workflows/bundle.yml": workflow!,
    });
    const ran = await runIn(module, { actions: { "actions/upload-artifact@v4": upload } });
    expect(ran.output).toMatch(/bundled 1 modules? /);
    expect(existsSync(kept)).toBe(true);
  });
});

describeWithTools(["git", "rsync", "openssl"], "on GitLab", () => {
  const runIn = async (module: ScratchModule, more: Record<string, string> = {}) => {
    const forge = await createForge(scratch.path);
    const variables = { ...goSettings(), CI_COMMIT_BRANCH: "main", CI_PIPELINE_SOURCE: "push", ...more };
    const ran = await runPipeline({ repository: module.dir, forge, variables });
    expect(ran.ok, ran.output).toBe(true);
    return ran;
  };

  test("docs/mirror.md copies into the registry project", async () => {
    const [pipeline] = pipelinesOf("docs/mirror.md", "gitlab");
    const gitlab = await startFakeGitLab({
      routes: packageRoutes,
      projects: [
        { id: 42, path: "platform/goproxy", visibility: "private" },
        { id: 1217, path: "acme/greet", visibility: "private" },
      ],
    });
    try {
      const module = repository(`git@${GITLAB_HOST}:acme/greet.git`, { ".gitlab-ci.yml": pipeline! });
      await runIn(module, {
        CI_SERVER_URL: gitlab.url,
        CI_API_V4_URL: gitlab.apiUrl,
        CI_PROJECT_ID: "1217",
        CI_JOB_TOKEN: FAKE_TOKENS[0]!.value,
      });
      const served = Object.keys(servedFiles(gitlab)).map((name) => decodeURIComponent(name));
      expect(served).toContainEqual(expect.stringContaining(ZIP));
    } finally {
      await gitlab.close();
    }
  });

  test("docs/bundle.md bundles what the repository needs", async () => {
    const [pipeline] = pipelinesOf("docs/bundle.md", "gitlab");
    const module = repository(`git@${GITLAB_HOST}:acme/greet.git`, { ".gitlab-ci.yml": pipeline! });
    const ran = await runIn(module);
    expect(ran.output).toMatch(/bundled 1 modules? .*sha256:[0-9a-f]{64}/);
  });
});
