import { afterEach, describe, expect, test, vi } from "vitest";
import { addSecret } from "../../src/base/redact.ts";
import { wantsColour } from "../../src/platform/shell.ts";
import { hostileTexts } from "../report/hostile.ts";
import { capturedPlatform } from "../support/captured.ts";

afterEach(() => vi.unstubAllEnvs());

const GITHUB = { GITHUB_ACTIONS: "true" };
const GITLAB = { GITLAB_CI: "true" };

/** Lines that GitHub's runner would obey. */
function commandsIn(text: string): string[] {
  return text.split(/\r\n|[\r\n]/).filter((line) => /^\s*::[a-z]/.test(line) || line.includes("##["));
}

describe("the log of a GitHub step", () => {
  test.each(hostileTexts)("is not commanded by %j", async (text) => {
    const { platform, stdout } = await capturedPlatform(GITHUB);
    platform.log.info(text);
    platform.log.error(text);
    expect(commandsIn(stdout())).toEqual([]);
    platform.log.warn(text);
    platform.log.debug(text);
    await platform.log.group(text, async () => platform.log.info("inside"));
    const names = commandsIn(stdout()).map((line) => /^::([a-z]+)::/.exec(line)?.[1]);
    expect(names).toEqual(["warning", "debug", "group", "endgroup"]);
  });

  test("closes a group when its body throws", async () => {
    const { platform, stdout } = await capturedPlatform(GITHUB);
    await expect(platform.log.group("g", () => Promise.reject(new Error("x")))).rejects.toThrow("x");
    expect(stdout()).toBe("::group::g\n::endgroup::\n");
  });

  test("masks every line of a secret and never shows it itself", async () => {
    const { platform, stdout } = await capturedPlatform(GITHUB);
    platform.log.mask("first%line\n\nsecond-line");
    expect(stdout()).toBe("::add-mask::first%25line\n::add-mask::second-line\n");
    platform.log.info("say first%line\n\nsecond-line");
    expect(stdout()).not.toContain("say first");
  });

  test("leaves stdout to the JSON object", async () => {
    const { platform, stdout, stderr } = await capturedPlatform(GITHUB, { json: true });
    platform.log.info("hello");
    await platform.annotate([{ rule: "r", level: "error", blocking: true, message: "m", subject: "s" }]);
    expect(stdout()).toBe("");
    expect(stderr()).toBe("hello\n::error title=r::m\n");
  });
});

describe("the log of a GitLab job", () => {
  test.each(hostileTexts)("shows no escape and no section of %j", async (text) => {
    const { platform, stderr } = await capturedPlatform(GITLAB);
    platform.log.info(text);
    platform.log.error(text);
    await platform.log.group(text, async () => {});
    const marks = stderr().match(
      /\u001b\[0Ksection_(?:start|end):\d+:modwharf_1(?:\[collapsed=true\])?\r\u001b\[0K/g,
    );
    expect(marks).toHaveLength(2);
    let rest = stderr();
    for (const mark of marks ?? []) rest = rest.replace(mark, "");
    expect(rest.replace(/\u001b\[(?:31|0)m/g, "")).not.toMatch(/[\u001b\r]/);
  });

  test("shows debug lines with CI_DEBUG_TRACE only", async () => {
    const silent = await capturedPlatform(GITLAB);
    silent.platform.log.debug("x");
    expect(silent.stderr()).toBe("");
    const loud = await capturedPlatform({ ...GITLAB, CI_DEBUG_TRACE: "true" });
    loud.platform.log.debug("x");
    expect(loud.stderr()).toContain("debug: x");
  });
});

describe("the log of a shell", () => {
  test("goes to stderr, and progress to a terminal only", async () => {
    const { platform, stdout, stderr } = await capturedPlatform({});
    platform.log.info("a");
    platform.log.warn("b");
    platform.log.progress("1/2");
    expect(stderr()).toBe("a\nwarning: b\n");
    expect(stdout()).toBe("");
    let text = "";
    const write = (chunk: string) => {
      text += chunk;
    };
    const terminal = await capturedPlatform({}, { stderr: { isTTY: true, write } });
    terminal.platform.log.progress("1/2");
    terminal.platform.log.info("done");
    expect(text).toBe("\r\u001b[2K1/2\r\u001b[2Kdone\n");
  });

  test.each([GITHUB, GITLAB, {}])("is errors only when quiet (%j)", async (env) => {
    const { platform, stdout, stderr } = await capturedPlatform(env, { quiet: true });
    platform.log.info("a");
    platform.log.warn("b");
    await platform.log.group("g", async () => platform.log.debug("c"));
    expect(stdout() + stderr()).toBe("");
    platform.log.error("d");
    expect(stdout() + stderr()).toContain("error: d");
  });

  test.each([GITHUB, GITLAB, {}])("shows no secret (%j)", async (env) => {
    addSecret("hunter2-hunter2");
    const { platform, stdout, stderr } = await capturedPlatform(env);
    platform.log.info("password hunter2-hunter2 in https://u:pass@h/");
    expect(stdout() + stderr()).toBe("password *** in https://***@h/\n");
  });

  test("has colour on a terminal that wants it", () => {
    expect(wantsColour({}, { isTTY: true })).toBe(true);
    expect(wantsColour({ NO_COLOR: "1" }, { isTTY: true })).toBe(false);
    expect(wantsColour({ TERM: "dumb" }, { isTTY: true })).toBe(false);
    expect(wantsColour({}, {})).toBe(false);
    expect(wantsColour({ FORCE_COLOR: "1" }, {})).toBe(true);
  });
});
