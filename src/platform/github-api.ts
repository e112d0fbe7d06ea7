import type { ErrorCode } from "../base/codes.ts";
import { ModwharfError, messageOf } from "../base/errors.ts";
import type { HttpClient } from "../base/http.ts";
import { redact } from "../base/redact.ts";
import { divertStdout } from "./divert.ts";
import { fetchOver } from "./http-fetch.ts";
import type { Services, Unavailable } from "./platform.ts";

export type Octokit = ReturnType<typeof import("@actions/github").getOctokit>;

/** The API of the repository that the job runs in. */
export interface GithubApi {
  octokit: Octokit;
  owner: string;
  repo: string;
}

/** Opens the API; Unavailable without a repository or a token. Loads @actions/github, so call it late. */
export async function openGithub(
  service: Services["github"],
  http: HttpClient,
): Promise<GithubApi | Unavailable> {
  const [, owner, repo] = /^([^/]+)\/([^/]+)$/.exec(service?.repository ?? "") ?? [];
  if (service === undefined || owner === undefined || repo === undefined) {
    return { unavailable: "GITHUB_REPOSITORY does not name a repository" };
  }
  if (service.token === undefined) {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the user's YAML
    return { unavailable: "there is no token: pass `token: ${{ github.token }}` or set GITHUB_TOKEN" };
  }
  // Loading prints when the event file is missing.
  const { getOctokit } = await divertStdout(
    () => {},
    () => import("@actions/github"),
  );
  const octokit = getOctokit(service.token, {
    baseUrl: service.apiUrl.replace(/\/+$/, ""),
    request: { fetch: fetchOver(http) },
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  return { octokit, owner, repo };
}

/** The HTTP status in an error of octokit's, or undefined for any other value. */
export function githubStatus(error: unknown): number | undefined {
  const status = (error as { status?: unknown } | null)?.status;
  // Octokit gives network failures the status 500 and keeps their cause.
  if (error instanceof Error && error.cause instanceof ModwharfError) return undefined;
  return typeof status === "number" ? status : undefined;
}

/** The project's error for a failed call. */
export function githubError(error: unknown, what: string, fix?: string): ModwharfError {
  if (error instanceof ModwharfError) return error;
  if (error instanceof Error && error.cause instanceof ModwharfError) return error.cause;
  const status = githubStatus(error);
  return new ModwharfError(codeOf(status), what, {
    actual: redact(`${status ?? "no answer"}: ${messageOf(error)}`.slice(0, 500)),
    fix,
    cause: error,
  });
}

function codeOf(status: number | undefined): ErrorCode {
  if (status === 401 || status === 403) return "REMOTE_AUTH";
  return status === 404 || status === 410 ? "REMOTE_NOT_FOUND" : "REMOTE";
}
