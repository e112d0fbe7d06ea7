import { chownSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { readArchive } from "../../src/source/archive.ts";
import { openRepository, type Repository } from "../../src/source/repository.ts";
import { resolveTag } from "../../src/source/tags.ts";
import {
  createRepository,
  type FixtureCommit,
  fingerprintOf,
  git,
  gitEnv,
  temporaryFolder,
} from "./git-fixture.ts";

const commits: FixtureCommit[] = [
  { files: { "go.mod": "module example.com/m\n", "old.go": "package m\n" }, tags: ["v1.0.0"] },
  {
    files: {
      "go.mod": "module example.com/m\n",
      "a.go": "package m\n",
      "sub/b.txt": "b\n",
      "run.sh": { executable: "x" },
    },
    annotatedTags: ["v1.1.0"],
  },
];

async function open(dir: string, env: Record<string, string | undefined> = process.env): Promise<Repository> {
  const repository = await openRepository({ dir, env });
  onTestFinished(() => repository.close());
  return repository;
}

/** Path to content of everything that a tag's archive holds. */
async function filesOf(repository: Repository, tag = "v1.1.0"): Promise<Record<string, string>> {
  const { commit, dir } = await resolveTag(repository, tag);
  const files: Record<string, string> = {};
  await readArchive(repository, { commit: commit.id, dir }, async (entries) => {
    for await (const entry of entries) {
      const chunks: Uint8Array[] = [];
      if (entry.content instanceof Uint8Array) chunks.push(entry.content);
      else for await (const chunk of entry.content) chunks.push(chunk);
      files[entry.path] = Buffer.concat(chunks).toString("utf8");
      expect(entry.sizeBytes).toBe(Buffer.concat(chunks).length);
    }
  });
  return files;
}

const expected = {
  "go.mod": "module example.com/m\n",
  "a.go": "package m\n",
  "sub/b.txt": "b\n",
  "run.sh": "x",
};

function remoteOf(dir: string): string {
  return `file://${dir}`;
}

describe("openRepository reads", () => {
  test("a checkout, from any folder in it", async () => {
    const dir = createRepository(join(temporaryFolder(), "repo"), commits);
    git(dir, "checkout", "-q", "main");
    expect(await filesOf(await open(dir))).toEqual(expected);
    expect(await filesOf(await open(join(dir, "sub")))).toEqual(expected);
  });

  test("a bare repository", async () => {
    const dir = createRepository(join(temporaryFolder(), "repo"), commits);
    expect(await filesOf(await open(join(dir, ".git")))).toEqual(expected);
  });

  test("a linked work tree", async () => {
    const dir = createRepository(join(temporaryFolder(), "repo"), commits);
    git(dir, "worktree", "add", "-q", join(dir, "../linked"), "v1.0.0");
    expect(await filesOf(await open(join(dir, "../linked")))).toEqual(expected);
  });

  test("a submodule, whose .git is a file", async () => {
    const base = temporaryFolder();
    const inner = createRepository(join(base, "inner"), commits);
    const outer = createRepository(join(base, "outer"), [{ files: { x: "x" } }]);
    git(outer, "checkout", "-q", "main");
    git(outer, "-c", "protocol.file.allow=always", "submodule", "add", "-q", inner, "dep");
    expect(readFileSync(join(outer, "dep/.git"), "utf8")).toMatch(/^gitdir: /);
    expect(await filesOf(await open(join(outer, "dep")))).toEqual(expected);
  });

  test("a chain of alternates", async () => {
    const base = temporaryFolder();
    const first = createRepository(join(base, "first"), commits);
    git(base, "clone", "-q", "--shared", "--bare", first, "second.git");
    git(base, "clone", "-q", "--shared", "--bare", "second.git", "third.git");
    expect(await filesOf(await open(join(base, "third.git")))).toEqual(expected);
  });

  test("a path that alternates must quote", async () => {
    const dir = createRepository(join(temporaryFolder(), 'odd "name" \\ # ü'), commits);
    expect(await filesOf(await open(dir))).toEqual(expected);
  });

  test("a repository with sha256 object names", async () => {
    const dir = createRepository(join(temporaryFolder(), "repo"), commits, "--object-format=sha256");
    const repository = await open(dir);
    expect(repository.objectFormat).toBe("sha256");
    expect(await filesOf(repository)).toEqual(expected);
    expect((await resolveTag(repository, "v1.1.0")).commit.id).toMatch(/^[0-9a-f]{64}$/);
  });

  test("a shallow clone", async () => {
    const base = temporaryFolder();
    const origin = createRepository(join(base, "origin"), commits);
    git(base, "clone", "-q", "--depth=1", "--branch=v1.1.0", remoteOf(origin), "shallow");
    const repository = await open(join(base, "shallow"));
    expect(repository.shallowCommits.size).toBe(1);
    expect(await filesOf(repository)).toEqual(expected);
  });

  test.skipIf(process.getuid?.() !== 0)("a checkout that belongs to another user", async () => {
    const dir = createRepository(join(temporaryFolder(), "repo"), commits);
    chownSync(dir, 12345, 12345);
    chownSync(join(dir, ".git"), 12345, 12345);
    expect(() => git(dir, "rev-parse", "HEAD")).toThrow(/dubious ownership/);
    expect(await filesOf(await open(dir))).toEqual(expected);
  });
});

describe("nothing of the surroundings changes a byte", () => {
  test("the user's configuration, attributes, hooks and GIT_ variables", async () => {
    const base = temporaryFolder();
    const files = {
      ...commits[1]!.files,
      ".gitattributes": "*.txt text\n*.lfs filter=up\nkeep export-ignore\n",
      "x.lfs": "raw",
      keep: "k",
    };
    const dir = createRepository(join(base, "repo"), [{ files, tags: ["v1.1.0"] }]);
    mkdirSync(join(base, "home/.config/git"), { recursive: true });
    const hostile = '[core]\n\tautocrlf = true\n\teol = crlf\n[filter "up"]\n\tsmudge = tr a-z A-Z\n';
    writeFileSync(join(base, "home/.gitconfig"), hostile);
    writeFileSync(join(base, "home/.config/git/attributes"), "* eol=crlf ident\n");
    writeFileSync(join(dir, ".git/info/attributes"), "* eol=crlf export-ignore\n");
    git(dir, "config", "core.autocrlf", "true");
    git(dir, "config", "filter.up.smudge", "tr a-z A-Z");
    const env = {
      ...process.env,
      HOME: join(base, "home"),
      GIT_DIR: "/nowhere",
      GIT_INDEX_FILE: "/nowhere",
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "core.eol",
      GIT_CONFIG_VALUE_0: "crlf",
    };
    expect(await filesOf(await open(dir, env))).toEqual(files2text(files));
  });

  test("replace refs", async () => {
    const dir = createRepository(join(temporaryFolder(), "repo"), commits);
    git(dir, "replace", "v1.1.0^{commit}", "v1.0.0");
    expect(await filesOf(await open(dir))).toEqual(expected);
  });
});

function files2text(files: FixtureCommit["files"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([path, file]) => [
      path,
      typeof file === "object" && "executable" in file ? file.executable : String(file),
    ]),
  );
}

describe("the user's repository", () => {
  test("is never written to", async () => {
    const dir = createRepository(join(temporaryFolder(), "repo"), commits);
    git(dir, "checkout", "-q", "main");
    const before = fingerprintOf(dir);
    const repository = await open(dir);
    await filesOf(repository);
    await repository.close();
    expect(fingerprintOf(dir)).toBe(before);
  });

  test("may be a read-only partial clone: missing files are explained, never fetched", async () => {
    const base = temporaryFolder();
    const origin = createRepository(join(base, "origin"), commits);
    git(origin, "config", "uploadpack.allowFilter", "true");
    git(base, "clone", "-q", "--no-checkout", "--filter=blob:none", remoteOf(origin), "partial");
    const dir = join(base, "partial");
    const before = fingerprintOf(dir);
    const repository = await open(dir);
    expect(repository.isPartialClone).toBe(true);
    await expect(resolveTag(repository, "v1.1.0")).rejects.toMatchObject({
      code: "OBJECTS_MISSING",
      fix: expect.stringContaining("--filter"),
    });
    expect(fingerprintOf(dir)).toBe(before);
    git(dir, "checkout", "-q", "v1.1.0");
    expect(await filesOf(await open(dir))).toEqual(expected);
  });

  test("tells its origin without user info", async () => {
    const dir = createRepository(join(temporaryFolder(), "repo"), commits);
    git(dir, "remote", "add", "origin", "https://gitlab-ci-token:s3cret-token@gitlab.example/a/b.git");
    git(dir, "remote", "add", "fork", "https://gitlab.example/me/b.git");
    expect((await open(dir)).originUrl).toBe("https://gitlab.example/a/b.git");
  });
});

describe("openRepository refuses", () => {
  test.each([
    ["a folder outside of any repository", () => temporaryFolder()],
    ["a missing folder", () => join(temporaryFolder(), "missing")],
  ])("%s", async (_name, make) => {
    await expect(openRepository({ dir: make(), env: gitEnv })).rejects.toMatchObject({
      code: "NOT_A_REPOSITORY",
    });
  });

  test("a machine without git", async () => {
    const opening = openRepository({ dir: temporaryFolder(), env: gitEnv, gitPath: "/nowhere/git" });
    await expect(opening).rejects.toMatchObject({ code: "TOOL_MISSING" });
  });
});
