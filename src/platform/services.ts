import { gitlabToken } from "./gitlab-token.ts";
import type { Env, Services } from "./platform.ts";

/** The services that the environment names, whatever the platform: a GitHub job may publish to GitLab. */
export function servicesFromEnv(env: Env): Services {
  return { gitlab: gitlabFromEnv(env), github: githubFromEnv(env) };
}

function gitlabFromEnv(env: Env): Services["gitlab"] {
  const server = env.CI_SERVER_URL || undefined;
  const apiUrl =
    env.CI_API_V4_URL || (server === undefined ? undefined : `${server.replace(/\/+$/, "")}/api/v4`);
  const token = gitlabToken(env);
  // Without a host the token alone is of use: stores name their host themselves.
  if (apiUrl === undefined && token === undefined) return undefined;
  return { apiUrl: apiUrl ?? "https://gitlab.com/api/v4", projectId: env.CI_PROJECT_ID || undefined, token };
}

function githubFromEnv(env: Env): Services["github"] {
  if (!env.GITHUB_REPOSITORY) return undefined;
  return {
    // GitHub Enterprise Server has its own, e.g. https://github.example.com/api/v3
    apiUrl: env.GITHUB_API_URL || "https://api.github.com",
    repository: env.GITHUB_REPOSITORY,
    token: env.INPUT_TOKEN || env.GITHUB_TOKEN || env.GH_TOKEN || undefined,
  };
}
