import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { temporaryDirectory } from "../../src/base/files.ts";
import { loadProject } from "../../src/modgraph/project.ts";
import { createVendor } from "../../src/vendor/vendor.ts";
import { act } from "../support/act.ts";
import { pipelinesOf } from "../support/doc-blocks.ts";
import { createForge, runPipeline } from "../support/gitlab-ci-local.ts";
import { releaseTree } from "../support/release-tree.ts";
import { type ScratchModule, scratchModule } from "../support/scratch-module.ts";
import { describeWithTools } from "../support/tools.ts";
import { FakeModules } from "../vendor/fake-modules.ts";

/* The pipelines of docs/vendor.md, as they stand there, on a repository with one dependency in its vendor directory. */

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

/** The work tree, vendored and committed. */
async function repository(
  remote: string,
  pipeline: Readonly<Record<string, string>>,
): Promise<ScratchModule> {
  const module = scratchModule(join(scratch.path, "work"), remote, {
    "go.mod": "module example.com/greet\n\ngo 1.21\n\nrequire example.com/dep v1.0.0\n",
    "go.sum": fake.goSum,
    "greet.go": 'package greet\n\nimport _ "example.com/dep"\n',
    ".gitignore": ".gitlab-ci-local/\n",
    ...pipeline,
  });
  await createVendor({ project: await loadProject(module.dir), source: fake.source() });
  module.commit({}, "Vendor");
  return module;
}

const altered = { "vendor/example.com/dep/dep.go": "package dep // altered\n" };

describeWithTools(["act", "git"], "docs/vendor.md on GitHub", () => {
  const runIn = (module: ScratchModule, GOPROXY: string) =>
    act({
      repository: module.dir,
      scratch: scratch.path,
      event: "push",
      payload: {},
      actions: { "OWNER/modwharf@v1.0.0": releaseTree().dir },
      env: { GOPROXY },
    });

  test("is green for what go mod vendor writes, and red with the file's name for anything else", async () => {
    const [workflow] = pipelinesOf("docs/vendor.md", "github");
    const module = await repository("https://github.com/acme/greet.git", {
      ".github/workflows/vendor.yml": workflow!,
    });
    const proxy = fake.proxy(join(scratch.path, "proxy"));
    const green = await runIn(module, proxy);
    expect(green.ok, green.log).toBe(true);
    expect(green.output).toContain("vendor is as it should be");
    module.commit(altered);
    const red = await runIn(module, proxy);
    expect(red.ok).toBe(false);
    expect(red.annotations).toContainEqual(
      expect.objectContaining({ level: "error", file: "vendor/example.com/dep/dep.go" }),
    );
  });
});

describeWithTools(["git", "rsync"], "docs/vendor.md on GitLab", () => {
  test("is green for what go mod vendor writes, and red for anything else", async () => {
    const [pipeline] = pipelinesOf("docs/vendor.md", "gitlab");
    const forge = await createForge(scratch.path);
    const module = await repository("git@gitlab.example.com:acme/greet.git", { ".gitlab-ci.yml": pipeline! });
    const variables = {
      GOPROXY: fake.proxy(join(scratch.path, "proxy")),
      CI_COMMIT_BRANCH: "main",
      GOPATH: join(scratch.path, "gopath"),
    };
    const green = await runPipeline({ repository: module.dir, forge, variables });
    expect(green.ok, green.output).toBe(true);
    expect(green.output).toContain("vendor is as it should be");
    module.commit(altered);
    const red = await runPipeline({ repository: module.dir, forge, variables });
    expect(red.ok).toBe(false);
    expect(red.output).toContain("vendor/example.com/dep/dep.go");
  });
});
