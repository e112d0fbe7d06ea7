import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createRepository, fingerprintOf, git, temporaryFolder } from "../source/git-fixture.ts";
import { run } from "../support/run-command.ts";
import { describeWithTools } from "../support/tools.ts";

const goMod = (path: string, ...requires: string[]) =>
  `module ${path}\n\ngo 1.21\n${requires.map((line) => `\nrequire ${line}\n`).join("")}`;

/** A monorepo: two modules, the root requires the nested one; a refused tag beside them on demand. */
function monorepo(extraTags: string[] = []): { dir: string; repo: string } {
  const dir = temporaryFolder();
  const files = {
    "go.mod": goMod("example.com/mono", "example.com/mono/lib v1.1.0"),
    "mono.go": "package mono\n",
    "lib/go.mod": goMod("example.com/mono/lib"),
    "lib/lib.go": "package lib\n",
  };
  const repo = createRepository(join(dir, "repo"), [{ files, tags: ["v0.9.0", "lib/v1.1.0", ...extraTags] }]);
  return { dir, repo };
}

const tree = (dir: string) =>
  readdirSync(dir, { recursive: true, encoding: "utf8" })
    .filter((name) => name.includes("/@v/"))
    .sort();

describeWithTools(["git"], "publish", () => {
  it("refuses allowed signers that nobody asks for, before anything is written", async () => {
    const { dir } = monorepo();
    const raw = { repo: "repo", tag: "v0.9.0", to: "file:registry", "allowed-signers": "signers" };
    const ran = await run("publish", raw, { cwd: dir });
    expect(ran).toMatchObject({
      exitCode: 2,
      json: { error: { fix: expect.stringMatching("--require-signed-tag") } },
    });
    expect(readdirSync(dir)).toEqual(["repo"]);
  });

  it("publishes a tag into a directory, says what consumers need, and changes nothing the second time", async () => {
    const { dir } = monorepo();
    const raw = { repo: "repo", tag: "lib/v1.1.0", to: "file:registry", receipt: "receipt.json" };
    const one = await run("publish", raw, { cwd: dir });
    expect(one.exitCode).toBe(0);
    const [published] = one.json.modules;
    expect(published).toMatchObject({
      module: "example.com/mono/lib",
      version: "v1.1.0",
      tag: "lib/v1.1.0",
      files: 2,
    });
    expect(published.stores).toEqual([
      { url: expect.stringMatching(/^file:.*registry$/), status: "published" },
    ]);
    expect(published.goSum).toEqual([
      `example.com/mono/lib v1.1.0 ${published.h1}`,
      `example.com/mono/lib v1.1.0/go.mod ${published.goModH1}`,
    ]);
    expect(published.goproxy).toMatch(/^file:\/\/.*\/registry$/);
    const at = "example.com/mono/lib/@v/";
    expect(tree(join(dir, "registry"))).toEqual([
      `${at}list`,
      `${at}v1.1.0.info`,
      `${at}v1.1.0.mod`,
      `${at}v1.1.0.zip`,
    ]);
    const receipt = JSON.parse(readFileSync(join(dir, "receipt.json"), "utf8"));
    expect(receipt).toMatchObject({ schema: 1, modules: [published] });

    const before = fingerprintOf(join(dir, "registry"));
    const two = await run("publish", raw, { cwd: dir });
    expect(two.exitCode).toBe(0);
    expect(two.json.modules[0].stores[0].status).toBe("unchanged");
    expect(fingerprintOf(join(dir, "registry"))).toBe(before);
  });

  it("publishes all tags of a commit, dependencies first", async () => {
    const { dir } = monorepo();
    const { exitCode, json } = await run(
      "publish",
      { repo: "repo", "tags-at": "main", to: "file:a, file:b" },
      { cwd: dir },
    );
    expect(exitCode).toBe(0);
    expect(json.modules.map((one: { module: string }) => one.module)).toEqual([
      "example.com/mono/lib",
      "example.com/mono",
    ]);
    expect(json.modules[0].stores).toHaveLength(2);
    expect(tree(join(dir, "a"))).toEqual(tree(join(dir, "b")));
    expect(tree(join(dir, "a"))).toHaveLength(8);
  });

  it("writes nothing at all when one of several tags is refused", async () => {
    const { dir } = monorepo(["v2.0.0"]);
    const ran = await run(
      "publish",
      { repo: "repo", "tags-at": "main", to: "file:a" },
      { cwd: dir, platform: "github" },
    );
    expect(ran.exitCode).toBe(1);
    expect(ran.json.findings).toEqual([
      expect.objectContaining({
        rule: "tag-major-mismatch",
        subject: "v2.0.0",
        message: expect.stringContaining("example.com/mono/v2"),
      }),
    ]);
    expect(ran.annotations).toEqual(ran.json.findings);
    expect(readdirSync(dir)).toEqual(["repo"]);
  });

  it("names the modules that are published already when a later one fails", async () => {
    const { dir } = monorepo();
    createRepository(join(dir, "other"), [
      { files: { "go.mod": goMod("example.com/mono"), "a.go": "package mono // other\n" }, tags: ["v0.9.0"] },
    ]);
    await run("publish", { repo: "other", tag: "v0.9.0", to: "file:a" }, { cwd: dir });
    const ran = await run("publish", { repo: "repo", "tags-at": "main", to: "file:a" }, { cwd: dir });
    expect(ran.exitCode).toBe(4);
    expect(ran.json.error).toMatchObject({
      code: "VERSION_CHANGED",
      message: expect.stringContaining("published before it: example.com/mono/lib@v1.1.0"),
    });
  });

  it("refuses other content under a published version with both hashes, exit code 4", async () => {
    const { dir, repo } = monorepo();
    const first = await run("publish", { repo: "repo", tag: "lib/v1.1.0", to: "file:a" }, { cwd: dir });
    const other = createRepository(join(dir, "other"), [
      {
        files: { "lib/go.mod": goMod("example.com/mono/lib"), "lib/lib.go": "package lib // changed\n" },
        tags: ["lib/v1.1.0"],
      },
    ]);
    expect(other).not.toBe(repo);
    const before = fingerprintOf(join(dir, "a"));
    const second = await run(
      "publish",
      { repo: "other", tag: "lib/v1.1.0", to: "file:a,file:b" },
      { cwd: dir },
    );
    expect(second.exitCode).toBe(4);
    expect(second.json.error.code).toBe("VERSION_CHANGED");
    expect(second.json.error.message).toContain(first.json.modules[0].h1);
    expect(second.json.error.message).toMatch(/file:.*\/b: published/);
    expect(fingerprintOf(join(dir, "a"))).toBe(before);
  });

  it("takes the tag from the pipeline that it triggered, and hands outputs on", async () => {
    const { dir } = monorepo();
    const trigger = { kind: "tag", tag: "v0.9.0" } as const;
    const ran = await run(
      "publish",
      { repo: "repo", to: "file:a" },
      { cwd: dir, platform: "github", trigger },
    );
    expect(ran.outputs).toMatchObject({
      module: "example.com/mono",
      version: "v0.9.0",
      h1: ran.json.modules[0].h1,
    });
    expect(ran.outputs["go-sum"]?.split("\n")).toHaveLength(2);
    expect(ran.summary).toContain("v0.9.0");
  });

  it("shows with --dry-run what would happen, and writes nothing", async () => {
    const { dir } = monorepo();
    const raw = { repo: "repo", tag: "v0.9.0", to: "file:a", "dry-run": "true", receipt: "r.json" };
    const ran = await run("publish", raw, { cwd: dir });
    expect(ran.json.modules[0].stores[0].status).toBe("would publish");
    expect(readdirSync(dir)).toEqual(["repo"]);
  });

  it("publishes an untagged revision under its pseudo-version, which never enters the list", async () => {
    const { dir, repo } = monorepo();
    writeFileSync(join(dir, "x"), "");
    const commit = git(repo, "rev-parse", "main").slice(0, 12);
    git(repo, "tag", "-d", "v0.9.0");
    const { json } = await run("publish", { repo: "repo", rev: "main", to: "file:a" }, { cwd: dir });
    expect(json.modules[0].version).toMatch(new RegExp(`^v0\\.0\\.0-\\d{14}-${commit}$`));
    expect(tree(join(dir, "a")).filter((name) => name.endsWith("list"))).toEqual([]);
  });

  it("makes the platform's release with what consumers need", async () => {
    const { dir } = monorepo();
    const made: { tag: string; title: string; notes: string; prerelease: boolean }[] = [];
    const releases = {
      upsert: async (release: (typeof made)[number]) => {
        made.push(release);
        return { url: "https://example.com/r/1", status: "created" as const };
      },
    };
    const { json } = await run(
      "publish",
      { repo: "repo", tag: "v0.9.0", to: "file:a", release: "true" },
      { cwd: dir, releases },
    );
    expect(json.releases).toEqual(["https://example.com/r/1"]);
    expect(made).toEqual([
      { tag: "v0.9.0", title: "example.com/mono v0.9.0", prerelease: false, notes: expect.any(String) },
    ]);
    expect(made[0]?.notes).toContain("go get example.com/mono@v0.9.0");
    expect(made[0]?.notes).toContain(json.modules[0].h1);
  });

  it.each([
    [{ to: "file:a" }, 2, "USAGE", /--tag TAG/],
    [{ tag: "v1", rev: "main", to: "file:a" }, 2, "USAGE", /one of tag, tags-at and rev/],
    [{ tag: "v0.9.0" }, 2, "USAGE", /--to/],
    [{ tag: "v0.9.0", to: "ftp://x" }, 2, "USAGE", /ftp/],
    [{ tag: "v0.9.0", to: "nexus+https://h/repository/r" }, 2, "NOT_SUPPORTED", /later/],
    [{ tag: "v0.9.0", to: "file:a,file:./a" }, 2, "USAGE", /twice/],
    [{ tag: "v0.9.1", to: "file:a" }, 2, "REVISION_UNKNOWN", /v0\.9\.1/],
    [
      { "tags-at": "main~0", module: "example.com/none", to: "file:a" },
      2,
      "USAGE",
      /a tag of example.com\/none/,
    ],
  ])("answers %j with exit code %i and what to do", async (raw, exitCode, code, message) => {
    const { dir } = monorepo();
    const ran = await run("publish", { repo: "repo", ...raw }, { cwd: dir });
    expect(ran.json.error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(ran.exitCode).toBe(exitCode);
    expect(readdirSync(dir)).toEqual(["repo"]);
  });
});
