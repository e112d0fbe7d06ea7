import type { Env, Services } from "./platform.ts";

export type GitlabToken = NonNullable<NonNullable<Services["gitlab"]>["token"]>;

/**
 * The token to use, the most deliberate first: one that was made for this tool, a deploy token made for it, the
 * job's own, and the deploy token that GitLab adds to every job of a project that has one of that name.
 */
export function gitlabToken(env: Env): GitlabToken | undefined {
  if (env.MODWHARF_GITLAB_TOKEN) return { kind: "private", value: env.MODWHARF_GITLAB_TOKEN };
  if (env.MODWHARF_GITLAB_DEPLOY_TOKEN) return { kind: "deploy", value: env.MODWHARF_GITLAB_DEPLOY_TOKEN };
  if (env.CI_JOB_TOKEN) return { kind: "job", value: env.CI_JOB_TOKEN };
  if (env.CI_DEPLOY_PASSWORD) return { kind: "deploy", value: env.CI_DEPLOY_PASSWORD };
  return undefined;
}

export type GitlabPurpose = "notes" | "releases" | "packages";

/** What each kind of token may do (GitLab, "CI/CD job token" and "Deploy tokens"). */
const MAY: Readonly<Record<GitlabToken["kind"], readonly GitlabPurpose[]>> = {
  private: ["notes", "releases", "packages"],
  job: ["releases", "packages"],
  deploy: ["packages"],
};

const WHAT: Readonly<Record<GitlabPurpose, string>> = {
  notes: "post merge request notes",
  releases: "create releases",
  packages: "upload packages",
};

const FIX: Readonly<Record<GitlabPurpose, string>> = {
  notes:
    "set MODWHARF_GITLAB_TOKEN to a project access token with the api scope and the Reporter role; not protected, since merge request pipelines do not see protected variables",
  releases: "use the job token, or set MODWHARF_GITLAB_TOKEN to a project access token with the api scope",
  packages: "use the job token, a deploy token with write_package_registry, or MODWHARF_GITLAB_TOKEN",
};

/** Why the token cannot serve the purpose, with what would; undefined when it can. */
export function tokenRefusal(token: GitlabToken | undefined, purpose: GitlabPurpose): string | undefined {
  if (token === undefined) return `there is no token to ${WHAT[purpose]}: ${FIX[purpose]}`;
  if (MAY[token.kind].includes(purpose)) return undefined;
  return `a ${token.kind} token may not ${WHAT[purpose]}: ${FIX[purpose]}`;
}

/** The request header that carries a token of this kind. */
export function tokenHeader(token: GitlabToken): Record<string, string> {
  const names = { private: "private-token", job: "job-token", deploy: "deploy-token" } as const;
  return { [names[token.kind]]: token.value };
}
