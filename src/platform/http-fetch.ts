import { bytesOf, type HttpClient, type HttpRequest } from "../base/http.ts";

/** The part of `fetch` that octokit uses. */
type Fetch = (url: string | URL, init?: FetchInit) => Promise<Response>;

interface FetchInit {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
}

/**
 * `fetch` over the project's one HTTP client, so that a library with its own HTTP obeys the same proxies, CA
 * files and retries. POST is sent once: a repeated one could comment twice.
 */
export function fetchOver(http: HttpClient): Fetch {
  return async (url, init = {}) => {
    const method = init.method ?? "GET";
    const response = await http.request(url, {
      method: method as NonNullable<HttpRequest["method"]>,
      headers: init.headers ?? {},
      retry: method !== "POST",
      ...(init.body === undefined ? {} : { body: init.body }),
      ...(init.signal === undefined ? {} : { signal: init.signal }),
    });
    const bytes = await bytesOf(response);
    const bodiless = response.status === 204 || response.status === 304;
    return new Response(bodiless ? null : bytes, { status: response.status, headers: response.headers });
  };
}
