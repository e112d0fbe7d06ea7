import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { temporaryDirectory } from "../../src/base/files.ts";
import { actOnPullRequest } from "../support/act-pull-request.ts";
import { pipelinesOf } from "../support/doc-blocks.ts";
import { startFakeGitHub } from "../support/fake-github.ts";
import { createForge, GITLAB_HOST, mergeRequestPipeline, runPipeline } from "../support/gitlab-ci-local.ts";
import { GREET, scratchModule } from "../support/scratch-module.ts";
import { describeWithTools } from "../support/tools.ts";

/* The pipelines of docs/gate.md, as they stand there, on a change that adds a local replace. */

const page = "docs/gate.md";
const blocked = `${GREET["go.mod"]}\nreplace example.com/x => ../x\n`;

let scratch: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeEach(async () => {
  scratch = await temporaryDirectory();
});
afterEach(() => scratch.dispose());

describeWithTools(["act", "git"], "the workflow of docs/gate.md", () => {
  test("fails, comments with the verdict first, and writes a summary", async () => {
    const github = await startFakeGitHub();
    try {
      const [workflow] = pipelinesOf(page, "github");
      const remote = `https://github.com/${github.repository}.git`;
      const files = { ...GREET, ".github/workflows/gate.yml": workflow! };
      const module = scratchModule(join(scratch.path, "greet"), remote, files);
      const change = { title: "A change", branch: "change", goMod: blocked };
      const ran = await actOnPullRequest({ github, module, scratch: scratch.path, ...change });
      expect(ran.ok, ran.log).toBe(false);
      const [comment] = github.comments.get(7) ?? [];
      expect(comment?.body.split("\n")[1]).toContain("**✖ modwharf gate**: 1 finding blocks in 1 module");
      expect(comment?.body).toContain("replace-local");
      expect(ran.summaries.join("\n")).toContain("#### Blocking (1)");
    } finally {
      await github.close();
    }
  });
});

describeWithTools(["rsync", "git"], "the pipeline of docs/gate.md", () => {
  test("fails on a merge request and writes GitLab's reports", async () => {
    const forge = await createForge(scratch.path);
    const [pipeline] = pipelinesOf(page, "gitlab");
    const module = scratchModule(join(scratch.path, "greet"), `git@${GITLAB_HOST}:acme/greet.git`, {
      ...GREET,
      ".gitlab-ci.yml": pipeline!,
      ".gitignore": ".gitlab-ci-local/\n",
    });
    const base = module.commit({});
    module.commit({ "go.mod": blocked });
    const variables = mergeRequestPipeline("change", "main", base);
    const ran = await runPipeline({ repository: module.dir, forge, variables, args: [] });
    expect(ran.ok).toBe(false);
    expect(ran.output).toContain("1 finding blocks in 1 module");
  });
});
