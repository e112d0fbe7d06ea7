import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createRepository, temporaryFolder } from "../source/git-fixture.ts";
import { run } from "../support/run-command.ts";
import { describeWithTools } from "../support/tools.ts";

const files = {
  "go.mod": "module example.com/m\n\ngo 1.21\n",
  "m.go": "package m\n",
  "vendor/a/a.go": "package a\n",
};

function directory(): string {
  const dir = temporaryFolder();
  mkdirSync(join(dir, "src/vendor/a"), { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, "src", name), content);
  return dir;
}

describeWithTools(["git"], "zip, hash and check-zip of a tag", () => {
  it("agree with each other and with the directory's zip", async () => {
    const dir = directory();
    createRepository(join(dir, "repo"), [{ files, tags: ["v1.0.0"] }]);
    const tagged = await run("zip", { repo: "repo", tag: "v1.0.0", output: "tag.zip" }, { cwd: dir });
    expect(tagged.json).toMatchObject({
      module: "example.com/m",
      version: "v1.0.0",
      files: 2,
      output: join(dir, "tag.zip"),
    });
    expect(tagged.json.omitted).toEqual([expect.objectContaining({ path: "vendor/a/a.go" })]);
    expect(statSync(join(dir, "tag.zip")).size).toBe(tagged.json.zipBytes);

    const plain = await run("zip", { dir: "src", module: "example.com/m", version: "v1.0.0" }, { cwd: dir });
    const { output: _one, ...fromTag } = tagged.json;
    const { output, ...fromDir } = plain.json;
    expect(output).toBe(join(dir, "m-v1.0.0.zip"));
    expect(fromDir).toEqual(fromTag);

    const hashed = await run("hash", { file: "tag.zip" }, { cwd: dir });
    expect(hashed.json).toMatchObject({ kind: "zip", h1: tagged.json.h1 });
    const goMod = await run("hash", { file: "src/go.mod" }, { cwd: dir });
    expect(goMod.json).toMatchObject({ kind: "go.mod", h1: tagged.json.goModH1 });
    const checked = await run(
      "check-zip",
      { file: "tag.zip", module: "example.com/m", version: "v1.0.0" },
      { cwd: dir },
    );
    expect(checked).toMatchObject({ exitCode: 0, json: { files: 2, invalid: [], h1: tagged.json.h1 } });
  });
});

describe("hash", () => {
  it("hashes an extracted module's directory under its name", async () => {
    const dir = directory();
    const one = await run("hash", { file: "src", module: "example.com/m", version: "v1.0.0" }, { cwd: dir });
    const other = await run(
      "hash",
      { file: "src", module: "example.com/m", version: "v1.0.1" },
      { cwd: dir },
    );
    expect(one.json.h1).toMatch(/^h1:[A-Za-z0-9+/]{43}=$/);
    expect(other.json.h1).not.toBe(one.json.h1);
  });

  it.each([
    [{ file: "none.zip" }, "FILE_UNREADABLE", /none\.zip\): got ENOENT\. Fix: check the path/],
    [{ file: "https://example.com/m.zip" }, "FILE_UNREADABLE", /got a URL\. Fix: download it first/],
    [{ file: "src" }, "USAGE", /--module PATH and --version V/],
    [{ file: "src/m.go" }, "ZIP_INVALID", /not a valid zip/],
    [{ file: "src", module: "example.com/m", version: "1.0" }, "MODULE_VERSION", /1\.0/],
    [{ file: "src", module: "example.com/m", version: "v1" }, "MODULE_VERSION", /expected v1\.0\.0/],
    [{ file: "src/go.mod", module: "example.com/m", version: "v1.0.0" }, "USAGE", /check-zip/],
  ])("refuses %j", async (raw, code, message) => {
    const ran = await run("hash", raw, { cwd: directory() });
    expect(ran.json.error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(ran.exitCode).not.toBe(0);
  });
});

describe("check-zip", () => {
  it("names each file that go would refuse, exit code 1", async () => {
    const dir = directory();
    const zip = await run(
      "zip",
      { dir: "src", module: "example.com/m", version: "v1.0.0", output: "m.zip" },
      { cwd: dir },
    );
    expect(zip.exitCode).toBe(0);
    const ran = await run(
      "check-zip",
      { file: "m.zip", module: "example.com/other", version: "v1.0.0" },
      { cwd: dir },
    );
    expect(ran.exitCode).toBe(1);
    expect(ran.json.findings).toHaveLength(2);
    expect(ran.json.findings[0].message).toContain("example.com/m@v1.0.0/go.mod");
    expect(ran.json.h1).toBeUndefined();
  });

  it("notices content that does not match its checksum", async () => {
    const dir = directory();
    await run(
      "zip",
      { dir: "src", module: "example.com/m", version: "v1.0.0", output: "m.zip" },
      { cwd: dir },
    );
    const bytes = readFileSync(join(dir, "m.zip"));
    const at = bytes.indexOf("m.go") + "m.go".length + 3;
    bytes[at] = bytes[at]! ^ 0xff;
    writeFileSync(join(dir, "m.zip"), bytes);
    const ran = await run(
      "check-zip",
      { file: "m.zip", module: "example.com/m", version: "v1.0.0" },
      { cwd: dir },
    );
    expect(ran.exitCode).toBe(1);
    expect(ran.json.error.code).toBe("ZIP_INVALID");
  });
});

describe("check-zip of a folder", () => {
  it("says that a zip is wanted", async () => {
    const options = { file: "src", module: "example.com/m", version: "v1.0.0" };
    const ran = await run("check-zip", options, { cwd: directory() });
    expect(ran).toMatchObject({ exitCode: 2, json: { error: { code: "USAGE", actual: "a folder" } } });
  });
});

describe("zip of a directory", () => {
  const module = { module: "example.com/m", version: "v1.0.0" };

  it("is the same again though the first one lies in it", async () => {
    const cwd = join(directory(), "src");
    const one = await run("zip", { dir: ".", ...module }, { cwd });
    const two = await run("zip", { dir: ".", ...module }, { cwd });
    expect(two.json.h1).toBe(one.json.h1);
    expect(two.json.omitted).toEqual([
      { path: "m-v1.0.0.zip", rule: "own-output", reason: "file is where the zip goes" },
      ...one.json.omitted,
    ]);
  });

  it("warns where go.mod has another path, which go takes for a replacement alone", async () => {
    const cwd = directory();
    const ran = await run("zip", { dir: "src", module: "example.com/n", version: "v1.0.0" }, { cwd });
    expect(ran).toMatchObject({
      exitCode: 0,
      json: { findings: [{ rule: "module-path", level: "warning" }] },
    });
    const own = await run("zip", { dir: "src", ...module }, { cwd });
    expect(own.json.findings).toEqual([]);
  });

  it.each([
    [{ dir: "none", ...module }, "FILE_UNREADABLE", /ENOENT\. Fix: check the path/],
    [{ dir: "src/go.mod", ...module }, "FILE_UNREADABLE", /Fix: name a folder/],
    [{ dir: "none", ...module, output: "src" }, "FILE_UNWRITABLE", /this one is a folder/],
    [{ tag: "v1.0.0", version: "v1.0.1" }, "USAGE", /leave --version out/],
  ])("refuses %j", async (raw, code, message) => {
    const ran = await run("zip", raw, { cwd: directory() });
    expect(ran.json.error).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

describe("zip", () => {
  it.each([
    [{}, /neither/],
    [{ tag: "v1.0.0", dir: "src" }, /both/],
    [{ dir: "src" }, /no --module/],
    [{ dir: "src", module: "example.com/m/v2", version: "v1.0.0" }, /v2/],
  ])("refuses %j and says what it takes", async (raw, message) => {
    const ran = await run("zip", raw, { cwd: directory() });
    expect(ran.exitCode).toBeGreaterThan(0);
    expect(ran.json.error.message).toMatch(message);
  });
});
