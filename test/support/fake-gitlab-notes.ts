import {
  answerPage,
  type FakeCall,
  FakeFailure,
  type FakeGitLab,
  type FakeRoute,
  type FakeToken,
} from "./fake-gitlab.ts";
import { answerJson, bodyOf } from "./http-fixture.ts";

/*
 * Merge request notes, the current user and releases of GitLab's REST API, for fake-gitlab.ts. As in lib/api: the
 * job token is known to releases only; a deploy token to neither; a release needs an existing tag unless `ref`
 * is given.
 */
export interface FakeNote {
  id: number;
  body: string;
  system: boolean;
  author: { id: number; username: string };
}

export interface FakeRelease {
  tag_name: string;
  name: string;
  description: string;
  _links: { self: string };
}

/** The notes of merge request `iid`, oldest first; tests add those of other people here. */
export function notesOf(gitlab: FakeGitLab, iid: number): FakeNote[] {
  return kept(gitlab, `notes/${iid}`, () => []);
}

/** Releases by tag. */
export function releasesOf(gitlab: FakeGitLab): Map<string, FakeRelease> {
  return kept(gitlab, "releases", () => new Map());
}

/** Tags that exist in the project. */
export function tagsOf(gitlab: FakeGitLab): Set<string> {
  return kept(gitlab, "tags", () => new Set());
}

/** The user behind a token: as many users as tokens. */
export function userOf(gitlab: FakeGitLab, token: FakeToken): { id: number; username: string } {
  const index = gitlab.options.tokens!.indexOf(token);
  return { id: 500 + index, username: `user-${index}` };
}

function kept<T>(gitlab: FakeGitLab, name: string, make: () => T): T {
  if (!gitlab.state.has(name)) gitlab.state.set(name, make());
  return gitlab.state.get(name) as T;
}

/** Tokens that an endpoint does not know are as good as none. */
function only(call: FakeCall, kinds: readonly FakeToken["kind"][]): FakeToken {
  if (call.token === undefined || !kinds.includes(call.token.kind))
    throw new FakeFailure(401, "Unauthorized");
  return call.token;
}

async function jsonOf(call: FakeCall): Promise<Record<string, unknown>> {
  if (!/^application\/json/.test(call.request.headers["content-type"] ?? "")) {
    throw new FakeFailure(415, "The provided content-type is not supported");
  }
  return JSON.parse((await bodyOf(call.request)).toString("utf8")) as Record<string, unknown>;
}

/** GitLab's limit for a note, and for a release's description. */
const MAX_TEXT = 1_000_000;

function textOf(value: unknown, name: string): string {
  if (typeof value !== "string" || value === "") throw new FakeFailure(400, `${name} is missing`);
  if (value.length > MAX_TEXT) throw new FakeFailure(400, `${name} is too long`);
  return value;
}

function listNotes(call: FakeCall): void {
  only(call, ["private"]);
  const notes = notesOf(call.gitlab, Number(call.path.iid));
  const ascending = call.query.get("sort") === "asc";
  answerPage(call, ascending ? notes : [...notes].reverse());
}

async function createNote(call: FakeCall): Promise<void> {
  const token = only(call, ["private"]);
  const body = textOf((await jsonOf(call)).body, "body");
  const note = { id: call.gitlab.nextId(), body, system: false, author: userOf(call.gitlab, token) };
  notesOf(call.gitlab, Number(call.path.iid)).push(note);
  answerJson(call.response, 201, note);
}

async function editNote(call: FakeCall): Promise<void> {
  const token = only(call, ["private"]);
  const note = notesOf(call.gitlab, Number(call.path.iid)).find(({ id }) => id === Number(call.path.note));
  if (note === undefined) throw new FakeFailure(404, "Note Not Found");
  if (note.author.id !== userOf(call.gitlab, token).id) throw new FakeFailure(403, "Forbidden");
  note.body = textOf((await jsonOf(call)).body, "body");
  answerJson(call.response, 200, note);
}

function showRelease(call: FakeCall): void {
  only(call, ["private", "job"]);
  answerJson(call.response, 200, releaseIn(call));
}

function releaseIn(call: FakeCall): FakeRelease {
  const release = releasesOf(call.gitlab).get(decodeURIComponent(call.path.tag!));
  if (release === undefined) throw new FakeFailure(404, "Not Found");
  return release;
}

async function createRelease(call: FakeCall): Promise<void> {
  only(call, ["private", "job"]);
  const body = await jsonOf(call);
  const tag = textOf(body.tag_name, "tag_name");
  if (releasesOf(call.gitlab).has(tag)) throw new FakeFailure(409, "Release already exists");
  if (!tagsOf(call.gitlab).has(tag) && body.ref === undefined)
    throw new FakeFailure(422, "Ref is not specified");
  const release: FakeRelease = {
    tag_name: tag,
    name: typeof body.name === "string" ? body.name : tag,
    description: typeof body.description === "string" ? body.description : "",
    _links: { self: `${call.gitlab.url}/${call.project.path}/-/releases/${encodeURIComponent(tag)}` },
  };
  releasesOf(call.gitlab).set(tag, release);
  answerJson(call.response, 201, release);
}

async function editRelease(call: FakeCall): Promise<void> {
  only(call, ["private", "job"]);
  const release = releaseIn(call);
  const body = await jsonOf(call);
  if (typeof body.description === "string") release.description = body.description;
  answerJson(call.response, 200, release);
}

const NOTES = /^merge_requests\/(?<iid>\d+)\/notes$/;
const NOTE = /^merge_requests\/(?<iid>\d+)\/notes\/(?<note>\d+)$/;
const RELEASES = /^releases$/;
const RELEASE = /^releases\/(?<tag>[^/]+)$/;

export const noteRoutes: readonly FakeRoute[] = [
  { method: "GET", pattern: NOTES, role: "guest", handle: listNotes },
  { method: "POST", pattern: NOTES, role: "reporter", handle: createNote },
  { method: "PUT", pattern: NOTE, role: "reporter", handle: editNote },
  {
    method: "GET",
    pattern: /^user$/,
    instance: true,
    role: "none",
    handle: (call) => answerJson(call.response, 200, userOf(call.gitlab, only(call, ["private"]))),
  },
  { method: "GET", pattern: RELEASE, role: "guest", handle: showRelease },
  { method: "POST", pattern: RELEASES, role: "developer", handle: createRelease },
  { method: "PUT", pattern: RELEASE, role: "developer", handle: editRelease },
];
