import { describe, expect, test } from "vitest";
import { githubTrigger } from "../../src/platform/github-trigger.ts";

const A = "a".repeat(40);
const B = "b".repeat(40);
const C = "c".repeat(40);
const base = {
  GITHUB_SERVER_URL: "https://github.example.com",
  GITHUB_REPOSITORY: "octo/widget",
  GITHUB_RUN_ID: "99",
  GITHUB_SHA: A,
};
const request = (headRepo: { full_name: string } | null) => ({
  repository: { default_branch: "main" },
  pull_request: {
    number: 7,
    title: "Add x",
    head: { ref: "feature", sha: B, repo: headRepo },
    base: { ref: "main", sha: C, repo: { full_name: "octo/widget" } },
  },
});

describe("a GitHub run triggered by", () => {
  test("a tag of a nested module", () => {
    const env = { ...base, GITHUB_EVENT_NAME: "push", GITHUB_REF_TYPE: "tag", GITHUB_REF_NAME: "sub/v1.2.0" };
    expect(githubTrigger(env, {})).toEqual({
      kind: "tag",
      tag: "sub/v1.2.0",
      commit: A,
      runUrl: "https://github.example.com/octo/widget/actions/runs/99",
      repositoryUrl: "https://github.example.com/octo/widget",
    });
  });

  test("a push to a branch", () => {
    const env = { ...base, GITHUB_EVENT_NAME: "push", GITHUB_REF_TYPE: "branch", GITHUB_REF_NAME: "main" };
    expect(githubTrigger(env, { repository: { default_branch: "main" } })).toMatchObject({
      kind: "branch",
      branch: "main",
      defaultBranch: "main",
    });
  });

  test("a pull request of the same repository", () => {
    const env = { ...base, GITHUB_EVENT_NAME: "pull_request", GITHUB_REF_NAME: "7/merge" };
    const trigger = githubTrigger(env, request({ full_name: "octo/widget" }));
    expect(trigger).toMatchObject({ kind: "merge-request", commit: A });
    expect(trigger.branch).toBeUndefined();
    expect(trigger.mergeRequest).toEqual({
      number: 7,
      title: "Add x",
      sourceBranch: "feature",
      targetBranch: "main",
      head: B,
      targetTip: C,
      fork: false,
    });
  });

  test.each([
    ["a fork", { full_name: "someone/widget" }],
    ["a deleted fork", null],
  ])("a pull request of %s", (_, headRepo) => {
    for (const GITHUB_EVENT_NAME of ["pull_request", "pull_request_target"]) {
      const { mergeRequest } = githubTrigger({ ...base, GITHUB_EVENT_NAME }, request(headRepo));
      expect(mergeRequest).toMatchObject({ fork: true, head: B });
    }
  });

  test("a merge queue", () => {
    const merge_group = {
      head_sha: A,
      base_sha: C,
      base_ref: "refs/heads/main",
      head_ref: `refs/heads/gh-readonly-queue/main/pr-104-${C}`,
    };
    expect(githubTrigger({ ...base, GITHUB_EVENT_NAME: "merge_group" }, { merge_group })).toMatchObject({
      kind: "merge-request",
      mergeRequest: { number: 104, base: C, head: A, targetBranch: "main", fork: false },
    });
  });

  test("a person", () => {
    const env = {
      ...base,
      GITHUB_EVENT_NAME: "workflow_dispatch",
      GITHUB_REF_TYPE: "branch",
      GITHUB_REF_NAME: "main",
    };
    expect(githubTrigger(env, {})).toMatchObject({ kind: "manual", branch: "main" });
    const tag = { ...env, GITHUB_REF_TYPE: "tag", GITHUB_REF_NAME: "v1.0.0" };
    expect(githubTrigger(tag, {})).toMatchObject({ kind: "manual", tag: "v1.0.0" });
  });

  test("something that names no commit gives none to git", () => {
    const pull_request = {
      number: 7,
      head: { ref: "x", sha: "--upload-pack=evil" },
      base: { sha: "0".repeat(40) },
    };
    const trigger = githubTrigger({ ...base, GITHUB_SHA: "HEAD" }, { pull_request });
    expect(trigger.commit).toBeUndefined();
    expect(trigger.mergeRequest?.head).toBeUndefined();
    expect(trigger.mergeRequest?.targetTip).toBeUndefined();
  });
});
