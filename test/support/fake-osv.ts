import type { IncomingMessage, ServerResponse } from "node:http";
import { answer, bodyOf, type RunningServer, startServer } from "./http-fixture.ts";

/*
 * A strict stand-in for the OSV API. Derived from the public documentation (google.github.io/osv.dev/api:
 * POST /v1/querybatch with its pagination, GET /v1/vulns/ID, the error form {"code", "message"}) and the OSV schema;
 * never compared with the live service. A request that the documentation does not allow is answered with 400.
 */

/** An OSV entry as the database holds it. */
export interface OsvEntry {
  id: string;
  affected?: { package: { name: string; ecosystem: string }; [key: string]: unknown }[];
  [key: string]: unknown;
}

export interface FakeOsvOptions {
  entries: readonly OsvEntry[];
  /** Whether an entry is named for a version, where the database would compare; by default always. */
  matches?: (entry: OsvEntry, version: string) => boolean;
  /** Ids on one page of one query; all by default. */
  pageSize?: number;
  /** Answers to the first requests, before the usual ones: a status with headers, or "hang". */
  faults?: ({ status: number; headers?: Record<string, string>; body?: string } | "hang")[];
}

export interface FakeOsv extends RunningServer {
  /** `METHOD path` of every request, in order. */
  readonly requests: string[];
  /** `name@version` of every query, pages after the first with `#token`. */
  readonly queries: string[];
}

interface Query {
  version: string;
  package: { name: string; ecosystem: string };
  page_token?: string;
}

const MAX_QUERIES = 1000;
const MAX_BODY_BYTES = 32 * 1024 * 1024;

export async function startFakeOsv(options: FakeOsvOptions): Promise<FakeOsv> {
  const requests: string[] = [];
  const queries: string[] = [];
  const faults = [...(options.faults ?? [])];
  const server = await startServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const fault = faults.shift();
    if (fault === "hang") return;
    if (fault !== undefined) {
      answer(response, fault.status, fault.body ?? "", fault.headers);
      return;
    }
    serve(request, response).catch((error: unknown) => refuse(response, 500, String(error)));
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = "" } = request;
    const id = /^\/v1\/vulns\/([^/]+)$/.exec(url)?.[1];
    if (method === "POST" && url === "/v1/querybatch") {
      const body = await bodyOf(request);
      const problem = problemOfBatch(body);
      if (problem !== undefined) refuse(response, problem.status, problem.message);
      else json(response, 200, { results: queriesOf(body).map(resultOf) });
    } else if (method === "GET" && id !== undefined) {
      const entry = options.entries.find((candidate) => candidate.id === decodeURIComponent(id));
      if (entry === undefined) refuse(response, 404, "Bug not found.");
      else json(response, 200, entry);
    } else refuse(response, 404, "Not Found");
  }

  function resultOf({ package: { name }, version, page_token }: Query): Record<string, unknown> {
    queries.push(`${name}@${version}${page_token === undefined ? "" : `#${page_token}`}`);
    const { entries, matches = () => true, pageSize = Number.POSITIVE_INFINITY } = options;
    const vulns = entries
      .filter((entry) => entry.affected?.some(({ package: of }) => of.ecosystem === "Go" && of.name === name))
      .filter((entry) => matches(entry, version))
      .map(({ id }) => ({ id, modified: "2026-01-01T00:00:00Z" }));
    const from = Number(page_token ?? 0);
    const page = vulns.slice(from, from + pageSize);
    // A query without vulnerabilities has an empty object.
    if (page.length === 0) return {};
    const isLast = from + pageSize >= vulns.length;
    return { vulns: page, ...(isLast ? {} : { next_page_token: String(from + pageSize) }) };
  }

  return { ...server, requests, queries };
}

function queriesOf(body: Buffer): Query[] {
  return (JSON.parse(body.toString("utf8")) as { queries: Query[] }).queries;
}

function problemOfBatch(body: Buffer): { status: number; message: string } | undefined {
  if (body.length > MAX_BODY_BYTES) return { status: 413, message: "Request too large" };
  const asked: unknown = queriesOf(body);
  if (!Array.isArray(asked)) return { status: 400, message: "No queries" };
  if (asked.length > MAX_QUERIES) return { status: 400, message: "Too many queries." };
  const message = asked.map(problemOf).find((problem) => problem !== undefined);
  return message === undefined ? undefined : { status: 400, message };
}

/** What the documentation does not allow in a query, in words; undefined when it is fine. */
function problemOf(query: unknown): string | undefined {
  const { version, package: of, page_token, ...rest } = query as Partial<Query>;
  if (Object.keys(rest).length > 0) return `Unknown field ${Object.keys(rest)[0]}`;
  if (typeof of?.name !== "string" || of.ecosystem !== "Go") return "Invalid package";
  // Versions of the Go ecosystem are semantic versions without v; build metadata never counts in them.
  if (typeof version !== "string" || !/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version)) return "Invalid version";
  if (page_token !== undefined && typeof page_token !== "string") return "Invalid page token";
  return undefined;
}

function json(response: ServerResponse, status: number, value: unknown): void {
  answer(response, status, JSON.stringify(value), { "content-type": "application/json" });
}

function refuse(response: ServerResponse, status: number, message: string): void {
  json(response, status, { code: status === 404 ? 5 : 3, message });
}
