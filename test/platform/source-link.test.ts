import { afterEach, describe, expect, test, vi } from "vitest";
import { sourceLinkOf } from "../../src/platform/source-link.ts";
import { manyFindings } from "../report/sample.ts";
import { capturedPlatform } from "../support/captured.ts";

afterEach(() => vi.unstubAllEnvs());

const [finding] = manyFindings(1, { file: "a b/c#d.go", line: 3 });
const A = "a".repeat(40);

describe("links to the source", () => {
  test("on GitHub and GitLab name the commit", async () => {
    const github = await capturedPlatform({
      GITHUB_ACTIONS: "true",
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_REPOSITORY: "o/r",
      GITHUB_SHA: A,
    });
    expect(sourceLinkOf(github.platform)?.(finding!)).toBe(
      `https://github.com/o/r/blob/${A}/a%20b/c%23d.go#L3`,
    );
    const gitlab = await capturedPlatform({
      GITLAB_CI: "true",
      CI_PROJECT_URL: "https://h/g/p",
      CI_COMMIT_SHA: A,
    });
    expect(sourceLinkOf(gitlab.platform)?.(finding!)).toBe(`https://h/g/p/-/blob/${A}/a%20b/c%23d.go#L3`);
    expect(sourceLinkOf(gitlab.platform)?.({ ...finding!, file: "../x" })).toBeUndefined();
  });

  test("in a shell are none", async () => {
    expect(sourceLinkOf((await capturedPlatform({})).platform)).toBeUndefined();
  });
});
