/*
 * A strict fake of the parts of GitLab's REST API (v4) that this project uses, in memory. Routes stand in files of
 * their own (fake-gitlab-packages.ts; others add theirs through `routes`). What it enforces was read in GitLab's
 * source: lib/api/generic_packages.rb, package_files.rb, project_packages.rb, lib/gitlab/regex.rb, the finders and
 * services behind them (17.1 and later; `download` by id and the X-Checksum-SHA256 header from 18). It was not
 * checked against a live GitLab. Whatever it does not know is a 404 and stands in `unknown`.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { answerJson, startServer } from "./http-fixture.ts";

export type Role = "none" | "guest" | "reporter" | "developer" | "maintainer";
const ROLES: readonly Role[] = ["none", "guest", "reporter", "developer", "maintainer"];

export interface FakeToken {
  kind: "job" | "private" | "deploy";
  value: string;
  /** In every project of the fake. A deploy token counts as developer when it may write. */
  role: Role;
}

export interface FakeProject {
  id: number;
  /** Full path: group/project. */
  path: string;
  visibility: "public" | "private";
}

export interface FakeGitLabOptions {
  projects?: FakeProject[];
  tokens?: FakeToken[];
  /** The group's generic_duplicates_allowed. Default true. */
  duplicatesAllowed?: boolean;
  /** Limit of the instance for a generic package file, bytes. */
  maxFileBytes?: number;
  /** Body limit of the proxy in front, bytes: 413. */
  maxBodyBytes?: number;
  /** Before GitLab 18 a download had no X-Checksum-SHA256. Default true. */
  sendsChecksum?: boolean;
  /** Before GitLab 18 there was no way to an upload that a later one hides. Default true. */
  downloadsById?: boolean;
  tls?: { cert: string; key: string };
  routes?: readonly FakeRoute[];
}

/** What a route's handler gets; it answers by itself or throws FakeFailure. */
export interface FakeCall {
  gitlab: FakeGitLab;
  request: IncomingMessage;
  response: ServerResponse;
  /** The pattern's named groups, still percent-encoded. */
  path: Record<string, string>;
  query: URLSearchParams;
  /** Undefined behind a route with `instance`. */
  project: FakeProject;
  role: Role;
  token: FakeToken | undefined;
}

export interface FakeRoute {
  method: "GET" | "PUT" | "POST" | "DELETE";
  /** Matches the raw path after `/api/v4/projects/:id/`. */
  pattern: RegExp;
  /** True for a route outside of projects: the pattern matches the raw path after `/api/v4/`. */
  instance?: boolean;
  /** True where a job token as Basic password is accepted: downloads. */
  jobTokenAsBasic?: boolean;
  /** Least role for private projects; public ones need none to read. */
  role: Role;
  handle(call: FakeCall): void | Promise<void>;
}

export class FakeFailure extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface FakeGitLab {
  url: string;
  apiUrl: string;
  options: FakeGitLabOptions;
  /** One line a request: method, raw path with query, status. */
  log: string[];
  unknown: string[];
  /** For the route files to keep their rows in. */
  state: Map<string, unknown>;
  /** Shifts every row's time into the past. */
  ageMs: number;
  nextId(): number;
  close(): Promise<void>;
}

export const FAKE_PROJECT: FakeProject = { id: 42, path: "platform/go-registry", visibility: "private" };
export const FAKE_TOKENS: readonly FakeToken[] = [
  { kind: "job", value: "glcbt-64_jobtokenjobtoken", role: "developer" },
  { kind: "private", value: "glpat-maintainertoken000", role: "maintainer" },
  { kind: "private", value: "glpat-readertoken0000000", role: "reporter" },
  { kind: "private", value: "glpat-strangertoken00000", role: "none" },
  { kind: "deploy", value: "gldt-deploytoken00000000", role: "developer" },
];

export async function startFakeGitLab(options: FakeGitLabOptions = {}): Promise<FakeGitLab> {
  let id = 1000;
  const gitlab: FakeGitLab = {
    url: "",
    apiUrl: "",
    options: { projects: [FAKE_PROJECT], tokens: [...FAKE_TOKENS], ...options },
    log: [],
    unknown: [],
    state: new Map(),
    ageMs: 0,
    nextId: () => ++id,
    close: async () => {},
  };
  const server = await startServer(async (request, response) => {
    try {
      await dispatch(gitlab, request, response);
    } catch (error) {
      const status = error instanceof FakeFailure ? error.status : 500;
      request.resume();
      answerJson(response, status, { message: `${status} ${(error as Error).message}` });
    }
    gitlab.log.push(`${request.method} ${request.url} ${response.statusCode}`);
  }, options.tls);
  gitlab.url = server.url;
  gitlab.apiUrl = `${server.url}/api/v4`;
  gitlab.close = server.close;
  return gitlab;
}

async function dispatch(
  gitlab: FakeGitLab,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [rawPath = "", rawQuery = ""] = (request.url ?? "").split("?");
  const instance = await dispatchInstance(gitlab, request, response);
  if (instance) return;
  const match = /^\/api\/v4\/projects\/([^/]+)\/(.+)$/.exec(rawPath);
  const method = request.method === "HEAD" ? "GET" : request.method;
  const route = gitlab.options.routes?.find(
    (candidate) =>
      !candidate.instance && candidate.method === method && candidate.pattern.test(match?.[2] ?? ""),
  );
  if (match === null || route === undefined) {
    gitlab.unknown.push(`${request.method} ${request.url}`);
    throw new FakeFailure(404, "Not Found");
  }
  const token = tokenOf(gitlab, request, route);
  const project = gitlab.options.projects!.find(({ id, path }) =>
    [String(id), path].includes(decodeURIComponent(match[1]!)),
  );
  const role = authorize(project, token, route);
  await route.handle({
    gitlab,
    request,
    response,
    path: { ...route.pattern.exec(match[2]!)!.groups },
    query: new URLSearchParams(rawQuery),
    project: project!,
    role,
    token,
  });
}

/** Answers a request to a route outside of projects; false when there is none. */
async function dispatchInstance(
  gitlab: FakeGitLab,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const [rawPath = "", rawQuery = ""] = (request.url ?? "").split("?");
  const path = rawPath.replace(/^\/api\/v4\//, "");
  const route = gitlab.options.routes?.find(
    (candidate) => candidate.instance && candidate.method === request.method && candidate.pattern.test(path),
  );
  if (route === undefined) return false;
  const token = tokenOf(gitlab, request, route);
  const query = new URLSearchParams(rawQuery);
  const project = undefined as unknown as FakeProject;
  await route.handle({
    gitlab,
    request,
    response,
    path: {},
    query,
    project,
    role: token?.role ?? "none",
    token,
  });
  return true;
}

/** The token of a request; 401 for one that is unknown, of another kind than its header, or where it may not be. */
function tokenOf(gitlab: FakeGitLab, request: IncomingMessage, route: FakeRoute): FakeToken | undefined {
  const { headers } = request;
  for (const kind of ["private", "job", "deploy"] as const) {
    const value = headers[`${kind}-token`];
    if (value === undefined) continue;
    const found = gitlab.options.tokens!.find((token) => token.kind === kind && token.value === value);
    if (found === undefined) throw new FakeFailure(401, "Unauthorized");
    return found;
  }
  const basic = /^Basic (.+)$/.exec(headers.authorization ?? "")?.[1];
  if (basic === undefined) return undefined;
  const [user = "", password = ""] = Buffer.from(basic, "base64").toString("utf8").split(/:(.*)/s);
  const found = gitlab.options.tokens!.find(({ value }) => value === password);
  const jobAllowed = user === "gitlab-ci-token" && route.jobTokenAsBasic === true && route.method === "GET";
  if (found === undefined || (found.kind === "job" && !jobAllowed))
    throw new FakeFailure(401, "Unauthorized");
  return found;
}

function authorize(project: FakeProject | undefined, token: FakeToken | undefined, route: FakeRoute): Role {
  const reads = route.method === "GET";
  if (token === undefined) {
    if (project?.visibility === "public" && reads) return "none";
    throw new FakeFailure(401, "Unauthorized");
  }
  // Who may not know of a project is told that there is none.
  const visible = project !== undefined && (project.visibility === "public" || token.role !== "none");
  if (!visible) throw new FakeFailure(404, "Project Not Found");
  if (project.visibility === "public" && reads) return token.role;
  if (ROLES.indexOf(token.role) < ROLES.indexOf(route.role)) throw new FakeFailure(403, "Forbidden");
  return token.role;
}

/** Answers one page of `rows` with GitLab's pagination headers (offset pagination). */
export function answerPage(call: FakeCall, rows: readonly unknown[]): void {
  const { query, response, gitlab, request } = call;
  const perPage = Math.min(100, Number(query.get("per_page") ?? 20));
  const page = Number(query.get("page") ?? 1);
  const pages = Math.max(1, Math.ceil(rows.length / perPage));
  const next = page < pages ? String(page + 1) : "";
  const link = (name: string, number: string) => {
    const params = new URLSearchParams(query);
    params.set("page", number);
    params.set("per_page", String(perPage));
    return `<${gitlab.url}${request.url!.split("?")[0]}?${params}>; rel="${name}"`;
  };
  const links = [next !== "" && link("next", next), link("first", "1"), link("last", String(pages))];
  answerJson(response, 200, rows.slice((page - 1) * perPage, page * perPage), {
    "x-page": String(page),
    "x-per-page": String(perPage),
    "x-next-page": next,
    "x-prev-page": page > 1 ? String(page - 1) : "",
    "x-total": String(rows.length),
    "x-total-pages": String(pages),
    link: links.filter((entry) => entry !== false).join(", "),
  });
}
