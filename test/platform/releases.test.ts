import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { isUnavailable, type Releases } from "../../src/platform/platform.ts";
import { withSection } from "../../src/platform/release-notes.ts";
import { capturedPlatform } from "../support/captured.ts";
import { type FakeGitHub, GITHUB_BOT, GITHUB_READER, startFakeGitHub } from "../support/fake-github.ts";
import { FAKE_PROJECT, FAKE_TOKENS, type FakeGitLab, startFakeGitLab } from "../support/fake-gitlab.ts";
import { noteRoutes, releasesOf, tagsOf } from "../support/fake-gitlab-notes.ts";

afterEach(() => vi.unstubAllEnvs());

const release = { tag: "sub/v1.2.0-rc.1", title: "sub v1.2.0-rc.1", notes: "go get x", prerelease: true };

async function open(env: Record<string, string>): Promise<Releases> {
  const releases = await (await capturedPlatform(env)).platform.releases();
  if (isUnavailable(releases)) throw new Error(releases.unavailable);
  return releases;
}

describe("a release on GitHub", () => {
  let github: FakeGitHub;
  beforeEach(async () => {
    github = await startFakeGitHub();
    github.tags.add(release.tag);
  });
  afterEach(async () => {
    expect(github.unknown).toEqual([]);
    await github.close();
  });
  const env = (token = GITHUB_BOT.value) => ({
    GITHUB_ACTIONS: "true",
    GITHUB_API_URL: github.apiUrl,
    GITHUB_REPOSITORY: github.repository,
    GITHUB_TOKEN: token,
  });

  test("is created for the tag, then left alone, then updated", async () => {
    const releases = await open(env());
    const made = await releases.upsert(release);
    expect(made).toEqual({ url: expect.stringContaining("sub%2Fv1.2.0-rc.1"), status: "created" });
    expect(github.releases[0]).toMatchObject({
      tag_name: release.tag,
      name: release.title,
      prerelease: true,
    });
    expect((await releases.upsert(release)).status).toBe("unchanged");
    expect((await releases.upsert({ ...release, notes: "go get y" })).status).toBe("updated");
    expect(github.releases).toHaveLength(1);
    expect(github.releases[0]?.body).toBe("<!-- modwharf:release -->\ngo get y\n<!-- /modwharf:release -->");
  });

  test("keeps what people wrote", async () => {
    const releases = await open(env());
    const body = "# Highlights\r\n\r\n* by hand";
    github.releases.push({ id: 1, tag_name: release.tag, name: "n", body, prerelease: false, html_url: "u" });
    expect(await releases.upsert(release)).toEqual({ url: "u", status: "updated" });
    expect(github.releases[0]?.body?.startsWith(`${body}\n\n<!-- modwharf:release -->\n`)).toBe(true);
    expect(github.releases[0]?.prerelease).toBe(false);
  });

  test("creates no tag", async () => {
    const releases = await open(env());
    await expect(releases.upsert({ ...release, tag: "v9.9.9" })).rejects.toMatchObject({
      code: "REMOTE_NOT_FOUND",
      subject: "v9.9.9",
    });
    expect(github.tags.has("v9.9.9")).toBe(false);
  });

  test("without the permission names it", async () => {
    const releases = await open(env(GITHUB_READER.value));
    await expect(releases.upsert(release)).rejects.toMatchObject({
      code: "REMOTE_AUTH",
      fix: "grant the job `permissions: contents: write`",
    });
  });
});

describe("a release on GitLab", () => {
  let gitlab: FakeGitLab;
  beforeEach(async () => {
    gitlab = await startFakeGitLab({ routes: noteRoutes });
    tagsOf(gitlab).add(release.tag);
  });
  afterEach(async () => {
    expect(gitlab.unknown).toEqual([]);
    await gitlab.close();
  });
  const env = (more: Record<string, string> = { CI_JOB_TOKEN: FAKE_TOKENS[0]!.value }) => ({
    GITLAB_CI: "true",
    CI_API_V4_URL: gitlab.apiUrl,
    CI_PROJECT_ID: String(FAKE_PROJECT.id),
    ...more,
  });

  test("is created with the job token, then left alone, then updated", async () => {
    const releases = await open(env());
    expect(await releases.upsert(release)).toEqual({
      url: `${gitlab.url}/platform/go-registry/-/releases/sub%2Fv1.2.0-rc.1`,
      status: "created",
    });
    expect((await releases.upsert(release)).status).toBe("unchanged");
    expect((await releases.upsert({ ...release, notes: "go get y" })).status).toBe("updated");
    expect(releasesOf(gitlab).get(release.tag)?.description).toContain("go get y");
  });

  test("creates no tag", async () => {
    await expect((await open(env())).upsert({ ...release, tag: "v9.9.9" })).rejects.toMatchObject({
      code: "REMOTE",
      subject: "v9.9.9",
      fix: expect.stringMatching(/tag is pushed/),
    });
    expect(releasesOf(gitlab).size).toBe(0);
  });

  test("cannot be made with a deploy token", async () => {
    const { platform } = await capturedPlatform(env({ MODWHARF_GITLAB_DEPLOY_TOKEN: FAKE_TOKENS[4]!.value }));
    expect(await platform.releases()).toEqual({
      unavailable: expect.stringMatching(/a deploy token may not create releases/),
    });
  });
});

describe("release notes", () => {
  test("replace our section only", () => {
    const first = withSection("before", "one");
    const between = `${first}\n\nafter\r\n`;
    expect(withSection(between, "two")).toBe(between.replace("one", "two"));
  });

  test("cannot be ended by what is in them", () => {
    const once = withSection("", "a <!-- /modwharf:release --> b");
    expect(withSection(once, "c")).toBe(withSection("", "c"));
  });
});
