import { createHash } from "node:crypto";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { goMod } from "../policy/harness.ts";
import { createRepository, type FixtureCommit, git, temporaryFolder } from "../source/git-fixture.ts";
import { answer, type RunningServer, startServer } from "../support/http-fixture.ts";
import { removeObject } from "../support/remove-object.ts";
import { type Ran, run } from "../support/run-command.ts";

type Files = FixtureCommit["files"];

const base: Files = { "go.mod": goMod(), "a.go": "package m\n\nfunc A() {}\n" };
const head: Files = { ...base, "go.mod": goMod("replace example.com/a => ../a") };

const repository = (...commits: Files[]) =>
  createRepository(
    temporaryFolder(),
    commits.map((files) => ({ files })),
  );
const gate = (cwd: string, raw: Record<string, string> = {}): Promise<Ran> =>
  run("gate", { base: "HEAD~1", offline: "true", ...raw }, { cwd });

describe("clones", () => {
  test("a partial clone lacks files: an error that tells how to fetch them", async () => {
    const origin = repository(base, head);
    git(origin, "config", "uploadpack.allowFilter", "true");
    const clone = join(temporaryFolder(), "clone");
    git(origin, "clone", "-q", "--filter=blob:none", "--no-checkout", `file://${origin}`, clone);
    const ran = await gate(clone);
    expect(ran.exitCode).not.toBe(0);
    expect(ran.json.error).toMatchObject({ code: "OBJECTS_MISSING" });
    expect(ran.json.error.fix).toContain("clone without --filter");
  });

  test("a bare clone is judged, and has nothing to fix", async () => {
    const origin = repository(base, head);
    const clone = join(temporaryFolder(), "clone.git");
    git(origin, "clone", "-q", "--bare", `file://${origin}`, clone);
    expect((await gate(clone)).json).toMatchObject({ blocking: 1 });
    expect((await gate(clone, { fix: "true" })).json.error).toMatchObject({
      code: "USAGE",
      actual: "a bare repository",
    });
  });

  test("a detached head, and a base that is the head", async () => {
    const dir = repository(base, head);
    git(dir, "checkout", "-q", "--detach");
    expect((await gate(dir)).exitCode).toBe(1);
    const same = await gate(dir, { base: "HEAD" });
    expect(same.exitCode).toBe(0);
    expect(same.json).toMatchObject({ blocking: 0, existing: 1 });
  });

  test("a commit that is gone is missing history, not a misspelt name", async () => {
    const dir = repository(base, head);
    git(dir, "tag", "v1.0.0", "HEAD~1");
    removeObject(dir, git(dir, "rev-parse", "v1.0.0"));
    const { error } = (await gate(dir, { base: "v1.0.0" })).json;
    expect(error).toMatchObject({ code: "HISTORY_MISSING", subject: "v1.0.0" });
  });

  test("a submodule in the place of go.mod is no module", async () => {
    const dir = repository(base, base);
    git(dir, "reset", "-q", "--hard");
    git(dir, "rm", "-q", "go.mod");
    git(dir, "update-index", "--add", "--cacheinfo", `160000,${git(dir, "rev-parse", "HEAD")},go.mod`);
    git(dir, "commit", "-qm", "submodule");
    const ran = await gate(dir);
    expect(ran.exitCode).toBe(1);
    expect(ran.json.findings[0]).toMatchObject({ rule: "go-mod-syntax", file: "go.mod", blocking: true });
    expect(ran.json.findings[0].message).toContain("submodule");
  });
});

describe("revisions that careless people type", () => {
  test.each([
    ["mian", "did you mean main?"],
    ["v1.0.O", "did you mean v1.0.0?"],
    ["nowhere", "fetch it (git fetch origin nowhere)"],
    ["origin/nowhere", "fetch it (git fetch origin nowhere)"],
  ])("%s", async (typed, fix) => {
    const dir = repository(base, head);
    git(dir, "tag", "v1.0.0", "HEAD~1");
    for (const [command, raw] of [
      ["gate", { base: typed, offline: "true" }],
      ["api-diff", { base: typed }],
      ["next", { head: typed, offline: "true" }],
    ] as const) {
      const { exitCode, json } = await run(command, raw, { cwd: dir });
      expect(exitCode, command).toBe(2);
      expect(json.error).toMatchObject({ code: "REVISION_UNKNOWN", subject: typed });
      expect(json.error.fix).toContain(fix);
    }
  });

  test("a folder that does not exist", async () => {
    const { error } = (await gate("/", { repo: "/nonexistent-modwharf" })).json;
    expect(error).toMatchObject({ code: "NOT_A_REPOSITORY", actual: "no such folder" });
  });

  test("a repository without go.mod passes, and says why", async () => {
    const ran = await gate(repository({ "a.go": "package a\n" }, { "a.go": "package b\n" }));
    expect(ran.exitCode).toBe(0);
    expect(ran.json.modules).toEqual([]);
  });
});

describe("what a policy extends", () => {
  const servers: RunningServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  const extending = async (from: string, hash: string, more: Files = {}) => {
    const policy = `extends: { from: "${from}", sha256: "${hash}" }\n`;
    return (await gate(repository(base, { ...head, ...more, "modwharf.yaml": policy }))).json.error;
  };

  test.each<[string, string, Files]>([
    ["outside of the repository", "../../etc/passwd", {}],
    ["from the root of the machine", "/etc/passwd", {}],
    ["a file that is not there", "ci/org.yaml", {}],
    ["a plain http URL", "http://example.com/org.yaml", {}],
    ["a symlink", "org.yaml", { "org.yaml": { symlink: "/etc/passwd" } }],
  ])("%s: an error", async (_name, from, more) => {
    expect(await extending(from, "0".repeat(64), more)).toMatchObject({
      code: "POLICY_INVALID",
      subject: `modwharf.yaml: extends ${from}`,
    });
  });

  test("another content than the pinned one names both hashes", async () => {
    const error = await extending("org.yaml", "0".repeat(64), { "org.yaml": "preset: strict\n" });
    expect(error).toMatchObject({ code: "HASH_MISMATCH", actual: sha256("preset: strict\n") });
  });

  test("a chain that is too long ends", async () => {
    let text = "preset: strict\n";
    const files: Record<string, string> = {};
    for (let i = 0; i < 8; i++) {
      files[`p${i}.yaml`] = text;
      text = `extends: { from: p${i}.yaml, sha256: "${sha256(text)}" }\n`;
    }
    expect(await extending("p7.yaml", sha256(files["p7.yaml"]!), files)).toMatchObject({
      code: "POLICY_INVALID",
      expected: "at most 5 steps",
    });
  });

  test("a server's files come over https only, so a local one is not asked", async () => {
    const asked: string[] = [];
    const server = await startServer((request, response) => {
      asked.push(request.url ?? "");
      answer(response, 404);
    });
    servers.push(server);
    expect(await extending(`${server.url}/org.yaml`, "0".repeat(64))).toMatchObject({
      code: "POLICY_INVALID",
    });
    expect(asked).toEqual([]);
  });
});
