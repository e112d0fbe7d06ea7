import { describe, expect, test } from "vitest";
import { gitlabTrigger } from "../../src/platform/gitlab-trigger.ts";

const A = "a".repeat(40);
const B = "b".repeat(40);
const C = "c".repeat(40);
const job = {
  CI_COMMIT_SHA: A,
  CI_DEFAULT_BRANCH: "main",
  CI_JOB_URL: "https://gitlab.example/g/p/-/jobs/1",
  CI_PROJECT_URL: "https://gitlab.example/g/p",
};
const request = {
  ...job,
  CI_PIPELINE_SOURCE: "merge_request_event",
  CI_MERGE_REQUEST_IID: "5",
  CI_MERGE_REQUEST_TITLE: "Draft: x",
  CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: "feature",
  CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main",
  CI_MERGE_REQUEST_DIFF_BASE_SHA: B,
  CI_MERGE_REQUEST_PROJECT_ID: "42",
  CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "42",
  CI_MERGE_REQUEST_PROJECT_URL: "https://gitlab.example/g/p",
  CI_MERGE_REQUEST_TARGET_BRANCH_SHA: "",
  CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: "",
};

describe("a GitLab job of", () => {
  test("a tag pipeline", () => {
    expect(gitlabTrigger({ ...job, CI_PIPELINE_SOURCE: "push", CI_COMMIT_TAG: "v1.0.0" })).toEqual({
      kind: "tag",
      tag: "v1.0.0",
      defaultBranch: "main",
      commit: A,
      runUrl: "https://gitlab.example/g/p/-/jobs/1",
      repositoryUrl: "https://gitlab.example/g/p",
    });
  });

  test("a branch pipeline", () => {
    const env = { ...job, CI_PIPELINE_SOURCE: "push", CI_COMMIT_BRANCH: "main" };
    expect(gitlabTrigger(env)).toMatchObject({ kind: "branch", branch: "main" });
    expect(gitlabTrigger({ ...env, CI_PIPELINE_SOURCE: "web" }).kind).toBe("manual");
    expect(gitlabTrigger({ ...env, CI_PIPELINE_SOURCE: "schedule" }).kind).toBe("other");
  });

  test("a merge request pipeline compares with the diff's base", () => {
    expect(gitlabTrigger(request)).toMatchObject({
      kind: "merge-request",
      mergeRequest: {
        number: 5,
        base: B,
        head: A,
        fork: false,
        sourceBranch: "feature",
        targetBranch: "main",
      },
    });
    expect(gitlabTrigger(request).mergeRequest?.targetRepositoryUrl).toBeUndefined();
  });

  test("a merged-result pipeline compares with the target's tip, which it contains", () => {
    const env = { ...request, CI_MERGE_REQUEST_TARGET_BRANCH_SHA: C, CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: B };
    expect(gitlabTrigger(env).mergeRequest).toMatchObject({ base: C, head: B, targetTip: C });
  });

  test("a fork's merge request fetches the target from its own project", () => {
    const env = { ...request, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "43" };
    expect(gitlabTrigger(env).mergeRequest).toMatchObject({
      fork: true,
      targetRepositoryUrl: "https://gitlab.example/g/p.git",
    });
  });
});
