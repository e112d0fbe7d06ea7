import { type ActRun, act } from "./act.ts";
import { type FakeGitHub, GITHUB_BOT } from "./fake-github.ts";
import { releaseTree } from "./release-tree.ts";
import type { ScratchModule } from "./scratch-module.ts";

export interface ActPullRequest {
  github: FakeGitHub;
  /** Has the workflow in its last commit. */
  module: ScratchModule;
  scratch: string;
  title: string;
  branch: string;
  /** What the pull request makes of go.mod. */
  goMod: string;
}

/** Runs the workflow of a module on pull request 7, as `act` would for the real one. */
export async function actOnPullRequest(given: ActPullRequest): Promise<ActRun> {
  const { github, module, scratch, title, branch, goMod } = given;
  const base = module.commit({});
  const head = module.commit({ "go.mod": goMod });
  github.mergeBases.set(`${base}...${head}`, base);
  const repo = { full_name: github.repository };
  const pull_request = {
    number: 7,
    title,
    head: { ref: branch, sha: head, repo },
    base: { ref: "main", sha: base, repo },
  };
  return await act({
    repository: module.dir,
    scratch,
    event: "pull_request",
    payload: { number: 7, pull_request, repository: { default_branch: "main" } },
    actions: { "OWNER/modwharf@v1.0.0": releaseTree().dir },
    env: {
      GITHUB_API_URL: github.apiUrl,
      GITHUB_GRAPHQL_URL: github.apiUrl.replace(/\/v3$|$/, "/graphql"),
    },
    secrets: { GITHUB_TOKEN: GITHUB_BOT.value },
  });
}
