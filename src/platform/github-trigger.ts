import { commitId } from "./commit-id.ts";
import type { Env, MergeRequest, Trigger } from "./platform.ts";

/** The fields of GitHub's event payloads that matter here; all of it may be absent, and its text is untrusted. */
export interface GithubEvent {
  pull_request?: {
    number?: number;
    title?: string;
    head?: { ref?: string; sha?: string; repo?: { full_name?: string } | null };
    base?: { ref?: string; sha?: string; repo?: { full_name?: string } | null };
  };
  merge_group?: { head_sha?: string; head_ref?: string; base_sha?: string; base_ref?: string };
  repository?: { default_branch?: string };
}

/** What triggered a GitHub job (docs: "Events that trigger workflows", "Default environment variables"). */
export function githubTrigger(env: Env, event: GithubEvent): Trigger {
  const repositoryUrl =
    env.GITHUB_SERVER_URL && env.GITHUB_REPOSITORY
      ? `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}`
      : undefined;
  const isTag = env.GITHUB_REF_TYPE === "tag" || (env.GITHUB_REF ?? "").startsWith("refs/tags/");
  const mergeRequest = pullRequest(event) ?? mergeGroup(event);
  return {
    kind: kindOf(env, mergeRequest, isTag),
    tag: isTag ? env.GITHUB_REF_NAME || undefined : undefined,
    branch: isTag || mergeRequest !== undefined ? undefined : env.GITHUB_REF_NAME || undefined,
    defaultBranch: event.repository?.default_branch,
    commit: commitId(env.GITHUB_SHA),
    mergeRequest,
    runUrl:
      repositoryUrl && env.GITHUB_RUN_ID ? `${repositoryUrl}/actions/runs/${env.GITHUB_RUN_ID}` : undefined,
    repositoryUrl,
  };
}

function kindOf(env: Env, mergeRequest: MergeRequest | undefined, isTag: boolean): Trigger["kind"] {
  if (mergeRequest !== undefined) return "merge-request";
  switch (env.GITHUB_EVENT_NAME) {
    case "push":
    case "release":
      return isTag ? "tag" : "branch";
    case "workflow_dispatch":
    case "repository_dispatch":
      return "manual";
    default:
      return isTag ? "tag" : "other";
  }
}

/** pull_request and pull_request_target; the latter runs on the base with full rights, its head is still foreign. */
function pullRequest({ pull_request: request }: GithubEvent): MergeRequest | undefined {
  if (request?.number === undefined) return undefined;
  const { head, base } = request;
  return {
    number: request.number,
    title: request.title ?? "",
    sourceBranch: head?.ref ?? "",
    targetBranch: base?.ref ?? "",
    head: commitId(head?.sha),
    targetTip: commitId(base?.sha),
    // A deleted fork has no repository any more, and is as foreign as any.
    fork: head?.repo?.full_name === undefined || head.repo.full_name !== base?.repo?.full_name,
  };
}

/** A merge queue tests the request as it would be merged, on a branch gh-readonly-queue/<base>/pr-<number>-<sha>. */
function mergeGroup({ merge_group: group }: GithubEvent): MergeRequest | undefined {
  const sourceBranch = (group?.head_ref ?? "").replace(/^refs\/heads\//, "");
  const [, number] = /^gh-readonly-queue\/.+\/pr-(\d+)-[0-9a-f]+$/.exec(sourceBranch) ?? [];
  if (group === undefined || number === undefined) return undefined;
  return {
    number: Number(number),
    title: "",
    sourceBranch,
    targetBranch: (group.base_ref ?? "").replace(/^refs\/heads\//, ""),
    base: commitId(group.base_sha),
    head: commitId(group.head_sha),
    targetTip: commitId(group.base_sha),
    fork: false,
  };
}
