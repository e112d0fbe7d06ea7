import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Conversation, isUnavailable } from "../../src/platform/platform.ts";
import { publishComment } from "../../src/platform/publish-comment.ts";
import { commentMarker } from "../../src/report/comment.ts";
import { clean, sample } from "../report/sample.ts";
import { type Captured, capturedPlatform } from "../support/captured.ts";
import { type FakeGitHub, GITHUB_BOT, GITHUB_READER, startFakeGitHub } from "../support/fake-github.ts";
import { FAKE_PROJECT, FAKE_TOKENS, type FakeGitLab, startFakeGitLab } from "../support/fake-gitlab.ts";
import { noteRoutes, notesOf, userOf } from "../support/fake-gitlab-notes.ts";
import { answer } from "../support/http-fixture.ts";

/** One way to look at both platforms' comments. */
interface Place {
  start(): Promise<void>;
  stop(): Promise<void>;
  open(token: "writer" | "reader"): Promise<Captured>;
  bodies(): string[];
  /** Adds a comment of somebody else's. */
  byOther(body: string): void;
  writes(): number;
  unknown(): string[];
}

const A = "a".repeat(40);
const B = "b".repeat(40);

function onGitHub(enterprise: boolean): Place {
  let github: FakeGitHub;
  let dir: string;
  return {
    async start() {
      github = await startFakeGitHub({ enterprise });
      dir = await mkdtemp(join(tmpdir(), "event-"));
      const head = { ref: "f", sha: A, repo: { full_name: "fork/widget" } };
      const base = { ref: "main", sha: B, repo: { full_name: github.repository } };
      const event = { pull_request: { number: 7, title: "t", head, base } };
      await writeFile(join(dir, "event.json"), JSON.stringify(event));
    },
    async stop() {
      await github.close();
      await rm(dir, { recursive: true });
    },
    open: (token) =>
      capturedPlatform({
        GITHUB_ACTIONS: "true",
        GITHUB_API_URL: github.apiUrl,
        GITHUB_SERVER_URL: "https://github.example",
        GITHUB_REPOSITORY: github.repository,
        GITHUB_TOKEN: (token === "writer" ? GITHUB_BOT : GITHUB_READER).value,
        GITHUB_EVENT_NAME: "pull_request",
        GITHUB_EVENT_PATH: join(dir, "event.json"),
      }),
    bodies: () => github.comments.get(7)!.map(({ body }) => body),
    byOther: (body) =>
      github.comments
        .get(7)!
        .push({ id: github.comments.get(7)!.length + 1, body, user: { login: "mallory" } }),
    writes: () => github.log.filter((line) => /^(?:POST|PATCH) \S*\/comments/.test(line)).length,
    unknown: () => github.unknown,
  };
}

function onGitLab(): Place {
  let gitlab: FakeGitLab;
  const [, writer, reader, stranger] = FAKE_TOKENS;
  return {
    async start() {
      gitlab = await startFakeGitLab({ routes: noteRoutes });
      // A reporter may comment, so the reader of this test is a guest.
      gitlab.options.tokens = FAKE_TOKENS.map((token) =>
        token === reader ? { ...token, role: "guest" } : token,
      );
    },
    stop: () => gitlab.close(),
    open: (token) =>
      capturedPlatform({
        GITLAB_CI: "true",
        CI_API_V4_URL: gitlab.apiUrl,
        CI_PROJECT_ID: "77",
        CI_MERGE_REQUEST_PROJECT_ID: String(FAKE_PROJECT.id),
        CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "77",
        CI_MERGE_REQUEST_IID: "7",
        CI_JOB_TOKEN: FAKE_TOKENS[0]!.value,
        MODWHARF_GITLAB_TOKEN: (token === "writer" ? writer : reader)!.value,
      }),
    bodies: () => notesOf(gitlab, 7).map(({ body }) => body),
    byOther: (body) =>
      notesOf(gitlab, 7).push({
        id: gitlab.nextId(),
        body,
        system: false,
        author: userOf(gitlab, stranger!),
      }),
    writes: () => gitlab.log.filter((line) => /^(?:POST|PUT) \S*\/notes/.test(line)).length,
    unknown: () => gitlab.unknown,
  };
}

describe.each([
  ["GitHub", () => onGitHub(false)],
  ["GitHub Enterprise Server", () => onGitHub(true)],
  ["GitLab", onGitLab],
] as const)("a sticky comment on %s", (_, make) => {
  let place: Place;
  beforeEach(async () => {
    place = make();
    await place.start();
  });
  afterEach(async () => {
    expect(place.unknown()).toEqual([]);
    vi.unstubAllEnvs();
    await place.stop();
  });

  async function conversation(): Promise<Conversation> {
    const opened = await (await place.open("writer")).platform.conversation();
    if (isUnavailable(opened)) throw new Error(opened.unavailable);
    return opened;
  }

  test("is created once, updated, left alone when equal, and resolved", async () => {
    const talk = await conversation();
    expect(await talk.resolve("k", "all well")).toBe("absent");
    expect(await talk.upsert("k", "one")).toBe("created");
    expect(await talk.upsert("k", "one")).toBe("unchanged");
    expect(await talk.upsert("k", "two")).toBe("updated");
    expect(await talk.resolve("k", "all well")).toBe("updated");
    expect(await talk.resolve("k", "all well")).toBe("unchanged");
    expect(place.bodies()).toEqual([`${commentMarker("k")}\nall well`]);
    expect(place.writes()).toBe(3);
  });

  test("has one place for each key", async () => {
    const talk = await conversation();
    await talk.upsert("k", "one");
    await talk.upsert("k2", "two");
    expect(place.bodies()).toHaveLength(2);
  });

  test("is found behind hundreds of others, and never taken from another author", async () => {
    place.byOther(`${commentMarker("k")}\nforged`);
    for (let i = 0; i < 250; i++) place.byOther(`comment ${i}`);
    const talk = await conversation();
    expect(await talk.upsert("k", "mine")).toBe("created");
    for (let i = 0; i < 50; i++) place.byOther(`later ${i}`);
    expect(await talk.upsert("k", "mine, again")).toBe("updated");
    expect(place.bodies()[0]).toBe(`${commentMarker("k")}\nforged`);
    expect(place.bodies()[251]).toBe(`${commentMarker("k")}\nmine, again`);
  });

  test("quoted further down in a comment is not ours", async () => {
    const talk = await conversation();
    await talk.upsert("other", `see\n${commentMarker("k")}`);
    expect(await talk.upsert("k", "x")).toBe("created");
  });

  test("is refused for a token that only reads, and the log says so", async () => {
    const { platform, stdout, stderr } = await place.open("reader");
    expect(await publishComment(platform, sample, "k")).toBe("denied");
    expect(stdout() + stderr()).toMatch(/no comment: the token may not write here, as usual for a fork/);
    expect(place.bodies()).toEqual([]);
  });

  test("follows a report from trouble to rest", async () => {
    const { platform } = await place.open("writer");
    expect(await publishComment(platform, clean, "k")).toBe("absent");
    expect(await publishComment(platform, sample, "k")).toBe("created");
    expect(await publishComment(platform, sample, "k")).toBe("unchanged");
    expect(await publishComment(platform, clean, "k")).toBe("updated");
    expect(place.bodies()[0]).toContain("✔ modwharf gate");
  });

  test("carries no secret", async () => {
    const talk = await conversation();
    await talk.upsert("k", "clone https://oauth2:glpat-maintainertoken000@h/x");
    expect(place.bodies()[0]).toBe(`${commentMarker("k")}\nclone https://***@h/x`);
  });
});

describe("a conversation", () => {
  afterEach(() => vi.unstubAllEnvs());

  test("outside of a request is unavailable", async () => {
    for (const env of [{ GITHUB_ACTIONS: "true" }, { GITLAB_CI: "true" }, {}]) {
      const { platform, stdout, stderr } = await capturedPlatform(env);
      expect(await publishComment(platform, sample, "k")).toBe("unavailable");
      expect(stdout() + stderr()).toMatch(/^no comment: /);
    }
  });

  test("with a job token only says what is needed instead", async () => {
    const { platform } = await capturedPlatform({
      GITLAB_CI: "true",
      CI_API_V4_URL: "http://127.0.0.1:9/api/v4",
      CI_MERGE_REQUEST_PROJECT_ID: "42",
      CI_MERGE_REQUEST_IID: "7",
      CI_JOB_TOKEN: "glcbt-64_jobtokenjobtoken",
    });
    expect(await platform.conversation()).toEqual({
      unavailable: expect.stringMatching(
        /a job token may not post merge request notes: set MODWHARF_GITLAB_TOKEN/,
      ),
    });
  });

  test("on GitHub posts once, even when the answer is an error", async () => {
    const place = onGitHub(false);
    await place.start();
    let posts = 0;
    const github = await startFakeGitHub();
    github.before = (request, response) => {
      if (request.method !== "POST" || request.url === "/graphql") return false;
      posts++;
      answer(response, 502, "");
      return true;
    };
    const { platform } = await place.open("writer");
    const again = await capturedPlatform({ ...platform.env, GITHUB_API_URL: github.apiUrl });
    expect(await publishComment(again.platform, sample, "k")).toBe("failed");
    expect(posts).toBe(1);
    await github.close();
    await place.stop();
  });
});

describe("the base of a pull request", () => {
  afterEach(() => vi.unstubAllEnvs());

  test("is the merge base, as GitHub knows it", async () => {
    const github = await startFakeGitHub();
    const dir = await mkdtemp(join(tmpdir(), "event-"));
    const event = join(dir, "event.json");
    await writeFile(
      event,
      JSON.stringify({ pull_request: { number: 7, head: { sha: A }, base: { sha: B } } }),
    );
    const env = {
      GITHUB_ACTIONS: "true",
      GITHUB_API_URL: github.apiUrl,
      GITHUB_REPOSITORY: github.repository,
      GITHUB_TOKEN: GITHUB_READER.value,
      GITHUB_EVENT_PATH: event,
    };
    expect(await (await capturedPlatform(env)).platform.mergeRequestBase()).toBeUndefined();
    github.mergeBases.set(`${B}...${A}`, "c".repeat(40));
    expect(await (await capturedPlatform(env)).platform.mergeRequestBase()).toBe("c".repeat(40));
    await github.close();
    await rm(dir, { recursive: true });
  });
});
