import { ModwharfError } from "../base/errors.ts";
import { bytesOf, type HttpClient, type HttpResponse, statusError } from "../base/http.ts";
import type { ModuleVersion } from "../module/module-version.ts";

/*
 * The online OSV API (google.github.io/osv.dev/api): POST /v1/querybatch names the entries of many module versions,
 * GET /v1/vulns/ID gives one entry.
 */

/** So many queries fit into one request. */
const MAX_QUERIES = 1000;
/** The documented limit of an answer is 32 MiB. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
/** A module has tens of entries; a server that always names one more page must come to an end. */
const MAX_PAGES = 50;
const CONCURRENCY = 8;

export interface OsvApi {
  /** `https://api.osv.dev`, or a mirror that speaks the same. */
  url: string;
  http: HttpClient;
}

interface Query {
  version: string;
  package: { name: string; ecosystem: "Go" };
  page_token?: string;
}

/**
 * The OSV entries that the API names for module versions, each once, as JSON. `stdlib` and `toolchain` are asked for
 * like modules, with versions as OSV writes them.
 *
 * Throws REMOTE…: an API that cannot be asked must never pass for one that knows of nothing.
 */
export async function askOsvApi(api: OsvApi, modules: readonly ModuleVersion[]): Promise<unknown[]> {
  const ids = new Set<string>();
  let queries: Query[] = modules.map(({ path, version }) => ({
    version: version.replace(/^v/, "").replace(/\+incompatible$/, ""),
    package: { name: path, ecosystem: "Go" },
  }));
  for (let page = 1; queries.length > 0; page++) {
    if (page > MAX_PAGES) throw badAnswer(api, `at most ${MAX_PAGES} pages for a query`, "one more page");
    const more: Query[] = [];
    for (let from = 0; from < queries.length; from += MAX_QUERIES) {
      more.push(...(await askBatch(api, queries.slice(from, from + MAX_QUERIES), ids)));
    }
    queries = more;
  }
  return readEntries(api, [...ids].sort());
}

/** Adds the ids of a batch's answers; returns the queries that have another page. */
async function askBatch(api: OsvApi, queries: readonly Query[], ids: Set<string>): Promise<Query[]> {
  const response = await api.http.request(endpoint(api, "querybatch"), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ queries }),
  });
  const answer = (await jsonOf(api, response)) as { results?: unknown } | null;
  const results = answer?.results;
  // Answers stand in the order of the queries, so another number of them cannot be told apart.
  if (!Array.isArray(results) || results.length !== queries.length) {
    const count = Array.isArray(results) ? `${results.length}` : "none";
    throw badAnswer(api, `${queries.length} results`, count);
  }
  const more: Query[] = [];
  for (const [i, result] of (
    results as ({ vulns?: unknown; next_page_token?: unknown } | null)[]
  ).entries()) {
    for (const vuln of Array.isArray(result?.vulns) ? (result.vulns as { id?: unknown }[]) : []) {
      if (typeof vuln?.id === "string") ids.add(vuln.id);
    }
    const token = result?.next_page_token;
    if (typeof token === "string" && token !== "") more.push({ ...queries[i]!, page_token: token });
  }
  return more;
}

async function readEntries(api: OsvApi, ids: readonly string[]): Promise<unknown[]> {
  const entries: unknown[] = [];
  for (let from = 0; from < ids.length; from += CONCURRENCY) {
    const group = ids.slice(from, from + CONCURRENCY).map(async (id) => {
      const response = await api.http.request(endpoint(api, `vulns/${encodeURIComponent(id)}`));
      return jsonOf(api, response);
    });
    entries.push(...(await Promise.all(group)));
  }
  return entries;
}

function endpoint({ url }: OsvApi, path: string): string {
  return `${url.replace(/\/+$/, "")}/v1/${path}`;
}

async function jsonOf(api: OsvApi, response: HttpResponse): Promise<unknown> {
  if (response.status !== 200)
    throw await statusError(response, "the vulnerability API refuses the question");
  const text = (await bytesOf(response, MAX_ANSWER_BYTES)).toString("utf8");
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badAnswer(api, "JSON", text.slice(0, 100));
  }
}

function badAnswer({ url }: OsvApi, expected: string, actual: string): ModwharfError {
  return new ModwharfError("REMOTE_BAD_ANSWER", "the vulnerability API answers out of its protocol", {
    subject: url,
    expected,
    actual,
    fix: "check vulnerabilities.api in the policy",
  });
}
