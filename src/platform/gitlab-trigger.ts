import { commitId } from "./commit-id.ts";
import type { Env, MergeRequest, Trigger } from "./platform.ts";

/** What triggered a GitLab job (docs: "Predefined CI/CD variables"). */
export function gitlabTrigger(env: Env): Trigger {
  const mergeRequest = mergeRequestOf(env);
  return {
    kind: kindOf(env, mergeRequest),
    tag: env.CI_COMMIT_TAG || undefined,
    branch: env.CI_COMMIT_BRANCH || undefined,
    defaultBranch: env.CI_DEFAULT_BRANCH || undefined,
    commit: commitId(env.CI_COMMIT_SHA),
    mergeRequest,
    runUrl: env.CI_JOB_URL || undefined,
    repositoryUrl: env.CI_PROJECT_URL || undefined,
  };
}

function kindOf(env: Env, mergeRequest: MergeRequest | undefined): Trigger["kind"] {
  if (mergeRequest !== undefined) return "merge-request";
  if (env.CI_COMMIT_TAG) return "tag";
  switch (env.CI_PIPELINE_SOURCE) {
    case "web":
    case "api":
    case "trigger":
    case "chat":
      return "manual";
    case "schedule":
      return "other";
    default:
      return env.CI_COMMIT_BRANCH ? "branch" : "other";
  }
}

/**
 * Merged-result pipelines and merge trains build a merge of source and target: the target's tip is contained in
 * it and is the base. Other merge request pipelines build the source branch, whose base is the diff's.
 */
function mergeRequestOf(env: Env): MergeRequest | undefined {
  if (!env.CI_MERGE_REQUEST_IID) return undefined;
  const targetTip = commitId(env.CI_MERGE_REQUEST_TARGET_BRANCH_SHA);
  const fork = (env.CI_MERGE_REQUEST_SOURCE_PROJECT_ID ?? "") !== (env.CI_MERGE_REQUEST_PROJECT_ID ?? "");
  const project = env.CI_MERGE_REQUEST_PROJECT_URL;
  return {
    number: Number(env.CI_MERGE_REQUEST_IID),
    title: env.CI_MERGE_REQUEST_TITLE ?? "",
    sourceBranch: env.CI_MERGE_REQUEST_SOURCE_BRANCH_NAME ?? "",
    targetBranch: env.CI_MERGE_REQUEST_TARGET_BRANCH_NAME ?? "",
    base: targetTip ?? commitId(env.CI_MERGE_REQUEST_DIFF_BASE_SHA),
    // Empty outside merged-result pipelines, where the commit is the source's own.
    head: commitId(env.CI_MERGE_REQUEST_SOURCE_BRANCH_SHA) ?? commitId(env.CI_COMMIT_SHA),
    targetTip,
    fork,
    ...(fork && project ? { targetRepositoryUrl: `${project}.git` } : {}),
  };
}
