import type { Packages } from "@gitbeaker/rest";
import { ModwharfError } from "../base/errors.ts";
import { bytesOf, type HttpClient, type HttpRequest, type HttpResponse, statusError } from "../base/http.ts";
import { addSecret, redact } from "../base/redact.ts";
import { pause, type RetryPolicy, retryDelayMs } from "../base/retry.ts";

/** A GitLab token with the kind that decides which header carries it. */
export interface GitLabCredential {
  kind: "job" | "private" | "deploy";
  value: string;
}

export interface GitLabApi {
  http: HttpClient;
  /** Such as https://gitlab.example.com/api/v4 */
  url: string;
  credential?: GitLabCredential | undefined;
  retry?: Partial<RetryPolicy> | undefined;
}

/**
 * Sends a request with the credential and hands the response to `read`; when the connection breaks in the
 * middle of the answer, both happen again. For answers that are read whole.
 */
export async function exchange<T>(
  api: GitLabApi,
  url: string,
  { headers, ...request }: HttpRequest,
  read: (response: HttpResponse) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const response = await api.http.request(url, {
      ...request,
      headers: { ...authorizationOf(api.credential), ...headers },
    });
    try {
      return await read(response);
    } catch (error) {
      const delayMs = retryDelayMs({ attempt, response: undefined, error }, api.retry);
      if (delayMs === undefined || request.retry === false) throw error;
      await pause(delayMs, api.retry);
    }
  }
}

const HEADERS = { job: "job-token", private: "private-token", deploy: "deploy-token" } as const;

/** The header for a credential; none for anonymous access. */
export function authorizationOf(credential: GitLabCredential | undefined): Record<string, string> {
  if (credential === undefined) return {};
  addSecret(credential.value);
  return { [HEADERS[credential.kind]]: credential.value };
}

interface GitbeakerOptions {
  searchParams?: Record<string, unknown>;
  body?: unknown;
  signal?: AbortSignal;
}

interface GitbeakerResponse {
  body: unknown;
  headers: Readonly<Record<string, string>>;
  status: number;
}

/**
 * The constructor options that make a resource of @gitbeaker/rest (Packages, ProjectReleases, MergeRequestNotes …)
 * send its requests through our HTTP client, in place of its own fetch: that one retries 429 and 502 with hardly
 * a pause, ignores Retry-After and knows no deploy tokens. Errors are ModwharfError; `fixFor` adds advice by status.
 */
function gitbeakerOptions(
  api: GitLabApi,
  fixFor: (status: number) => string | undefined = () => undefined,
): { host: string; token: string; requesterFn: never } {
  const send =
    (method: NonNullable<HttpRequest["method"]>) =>
    async (endpoint: string, options: GitbeakerOptions = {}): Promise<GitbeakerResponse> => {
      const { searchParams, body, signal } = options;
      const request: HttpRequest = {
        method,
        // Creating twice what a lost answer had created already is not ours to risk.
        retry: method !== "POST",
        ...(hasFields(body) ? { headers: JSON_TYPE, body: JSON.stringify(snakeKeys(body)) } : {}),
        ...(signal === undefined ? {} : { signal }),
      };
      return exchange(api, `${api.url}/${endpoint}${queryOf(searchParams)}`, request, async (response) => {
        if (response.status >= 400) {
          throw await statusError(response, "GitLab refused the request", fixFor(response.status));
        }
        const { headers, status } = response;
        return { body: parseJson(await bytesOf(response), response.url), headers, status };
      });
    };
  const requester = {
    get: send("GET"),
    post: send("POST"),
    put: send("PUT"),
    patch: send("PATCH"),
    delete: send("DELETE"),
  };
  // gitbeaker's own type of this function names classes that its package does not export.
  return { host: new URL(api.url).origin, token: "", requesterFn: (() => requester) as never };
}

/** gitbeaker's package listing, loaded on first use. */
export async function packagesOf(
  api: GitLabApi,
  fixFor: (status: number) => string | undefined,
): Promise<Packages> {
  const { Packages } = await import("@gitbeaker/rest");
  return new Packages(gitbeakerOptions(api, fixFor));
}

function parseJson(bytes: Buffer, url: string): unknown {
  if (bytes.length === 0) return null;
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    throw new ModwharfError("REMOTE_BAD_ANSWER", "GitLab's answer is no JSON", {
      subject: redact(url),
      fix: "check the address: a login page or a proxy may have answered in GitLab's place",
      cause: error,
    });
  }
}

const JSON_TYPE = { "content-type": "application/json" };

function hasFields(body: unknown): body is Record<string, unknown> {
  return typeof body === "object" && body !== null && Object.keys(body).length > 0;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function snakeKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [snakeCase(name), snakeKeys(field)]),
  );
}

function queryOf(params: Record<string, unknown> = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (Array.isArray(value)) for (const one of value) query.append(`${snakeCase(name)}[]`, String(one));
    else if (value !== undefined && value !== null) query.append(snakeCase(name), String(value));
  }
  return query.size === 0 ? "" : `?${query}`;
}
