import type { IncomingMessage, ServerResponse } from "node:http";
import { answer, answerJson, bodyOf, startServer } from "./http-fixture.ts";

/*
 * A strict fake of the parts of GitHub's REST and GraphQL API that this project uses, in memory: comments of pull
 * requests, releases, refs, comparisons and "who am I". Written after docs.github.com/rest; not checked against a
 * live GitHub. Whatever it does not know is a 404 and stands in `unknown`.
 */
export interface FakeGitHubToken {
  value: string;
  /** Bots end in [bot]; GET /user refuses them, GraphQL does not. */
  login: string;
  pullRequests: "read" | "write";
  contents: "read" | "write";
}

export interface FakeComment {
  id: number;
  body: string;
  user: { login: string } | null;
}

export interface FakeGitHubRelease {
  id: number;
  tag_name: string;
  name: string;
  body: string | null;
  prerelease: boolean;
  html_url: string;
}

export interface FakeGitHub {
  url: string;
  /** GITHUB_API_URL: with /api/v3 as on Enterprise Server when `enterprise` is set. */
  apiUrl: string;
  repository: string;
  tokens: FakeGitHubToken[];
  /** By pull request. */
  comments: Map<number, FakeComment[]>;
  releases: FakeGitHubRelease[];
  tags: Set<string>;
  /** Merge bases by `base...head`. */
  mergeBases: Map<string, string>;
  /** Called before each request is answered; an answer given there ends it. */
  before?: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  log: string[];
  unknown: string[];
  close(): Promise<void>;
}

export interface FakeGitHubOptions {
  /** Under /api/v3, as Enterprise Server is. */
  enterprise?: boolean;
  tls?: { cert: string; key: string } | undefined;
}

export const GITHUB_BOT: FakeGitHubToken = {
  value: "ghs_aaaaaaaaaaaaaaaaaaaaaaaa",
  login: "github-actions[bot]",
  pullRequests: "write",
  contents: "write",
};
export const GITHUB_READER: FakeGitHubToken = {
  value: "ghs_bbbbbbbbbbbbbbbbbbbbbbbb",
  login: "github-actions[bot]",
  pullRequests: "read",
  contents: "read",
};

export async function startFakeGitHub({
  enterprise = false,
  tls,
}: FakeGitHubOptions = {}): Promise<FakeGitHub> {
  const github: FakeGitHub = {
    url: "",
    apiUrl: "",
    repository: "octo/widget",
    tokens: [GITHUB_BOT, GITHUB_READER],
    comments: new Map([[7, []]]),
    releases: [],
    tags: new Set(),
    mergeBases: new Map(),
    log: [],
    unknown: [],
    close: async () => {},
  };
  const server = await startServer(async (request, response) => {
    try {
      if (!github.before?.(request, response)) await dispatch(github, { request, response, enterprise });
    } catch (error) {
      request.resume();
      const status = error instanceof Refusal ? error.status : 500;
      answerJson(response, status, {
        message: (error as Error).message,
        documentation_url: "https://docs.example",
      });
    }
    github.log.push(`${request.method} ${request.url} ${response.statusCode}`);
  }, tls);
  github.url = server.url;
  github.apiUrl = server.url + (enterprise ? "/api/v3" : "");
  github.close = server.close;
  return github;
}

class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

interface Call {
  github: FakeGitHub;
  request: IncomingMessage;
  response: ServerResponse;
  token: FakeGitHubToken;
  query: URLSearchParams;
  /** Decoded groups of the pattern. */
  groups: readonly string[];
}

type Route = readonly [method: string, pattern: RegExp, handle: (call: Call) => void | Promise<void>];

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  enterprise: boolean;
}

async function dispatch(github: FakeGitHub, { request, response, enterprise }: Exchange): Promise<void> {
  const [rawPath = "", rawQuery = ""] = (request.url ?? "").split("?");
  const prefix = enterprise ? "/api/v3" : "";
  const graphql = enterprise ? "/api/graphql" : "/graphql";
  const path = rawPath === graphql ? "graphql" : rawPath.slice(prefix.length + 1);
  const known = rawPath === graphql || rawPath.startsWith(`${prefix}/`);
  const route = routes(github).find(
    ([method, pattern]) => known && method === request.method && pattern.test(path),
  );
  if (route === undefined) {
    github.unknown.push(`${request.method} ${request.url}`);
    throw new Refusal(404, "Not Found");
  }
  const value = /^(?:token|bearer) (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  const token = github.tokens.find((each) => each.value === value);
  if (token === undefined) throw new Refusal(401, "Bad credentials");
  if (!request.headers["user-agent"]) throw new Refusal(403, "Request forbidden by administrative rules");
  const groups = (route[1].exec(path) ?? []).slice(1).map(decodeURIComponent);
  await route[2]({ github, request, response, token, query: new URLSearchParams(rawQuery), groups });
}

function routes(github: FakeGitHub): readonly Route[] {
  const repo = `repos/${github.repository}`;
  const at = (path: string) => new RegExp(`^${path.replace(":repo", repo)}$`);
  return [
    ["POST", /^graphql$/, viewer],
    ["GET", /^user$/, currentUser],
    ["GET", at(":repo/issues/(\\d+)/comments"), listComments],
    ["POST", at(":repo/issues/(\\d+)/comments"), createComment],
    ["PATCH", at(":repo/issues/comments/(\\d+)"), updateComment],
    ["GET", at(":repo/releases/tags/([^/]+)"), releaseByTag],
    ["POST", at(":repo/releases"), createRelease],
    ["PATCH", at(":repo/releases/(\\d+)"), updateRelease],
    ["GET", at(":repo/git/ref/([^/]+)"), showRef],
    ["GET", at(":repo/compare/([^/]+)"), compare],
  ];
}

async function viewer({ request, response, token }: Call): Promise<void> {
  const { query } = JSON.parse((await bodyOf(request)).toString("utf8")) as { query: string };
  if (!/\{\s*viewer\s*\{\s*login\s*\}\s*\}/.test(query)) throw new Refusal(400, "unknown query");
  answerJson(response, 200, { data: { viewer: { login: token.login } } });
}

function currentUser({ response, token }: Call): void {
  if (token.login.endsWith("[bot]")) throw new Refusal(403, "Resource not accessible by integration");
  answerJson(response, 200, { login: token.login });
}

function commentsOf({ github, groups }: Call): FakeComment[] {
  const comments = github.comments.get(Number(groups[0]));
  if (comments === undefined) throw new Refusal(404, "Not Found");
  return comments;
}

function mayWrite({ token }: Call, what: "pullRequests" | "contents"): void {
  if (token[what] !== "write") throw new Refusal(403, "Resource not accessible by integration");
}

async function jsonOf({ request }: Call): Promise<Record<string, unknown>> {
  return JSON.parse((await bodyOf(request)).toString("utf8")) as Record<string, unknown>;
}

function listComments(call: Call): void {
  const { github, request, response, query } = call;
  const comments = commentsOf(call);
  const perPage = Math.min(100, Number(query.get("per_page") ?? 30));
  const page = Number(query.get("page") ?? 1);
  const next = new URLSearchParams(query);
  next.set("page", String(page + 1));
  const more = comments.length > page * perPage;
  const link = `<${github.url}${request.url!.split("?")[0]}?${next}>; rel="next"`;
  answerJson(response, 200, comments.slice((page - 1) * perPage, page * perPage), more ? { link } : {});
}

function bodyText(value: unknown): string {
  if (typeof value !== "string" || value === "") throw new Refusal(422, "Validation Failed");
  if (value.length > 65_536)
    throw new Refusal(422, "Validation Failed: body is too long (maximum is 65536 characters)");
  return value;
}

let nextId = 1_000_000;

async function createComment(call: Call): Promise<void> {
  const comments = commentsOf(call);
  mayWrite(call, "pullRequests");
  const comment = {
    id: ++nextId,
    body: bodyText((await jsonOf(call)).body),
    user: { login: call.token.login },
  };
  comments.push(comment);
  answerJson(call.response, 201, comment);
}

async function updateComment(call: Call): Promise<void> {
  mayWrite(call, "pullRequests");
  const comment = [...call.github.comments.values()].flat().find(({ id }) => id === Number(call.groups[0]));
  if (comment === undefined) throw new Refusal(404, "Not Found");
  comment.body = bodyText((await jsonOf(call)).body);
  answerJson(call.response, 200, comment);
}

function releaseByTag({ github, response, groups }: Call): void {
  const release = github.releases.find(({ tag_name }) => tag_name === groups[0]);
  if (release === undefined) throw new Refusal(404, "Not Found");
  answerJson(response, 200, release);
}

async function createRelease(call: Call): Promise<void> {
  mayWrite(call, "contents");
  const { github, response } = call;
  const body = await jsonOf(call);
  const tag = bodyText(body.tag_name);
  if (github.releases.some(({ tag_name }) => tag_name === tag)) throw new Refusal(422, "Validation Failed");
  // What GitHub does for an unknown tag, and nobody wants.
  github.tags.add(tag);
  const release: FakeGitHubRelease = {
    id: ++nextId,
    tag_name: tag,
    name: String(body.name),
    body: String(body.body),
    prerelease: body.prerelease === true,
    html_url: `${github.url}/${github.repository}/releases/tag/${encodeURIComponent(tag)}`,
  };
  github.releases.push(release);
  answerJson(response, 201, release);
}

async function updateRelease(call: Call): Promise<void> {
  mayWrite(call, "contents");
  const release = call.github.releases.find(({ id }) => id === Number(call.groups[0]));
  if (release === undefined) throw new Refusal(404, "Not Found");
  const body = await jsonOf(call);
  if (typeof body.body === "string") release.body = body.body;
  answerJson(call.response, 200, release);
}

function showRef({ github, response, groups }: Call): void {
  const tag = /^tags\/(.+)$/.exec(groups[0] ?? "")?.[1];
  if (tag === undefined || !github.tags.has(tag)) throw new Refusal(404, "Not Found");
  answerJson(response, 200, { ref: `refs/tags/${tag}`, object: { type: "commit", sha: "0".repeat(40) } });
}

function compare({ github, response, groups }: Call): void {
  const sha = github.mergeBases.get(groups[0] ?? "");
  if (sha === undefined) throw new Refusal(404, "Not Found");
  answerJson(response, 200, { merge_base_commit: { sha } });
}

/** Answers a request with nothing but a status; for `before`. */
export function fail(response: ServerResponse, status: number): boolean {
  answer(response, status, "");
  return true;
}
