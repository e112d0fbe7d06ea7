import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { temporaryDirectory } from "../../src/base/files.ts";
import { act } from "../support/act.ts";
import { type CacheServer, startCacheServer } from "../support/actions-cache-server.ts";
import { pipelinesOf } from "../support/doc-blocks.ts";
import { FakeGoproxy } from "../support/fake-goproxy.ts";
import { type FakeModule, fakeModule } from "../support/fake-module.ts";
import { createForge, runPipeline } from "../support/gitlab-ci-local.ts";
import { releaseTree } from "../support/release-tree.ts";
import { type ScratchModule, scratchModule } from "../support/scratch-module.ts";
import { describeWithTools } from "../support/tools.ts";

/* The pipelines of docs/cache-*.md, as they stand there, on a repository with one dependency; addresses are replaced. */

let scratch: Awaited<ReturnType<typeof temporaryDirectory>>;
let proxy: FakeGoproxy;
let dependency: FakeModule;
let app: ScratchModule;

beforeEach(async () => {
  scratch = await temporaryDirectory();
  const wharf = { path: "example.com/wharf", version: "v1.2.3" };
  dependency = await fakeModule(scratch.path, wharf, { "doc.go": "package wharf\n\nconst Name = 1\n" });
  proxy = await FakeGoproxy.start({ files: dependency.served });
});
afterEach(async () => {
  await proxy.close();
  await scratch.dispose();
});

function repository(remote: string, files: Record<string, string>): void {
  app = scratchModule(join(scratch.path, "app"), remote, {
    "go.mod": "module example.com/app\n\ngo 1.21\n\nrequire example.com/wharf v1.2.3\n",
    "go.sum": `example.com/wharf v1.2.3 ${dependency.h1}\nexample.com/wharf v1.2.3/go.mod ${dependency.goModH1}\n`,
    "app.go": 'package app\n\nimport "example.com/wharf"\n\nconst Name = wharf.Name\n',
    "app_test.go":
      'package app\n\nimport "testing"\n\nfunc TestName(t *testing.T) {\n\tif Name != 1 {\n\t\tt.Fatal(Name)\n\t}\n}\n',
    ".gitignore": ".gitlab-ci-local/\n",
    ...files,
  });
}

const goSettings = (home: string) => {
  mkdirSync(join(scratch.path, home));
  return {
    GOPATH: join(scratch.path, home),
    GOCACHE: join(scratch.path, "gocache"),
    GOFLAGS: "-modcacherw",
    GOTOOLCHAIN: "local",
    GOSUMDB: "off",
  };
};

describeWithTools(["rsync", "git", "go"], "docs/cache-gitlab.md", () => {
  test("the warm job hands modules on, from which go builds without a network and checks them", async () => {
    const forge = await createForge(scratch.path);
    const [first] = pipelinesOf("docs/cache-gitlab.md", "gitlab");
    const pipeline = first!
      .replace("https://goproxy.example.com", proxy.url)
      .replace("warm@1.0.0", `warm@${forge.version}`);
    repository("git@gitlab.example.com:acme/app.git", { ".gitlab-ci.yml": pipeline });
    const variables = { CI_COMMIT_BRANCH: "main", CI_PIPELINE_SOURCE: "push", ...goSettings("gopath") };
    const ran = await runPipeline({ repository: app.dir, forge, variables });
    expect(ran.ok, ran.output).toBe(true);
    expect(ran.output).toMatch(/PASS +test\b/);
    expect(proxy.requests.filter(({ path }) => path.endsWith(".zip"))).toHaveLength(1);
    expect(existsSync(join(app.dir, ".modwharf/cache/download/example.com/wharf/@v/v1.2.3.zip"))).toBe(true);
  });
});

describeWithTools(["act", "git", "go"], "docs/cache-github.md", () => {
  let server: CacheServer;
  beforeEach(async () => {
    server = await startCacheServer();
  });
  afterEach(() => server.close());

  test("the job tests from verified modules, and the default branch's modules are saved", async () => {
    const [first] = pipelinesOf("docs/cache-github.md", "github");
    // The machine has a Go of its own; setup-go would fetch one.
    const workflow = first!.replace(/ {6}- uses: actions\/setup-go.*\n.*\n/, "");
    expect(workflow).not.toContain("setup-go");
    repository("https://github.com/acme/app.git", { ".github/workflows/ci.yml": workflow });
    for (const home of ["one", "two"]) {
      const ran = await act({
        repository: app.dir,
        scratch: scratch.path,
        event: "push",
        payload: { ref: "refs/heads/main", repository: { default_branch: "main" } },
        actions: { "OWNER/modwharf@v1.0.0": releaseTree().dir },
        env: { ...server.env, ...goSettings(home), GOPROXY: proxy.url },
      });
      expect(ran.ok, ran.log).toBe(true);
      expect(ran.outputs.modules).toMatchObject({ "cache-hit": String(home === "two") });
    }
    expect(server.entries.map(({ key }) => key)).toEqual([
      expect.stringMatching(/^modwharf-modules-[0-9a-f]{32}$/),
    ]);
    expect(proxy.requests.filter(({ path }) => path.endsWith(".zip"))).toHaveLength(1);
  });
});
