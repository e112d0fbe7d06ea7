import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { temporaryDirectory } from "../../src/base/files.ts";
import { type ActRun, act } from "../support/act.ts";
import { type CacheServer, startCacheServer } from "../support/actions-cache-server.ts";
import { FakeGoproxy } from "../support/fake-goproxy.ts";
import { type FakeModule, fakeModule } from "../support/fake-module.ts";
import { releaseTree } from "../support/release-tree.ts";
import { type ScratchModule, scratchModule } from "../support/scratch-module.ts";
import { describeWithTools } from "../support/tools.ts";

/*
 * A verified module cache from run to run, as jobs see it: warm restores, verifies, downloads the rest, and its post
 * step saves. Against a server of the cache protocol v2 (github.com) and against act's own, which speaks v1 as
 * GitHub Enterprise Server does.
 */

const WORKFLOW = `on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - id: warm
        uses: OWNER/modwharf/actions/warm@v1.0.0
      - run: go build ./... && echo built
        env: { GOPROXY: "off" }
`;

describeWithTools(["act", "git", "go"], "warm on a runner", () => {
  let scratch: Awaited<ReturnType<typeof temporaryDirectory>>;
  let proxy: FakeGoproxy;
  let dependency: FakeModule;
  let app: ScratchModule;
  let runs: number;

  beforeEach(async () => {
    scratch = await temporaryDirectory();
    runs = 0;
    const wharf = { path: "example.com/wharf", version: "v1.2.3" };
    dependency = await fakeModule(scratch.path, wharf, { "doc.go": "package wharf\n\nconst Name = 1\n" });
    proxy = await FakeGoproxy.start({ files: dependency.served });
    app = scratchModule(join(scratch.path, "app"), "https://github.com/acme/app.git", {
      "go.mod": "module example.com/app\n\ngo 1.21\n\nrequire example.com/wharf v1.2.3\n",
      "go.sum": `example.com/wharf v1.2.3 ${dependency.h1}\nexample.com/wharf v1.2.3/go.mod ${dependency.goModH1}\n`,
      "main.go": 'package main\n\nimport "example.com/wharf"\n\nfunc main() { println(wharf.Name) }\n',
      ".github/workflows/ci.yml": WORKFLOW,
    });
  });
  afterEach(async () => {
    await proxy.close();
    await scratch.dispose();
  });

  /** One job on a machine of its own: nothing but the cache service outlives it. */
  async function job(env: Record<string, string>): Promise<ActRun> {
    const machine = join(scratch.path, `machine-${++runs}`);
    mkdirSync(machine);
    const ran = await act({
      repository: app.dir,
      scratch: scratch.path,
      event: "push",
      payload: { ref: "refs/heads/main", repository: { default_branch: "main" } },
      actions: { "OWNER/modwharf@v1.0.0": releaseTree().dir },
      caches: join(scratch.path, "caches"),
      env: {
        GOPATH: join(machine, "gopath"),
        GOCACHE: join(scratch.path, "gocache"),
        GOFLAGS: "-modcacherw",
        GOTOOLCHAIN: "local",
        GOPROXY: proxy.url,
        GONOSUMDB: "example.com",
        ...env,
      },
    });
    expect(ran.ok, ran.log).toBe(true);
    expect(ran.output).toContain("built");
    return ran;
  }

  const downloads = () => proxy.requests.filter(({ path }) => path.endsWith(".zip")).length;

  async function expectKept(env: Record<string, string>): Promise<void> {
    const first = await job(env);
    expect(first.outputs.warm).toMatchObject({ downloaded: "1", hit: "0", "cache-hit": "false" });
    expect(first.steps).toContainEqual(expect.objectContaining({ stage: "Post", result: "success" }));
    expect(downloads()).toBe(1);
    const second = await job(env);
    expect(second.outputs.warm).toMatchObject({ downloaded: "0", hit: "1", "cache-hit": "true" });
    expect(downloads()).toBe(1);
  }

  describe("with the cache protocol v2", () => {
    let server: CacheServer;
    beforeEach(async () => {
      server = await startCacheServer();
    });
    afterEach(() => server.close());

    test("the second job restores what the first one's post step saved", async () => {
      await expectKept(server.env);
      expect(server.entries).toHaveLength(1);
      expect(server.violations).toEqual([]);
    });

    test("a run that may only read is green and saves nothing", async () => {
      server.mode = "read-only";
      await job(server.env);
      expect(server.entries).toEqual([]);
    });
  });

  test("with act's own server, protocol v1, the second job restores what the first one saved", async () => {
    await expectKept({});
  });
});
