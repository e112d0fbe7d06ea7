import type { Packages } from "@gitbeaker/rest";
import { bytesOf, type HttpClient, type HttpRequest, statusError } from "../base/http.ts";
import { addSecret } from "../base/redact.ts";

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
export function gitbeakerOptions(
  api: GitLabApi,
  fixFor: (status: number) => string | undefined = () => undefined,
): { host: string; token: string; requesterFn: never } {
  const send =
    (method: NonNullable<HttpRequest["method"]>) =>
    async (endpoint: string, options: GitbeakerOptions = {}): Promise<GitbeakerResponse> => {
      const response = await api.http.request(`${api.url}/${endpoint}${queryOf(options.searchParams)}`, {
        method,
        headers: { ...authorizationOf(api.credential), ...(hasFields(options.body) ? JSON_TYPE : {}) },
        ...(hasFields(options.body) ? { body: JSON.stringify(snakeKeys(options.body)) } : {}),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        // Creating twice what a lost answer had created already is not ours to risk.
        retry: method !== "POST",
      });
      if (response.status >= 400) {
        throw await statusError(response, "GitLab refused the request", fixFor(response.status));
      }
      const text = (await bytesOf(response)).toString("utf8");
      return {
        body: text === "" ? null : JSON.parse(text),
        headers: response.headers,
        status: response.status,
      };
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
