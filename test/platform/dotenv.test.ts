import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DOTENV_MAX_BYTES, dotenvOf } from "../../src/platform/dotenv.ts";
import { capturedPlatform } from "../support/captured.ts";

describe("a dotenv report", () => {
  test("has one line for each output", () => {
    expect(dotenvOf({ module: "example.com/m", "go-sum": "example.com/m v1.0.0 h1:x=" })).toEqual({
      text: "MODWHARF_MODULE=example.com/m\nMODWHARF_GO_SUM=example.com/m v1.0.0 h1:x=\n",
      left: [],
    });
  });

  test.each([
    ["a line end", "v1\nPATH=/evil"],
    ["a carriage return", "v1\rPATH=/evil"],
    ["another line end", "v1\u2028PATH=/evil"],
    ["a variable", "v1-$CI_JOB_TOKEN"],
    ["a Windows variable", "v1-%CI_JOB_TOKEN%"],
  ])("does not carry a value with %s", (_, value) => {
    const { text, left } = dotenvOf({ version: value, module: "m" });
    expect(text).toBe("MODWHARF_MODULE=m\n");
    expect(left).toHaveLength(1);
  });

  test("keeps a percent sign that expands to nothing", () => {
    expect(dotenvOf({ url: "https://h/a%2Fb" }).text).toBe("MODWHARF_URL=https://h/a%2Fb\n");
  });

  test("stays within 20 variables and 5 KB, counting what stands there already", () => {
    const existing = Array.from({ length: 18 }, (_, i) => `OTHER_${i}=x`).join("\n");
    const outputs = { a: "1", b: "2", c: "3" };
    const { text, left } = dotenvOf(outputs, existing);
    expect(text.trim().split("\n")).toHaveLength(20);
    expect(left.map(({ name }) => name)).toEqual(["c"]);
    const large = dotenvOf({ big: "é".repeat(2000), bigger: "é".repeat(2000), small: "x" });
    expect(Buffer.byteLength(large.text)).toBeLessThanOrEqual(DOTENV_MAX_BYTES);
    expect(large.left.map(({ name }) => name)).toEqual(["bigger"]);
  });

  test("replaces its own lines of an earlier step", () => {
    expect(dotenvOf({ version: "v2" }, "MODWHARF_VERSION=v1\nMINE=1\n").text).toBe(
      "MINE=1\nMODWHARF_VERSION=v2\n",
    );
  });
});

describe("outputs of a GitLab job", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "dotenv-"));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(dir, { recursive: true });
  });

  test("that do not fit are in the JSON file beside the report, which the log names", async () => {
    const { platform, stderr } = await capturedPlatform({ GITLAB_CI: "true", CI_PROJECT_DIR: dir });
    await platform.setOutputs({ version: "v1.0.0", modules: "a\nb" });
    expect(await readFile(join(dir, "modwharf.env"), "utf8")).toBe("MODWHARF_VERSION=v1.0.0\n");
    expect(JSON.parse(await readFile(join(dir, "modwharf.json"), "utf8"))).toEqual({
      version: "v1.0.0",
      modules: "a\nb",
    });
    expect(stderr()).toContain("output modules is in");
  });

  test("go nowhere when MODWHARF_DOTENV is empty", async () => {
    const { platform } = await capturedPlatform({
      GITLAB_CI: "true",
      CI_PROJECT_DIR: dir,
      MODWHARF_DOTENV: "",
    });
    await platform.setOutputs({ version: "v1.0.0" });
    await expect(readFile(join(dir, "modwharf.env"))).rejects.toThrow("ENOENT");
  });
});
