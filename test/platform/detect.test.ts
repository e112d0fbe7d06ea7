import { describe, expect, test } from "vitest";
import { platformName } from "../../src/platform/detect.ts";

describe("the platform", () => {
  test.each([
    [{}, "shell"],
    [{ CI: "true" }, "shell"],
    [{ GITHUB_ACTIONS: "true" }, "github"],
    [{ GITLAB_CI: "true" }, "gitlab"],
    [{ GITHUB_ACTIONS: "true", MODWHARF_PLATFORM: "shell" }, "shell"],
    [{ MODWHARF_PLATFORM: "gitlab" }, "gitlab"],
    [{ GITLAB_CI: "true", MODWHARF_PLATFORM: "" }, "gitlab"],
  ])("of %j is %s", (env, name) => {
    expect(platformName(env)).toBe(name);
  });

  test("is refused under an unknown name", () => {
    expect(() => platformName({ MODWHARF_PLATFORM: "jenkins" })).toThrow(
      /MODWHARF_PLATFORM\): expected one of shell, github, gitlab, got "jenkins"/,
    );
  });
});
