import type { Gitlab } from "@gitbeaker/rest";
import { ModwharfError } from "../base/errors.ts";
import { bytesOf, type HttpClient, type HttpRequest, statusError } from "../base/http.ts";
import { type GitlabPurpose, tokenHeader, tokenRefusal } from "./gitlab-token.ts";
import type { Services, Unavailable } from "./platform.ts";

export type GitlabClient = InstanceType<typeof Gitlab<false>>;

/**
 * A gitbeaker client whose requests go through the project's one HTTP client: its own retries 429 and 502 ten
 * times within a moment, repeats POST, and knows no Retry-After, proxy or CA settings. Unavailable when the
 * token may not serve the purpose. Loads @gitbeaker/rest, so call it late.
 */
export async function openGitlab(
  service: Services["gitlab"],
  purpose: GitlabPurpose,
  http: HttpClient,
): Promise<GitlabClient | Unavailable> {
  if (service === undefined) return { unavailable: "CI_API_V4_URL is not set" };
  const refusal = tokenRefusal(service.token, purpose);
  if (refusal !== undefined || service.token === undefined) return { unavailable: refusal ?? "no token" };
  const { Gitlab } = await import("@gitbeaker/rest");
  const headers = tokenHeader(service.token);
  return new Gitlab({
    // gitbeaker adds /api/v4 itself
    host: service.apiUrl.replace(/\/api\/v4\/?$/, ""),
    token: service.token.value,
    requesterFn: (resource: { url: string }) => requester(http, resource.url, headers),
  } as ConstructorParameters<typeof Gitlab<false>>[0]);
}

interface RequestOptions {
  body?: unknown;
  searchParams?: Record<string, unknown>;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** The requester that gitbeaker's resources call; answers with the parsed body, headers and status. */
function requester(http: HttpClient, base: string, headers: Record<string, string>) {
  const send =
    (method: Method) =>
    async (endpoint: string, options: RequestOptions = {}) => {
      const url = new URL(endpoint, base.endsWith("/") ? base : `${base}/`);
      for (const [name, value] of Object.entries(options.searchParams ?? {})) {
        if (value !== undefined && value !== null) url.searchParams.set(snakeCase(name), String(value));
      }
      const request: HttpRequest = {
        method,
        headers: {
          ...headers,
          ...(options.body === undefined ? {} : { "content-type": "application/json" }),
        },
        // A POST that was answered badly may have been heard all the same.
        retry: method !== "POST",
        ...(options.body === undefined ? {} : { body: JSON.stringify(withSnakeKeys(options.body)) }),
      };
      const response = await http.request(url, request);
      if (response.status >= 400) throw await statusError(response, "GitLab refused a request");
      const text = (await bytesOf(response)).toString("utf8");
      return {
        body: text === "" ? null : parseJson(text, url),
        headers: response.headers,
        status: response.status,
      };
    };
  return {
    get: send("GET"),
    post: send("POST"),
    put: send("PUT"),
    patch: send("PATCH"),
    delete: send("DELETE"),
  };
}

function parseJson(text: string, url: URL): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ModwharfError("REMOTE_BAD_ANSWER", "GitLab did not answer with JSON", {
      subject: url.origin + url.pathname,
      actual: JSON.stringify(text.slice(0, 100)),
      cause: error,
    });
  }
}

/** Resources name parameters in camelCase, the API wants snake_case. */
function withSnakeKeys(body: unknown): unknown {
  if (typeof body !== "object" || body === null) return body;
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [snakeCase(name), value]));
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
