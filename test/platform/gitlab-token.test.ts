import { describe, expect, test } from "vitest";
import { gitlabToken, tokenRefusal } from "../../src/platform/gitlab-token.ts";
import { servicesFromEnv } from "../../src/platform/services.ts";

describe("the GitLab token", () => {
  const all = {
    MODWHARF_GITLAB_TOKEN: "private",
    MODWHARF_GITLAB_DEPLOY_TOKEN: "deploy",
    CI_JOB_TOKEN: "job",
    CI_DEPLOY_PASSWORD: "project-deploy",
  };

  test("is the most deliberate one", () => {
    const { MODWHARF_GITLAB_TOKEN: _, ...second } = all;
    const { MODWHARF_GITLAB_DEPLOY_TOKEN: __, ...third } = second;
    const { CI_JOB_TOKEN: ___, ...fourth } = third;
    expect([all, second, third, fourth, {}].map(gitlabToken)).toEqual([
      { kind: "private", value: "private" },
      { kind: "deploy", value: "deploy" },
      { kind: "job", value: "job" },
      { kind: "deploy", value: "project-deploy" },
      undefined,
    ]);
  });

  test("that cannot do it is named together with one that can", () => {
    expect(tokenRefusal({ kind: "job", value: "x" }, "notes")).toMatch(
      /a job token may not post merge request notes: set MODWHARF_GITLAB_TOKEN to a project access token/,
    );
    expect(tokenRefusal({ kind: "deploy", value: "x" }, "releases")).toMatch(
      /deploy token may not create releases/,
    );
    expect(tokenRefusal(undefined, "packages")).toMatch(/there is no token to upload packages/);
    expect(tokenRefusal({ kind: "job", value: "x" }, "releases")).toBeUndefined();
    expect(tokenRefusal({ kind: "deploy", value: "x" }, "packages")).toBeUndefined();
    expect(tokenRefusal({ kind: "private", value: "x" }, "notes")).toBeUndefined();
  });
});

describe("services", () => {
  test("of a GitLab behind a relative URL", () => {
    expect(
      servicesFromEnv({ CI_API_V4_URL: "https://h/gitlab/api/v4", CI_PROJECT_ID: "1" }).gitlab,
    ).toMatchObject({
      apiUrl: "https://h/gitlab/api/v4",
      projectId: "1",
    });
    expect(servicesFromEnv({ CI_SERVER_URL: "https://h/gitlab/" }).gitlab?.apiUrl).toBe(
      "https://h/gitlab/api/v4",
    );
  });

  test("of GitHub Enterprise Server", () => {
    const env = { GITHUB_REPOSITORY: "o/r", GITHUB_API_URL: "https://ghe.example/api/v3", GITHUB_TOKEN: "t" };
    expect(servicesFromEnv(env).github).toEqual({
      apiUrl: "https://ghe.example/api/v3",
      repository: "o/r",
      token: "t",
    });
  });

  test("of a bare shell are none", () => {
    expect(servicesFromEnv({})).toEqual({});
  });
});
