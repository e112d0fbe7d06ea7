import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { goMod } from "../policy/harness.ts";
import { createRepository, type FixtureCommit, git, temporaryFolder } from "../source/git-fixture.ts";
import { removeObject } from "../support/remove-object.ts";
import { type Ran, type RunOptions, run } from "../support/run-command.ts";

type Files = FixtureCommit["files"];

/** A repository with these commits, checked out, the last one HEAD. */
function repository(...commits: (Files | FixtureCommit)[]): string {
  const list = commits.map((commit) =>
    "files" in commit ? (commit as FixtureCommit) : { files: commit as Files },
  );
  return createRepository(temporaryFolder(), list);
}

const gate = (
  cwd: string,
  raw: Record<string, string> = {},
  options: Partial<RunOptions> = {},
): Promise<Ran> => run("gate", { base: "HEAD~1", offline: "true", ...raw }, { cwd, ...options });

const rulesOf = ({ json }: Ran): string[] => json.findings.map((finding: { rule: string }) => finding.rule);

describe("gate", () => {
  test("ends at once when nothing of Go changed", async () => {
    const dir = repository({ "go.mod": "malformed" }, { "go.mod": "malformed", "README.md": "x" });
    const ran = await gate(dir);
    expect(ran.exitCode).toBe(0);
    expect(ran.json.modules).toEqual([]);
  });

  test("blocks what the change introduces, and reports what was there", async () => {
    const local = "replace example.com/a => ../a";
    const dir = repository(
      { "go.mod": goMod(local), "sub/go.mod": goMod("", "example.com/m/sub") },
      { "go.mod": `${goMod(local)}\n// more\n`, "sub/go.mod": goMod(local, "example.com/m/sub") },
    );
    const ran = await gate(dir);
    expect(ran.exitCode).toBe(1);
    const outcome = ran.json.findings.map((finding: Record<string, unknown>) => [
      finding.file,
      finding.status,
      finding.blocking,
    ]);
    expect(outcome).toEqual([
      ["sub/go.mod", "new", true],
      ["go.mod", "existing", false],
    ]);
    expect(ran.json).toMatchObject({ blocking: 1, new: 1, existing: 1 });
  });

  test("compares with where head left base, not with base's tip", async () => {
    const dir = repository({ "go.mod": goMod() }, { "go.mod": goMod(), "a.go": "package m\n" });
    git(dir, "branch", "feature");
    git(dir, "reset", "-q", "--hard", "HEAD");
    writeFileSync(join(dir, "go.mod"), goMod("exclude example.com/a v1.0.0"));
    git(dir, "commit", "-qam", "on main");
    const ran = await gate(dir, { base: "main", head: "feature" });
    expect(ran.json.modules).toEqual([]);
  });

  test("on the default branch lists what exists and blocks nothing", async () => {
    const dir = repository({ "go.mod": goMod("replace example.com/a => ../a") });
    const trigger = { kind: "branch", branch: "main", defaultBranch: "main" } as const;
    const ran = await run("gate", { offline: "true" }, { cwd: dir, trigger });
    expect(ran.exitCode).toBe(0);
    expect(rulesOf(ran)).toEqual(["replace-local"]);
  });

  test("takes the base of a merge request from the platform", async () => {
    const dir = repository({ "go.mod": goMod() }, { "go.mod": goMod("replace example.com/a => ../a") });
    const mergeRequest = {
      number: 1,
      title: "t",
      sourceBranch: "s",
      targetBranch: "main",
      base: git(dir, "rev-parse", "HEAD~1"),
      fork: false,
    };
    const ran = await run(
      "gate",
      { offline: "true" },
      { cwd: dir, trigger: { kind: "merge-request", mergeRequest } },
    );
    expect(ran.exitCode).toBe(1);
  });

  test("blocks the removal of a released module, as the last one too", async () => {
    const dir = repository(
      { files: { "go.mod": goMod(), "a.go": "package m\n" }, tags: ["v1.0.0"] },
      { "README.md": "x" },
    );
    const ran = await gate(dir);
    expect(ran.exitCode).toBe(1);
    expect(ran.json.findings[0]).toMatchObject({
      rule: "module-removed",
      subject: "example.com/m",
      file: "go.mod",
    });
  });

  test("in a clone without tags lists what needs them as not checked", async () => {
    const origin = repository({ "go.mod": goMod() }, { "go.mod": goMod("// x") });
    const clone = join(temporaryFolder(), "clone");
    git(origin, "clone", "-q", "--no-tags", `file://${origin}`, clone);
    const unchecked = (ran: Ran) => ran.json.unchecked.map((entry: { rule: string }) => entry.rule);
    expect(unchecked(await gate(clone))).toContain("version-bump");
    expect(unchecked(await gate(origin))).not.toContain("version-bump");
    const ran = await run("next", { offline: "true" }, { cwd: clone });
    expect(ran.json).toMatchObject({ bump: "first", tagsKnown: false });
    expect(ran.json.reasons.at(-1)).toContain("git fetch --tags origin");
  });

  test("says which rules were not checked offline", async () => {
    const ran = await gate(repository({ "go.mod": goMod() }, { "go.mod": goMod("// x") }));
    expect(ran.json.unchecked.map((entry: { rule: string }) => entry.rule)).toContain("require-retracted");
  });

  test("--fix edits the checkout and keeps comments", async () => {
    const head = goMod("require example.com/a v1.0.0 // why\n\nreplace example.com/a => ../a // local work");
    const dir = repository({ "go.mod": goMod() }, { "go.mod": head });
    git(dir, "reset", "-q", "--hard");
    const ran = await gate(dir, { fix: "true" });
    expect(ran.json.fixed).toEqual(["go.mod: drop the replace of example.com/a"]);
    expect(readFileSync(join(dir, "go.mod"), "utf8")).toBe(goMod("require example.com/a v1.0.0 // why"));
  });

  test("judges a version that is about to be released, found by its tag", async () => {
    const files = { "go.mod": goMod(), "sub/go.mod": goMod("", "example.com/m/sub") };
    const dir = repository(
      { files, tags: ["sub/v1.0.0"] },
      { ...files, "sub/a.go": "package sub\n\nfunc F() {}\n" },
    );
    expect(rulesOf(await gate(dir, { tag: "sub/v1.0.0" }))).toContain("version-exists");
    expect(rulesOf(await gate(dir, { tag: "sub/v1.0.1" }))).toEqual(["version-bump"]);
    expect(rulesOf(await gate(dir, { tag: "sub/v1.1.0" }))).toEqual([]);
    expect(rulesOf(await gate(dir, { tag: "v2.0.0" }))).toContain("version-major-suffix");
  });

  test("tells a module from its major subdirectory by the version of the tag", async () => {
    const files = { "go.mod": goMod(), "v2/go.mod": goMod("", "example.com/m/v2") };
    const dir = repository(
      { files, tags: ["v1.0.0", "v2.0.0"] },
      { ...files, "v2/a.go": "package m\n\nfunc F() {}\n" },
    );
    expect(rulesOf(await gate(dir, { tag: "v2.1.0" }))).toEqual([]);
    expect(rulesOf(await gate(dir, { tag: "v2.0.1" }))).toEqual(["version-bump"]);
    expect(rulesOf(await gate(dir, { tag: "v1.0.1" }))).toEqual([]);
    expect(rulesOf(await gate(dir, { tag: "v3.0.0" }))).toContain("version-major-suffix");
  });

  test("reads the policy of head, and what it extends", async () => {
    const org = "rules: { replace-local: warning }\n";
    const sha256 = createHash("sha256").update(org).digest("hex");
    const policy = `extends: { from: ci/org.yaml, sha256: ${sha256} }\n`;
    const files = {
      "go.mod": goMod("replace example.com/a => ../a"),
      "ci/org.yaml": org,
      "modwharf.yaml": policy,
    };
    const ran = await gate(repository({ "go.mod": goMod() }, files));
    expect(ran.exitCode).toBe(0);
    expect(ran.json.policy).toBe("modwharf.yaml");
    const changed = await gate(repository({ "go.mod": goMod() }, { ...files, "ci/org.yaml": `${org}#` }));
    expect(changed.json.error.code).toBe("HASH_MISMATCH");
    expect(changed.exitCode).toBe(4);
  });

  test("draws what changed among the dependencies, coloured by finding", async () => {
    const dir = repository(
      { "go.mod": goMod("require example.com/a v1.0.0") },
      {
        "go.mod": goMod('require (\n\texample.com/a v1.1.0-rc.1\n\t"example.com/b" v1.0.0\n)'),
        "go.sum": `example.com/b v1.0.0/go.mod h1:${"A".repeat(43)}=\n`,
      },
    );
    const ran = await gate(dir, { format: `markdown=${join(dir, "out.md")}` });
    expect(ran.exitCode).toBe(1);
    const page = readFileSync(join(dir, "out.md"), "utf8");
    expect(page).toMatch(/n\d\["example\.com\/a"\]:::error/);
    expect(page).toContain('-->|"+ v1.0.0"|');
  });
});

describe("gate never passes what it cannot see", () => {
  const error = async (dir: string, raw: Record<string, string> = {}) => {
    const ran = await gate(dir, raw);
    expect(ran.exitCode).not.toBe(0);
    expect(ran.json.error.fix, JSON.stringify(ran.json)).toBeTruthy();
    return ran.json.error;
  };
  const two = () => repository({ "go.mod": goMod() }, { "go.mod": goMod("// x") });

  test("an unknown base", async () => {
    expect((await error(two(), { base: "nowhere" })).code).toBe("REVISION_UNKNOWN");
    expect((await error(two(), { base: "--output=x" })).code).toBe("REVISION_UNKNOWN");
    expect(existsSync("x")).toBe(false);
  });

  test("no base at all", async () => {
    const ran = await run("gate", { offline: "true" }, { cwd: two() });
    expect(ran.json.error).toMatchObject({ code: "USAGE", fix: "run with --base origin/main" });
  });

  test("a folder without repository", async () => {
    const ran = await gate(temporaryFolder());
    expect(ran.json.error.code).toBe("NOT_A_REPOSITORY");
  });

  test("a shallow clone without tags", async () => {
    const origin = repository({ "go.mod": goMod() }, { "go.mod": goMod() }, { "go.mod": goMod("// x") });
    const clone = join(temporaryFolder(), "clone");
    git(origin, "clone", "-q", "--depth=2", `file://${origin}`, clone);
    const { code, fix } = await error(clone);
    expect(code).toBe("HISTORY_MISSING");
    expect(fix).toContain("fetch-depth: 0");
  });

  test("a shallow clone that has other tags than the module's: next cannot know the newest", async () => {
    const origin = repository(
      { files: { "go.mod": goMod() }, tags: ["v1.0.0"] },
      { files: { "go.mod": goMod("// x") }, tags: ["nightly"] },
    );
    const clone = join(temporaryFolder(), "clone");
    git(origin, "clone", "-q", "--depth=1", `file://${origin}`, clone);
    const next = () => run("next", { offline: "true" }, { cwd: clone });
    expect((await next()).json.error).toMatchObject({ code: "HISTORY_MISSING", subject: "example.com/m" });
    git(clone, "fetch", "-q", "--unshallow", "--tags", "origin");
    expect((await next()).json).toMatchObject({ base: "v1.0.0" });
  });

  test("a shallow clone without the base", async () => {
    const origin = two();
    const clone = join(temporaryFolder(), "clone");
    git(origin, "clone", "-q", "--depth=1", `file://${origin}`, clone);
    expect((await error(clone, { base: git(origin, "rev-parse", "HEAD~1") })).fix).toContain(
      "fetch-depth: 0",
    );
  });

  test("histories that have nothing in common", async () => {
    const dir = two();
    git(dir, "checkout", "-q", "--orphan", "other");
    writeFileSync(join(dir, "go.mod"), goMod());
    git(dir, "add", "go.mod");
    git(dir, "commit", "-qm", "x");
    expect((await error(dir, { base: "main" })).code).toBe("HISTORY_MISSING");
  });

  test("a blob that cannot be read", async () => {
    const dir = repository({ "go.mod": goMod() }, { "go.mod": goMod("// x") });
    removeObject(dir, git(dir, "rev-parse", "HEAD:go.mod"));
    const ran = await gate(dir);
    expect(ran.exitCode).not.toBe(0);
    expect(ran.json.error.code).toMatch(/OBJECTS_MISSING|PROCESS_FAILED/);
  });
});

describe("gate on hostile repositories", () => {
  const finding = async (files: Files) => {
    const ran = await gate(repository({ "go.mod": goMod() }, files));
    expect(ran.exitCode).toBe(1);
    return ran.json.findings[0];
  };

  test("a symlinked go.mod", async () => {
    const found = await finding({ "go.mod": { symlink: "other.mod" }, "other.mod": goMod() });
    expect(found).toMatchObject({
      rule: "go-mod-syntax",
      file: "go.mod",
      fix: "commit the file itself",
      blocking: true,
    });
  });

  test("a malformed go.mod names every mistake with its line", async () => {
    const found = await finding({
      "go.mod": "module example.com/m\n\nrequire (\n\texample.com/a\n\texample.com/b v1\n)\n",
    });
    expect(found).toMatchObject({ rule: "go-mod-syntax", line: 4, column: 2, blocking: true });
  });

  test("a go.sum of 100 MB", async () => {
    const line = `example.com/a v1.0.0 h1:${"A".repeat(43)}=\n`;
    const found = await finding({ "go.mod": goMod(), "go.sum": line.repeat(Math.ceil(100e6 / line.length)) });
    expect(found).toMatchObject({ rule: "go-sum-syntax", file: "go.sum", fix: "run go mod tidy" });
    expect(found.message).toMatch(/go\.sum is \d+ MiB, more than the 32 MiB that are read/);
  });

  test("a Go file of 40 MB is told as not checked, also by next and api-diff", async () => {
    const large = { "go.mod": goMod(), "a.go": `package m\n${`// ${"x".repeat(77)}\n`.repeat(500_000)}` };
    const dir = repository(
      { files: { "go.mod": goMod(), "a.go": "package m\n\nfunc A() {}\n" }, tags: ["v1.0.0"] },
      large,
    );
    const told = /^a\.go is too large: 39 MiB/;
    const { unchecked } = (await gate(dir)).json;
    expect(unchecked).toContainEqual({ rule: "exported-removed", reason: expect.stringMatching(told) });
    const { json } = await run("api-diff", { base: "v1.0.0" }, { cwd: dir });
    expect(json).toMatchObject({ incompatible: 0, unchecked: [expect.stringMatching(told)] });
    const next = await run("next", { offline: "true" }, { cwd: dir });
    expect(next.json.reasons).toContainEqual(expect.stringMatching(/^not checked: a\.go is too large/));
  });

  test("a policy that is a symlink", async () => {
    const files = { "go.mod": goMod("// x"), "modwharf.yaml": { symlink: "other.yaml" }, "other.yaml": "{}" };
    const ran = await gate(repository({ "go.mod": goMod() }, files));
    expect(ran.json.error).toMatchObject({ code: "POLICY_INVALID", fix: "commit the file itself" });
    expect(ran.exitCode).toBe(2);
  });

  test("a policy that is a bomb", async () => {
    const bomb = `a: &a [x]\n${[..."bcdefgh"].map((c, i) => `${c}: &${c} [${`*${"abcdefg"[i]},`.repeat(20)}]`).join("\n")}`;
    const ran = await gate(
      repository({ "go.mod": goMod() }, { "go.mod": goMod("// x"), "modwharf.yaml": bomb }),
    );
    expect(ran.json.error).toMatchObject({ code: "POLICY_INVALID" });
  });

  test("names that try to be workflow commands or markup stay text", async () => {
    const dir = repository(
      { "go.mod": goMod() },
      { "go.mod": goMod(), "a\n::error::x/go.mod": goMod("", "example.com/m") },
    );
    const ran = await gate(dir, {}, { platform: "github" });
    expect(ran.summary).not.toMatch(/^::error/m);
  });
});

describe("next", () => {
  const next = async (dir: string, raw: Record<string, string> = {}) =>
    (await run("next", { offline: "true", ...raw }, { cwd: dir })).json;
  const lib = (names: string, path = "example.com/m") => ({
    "go.mod": goMod("", path),
    "a.go": `package m\n${names}\n`,
  });

  test.each<[string, string, string, Record<string, unknown>]>([
    ["a fix", "func A() { return }", "v1.2.0", { version: "v1.2.1", bump: "patch" }],
    ["a new name", "func A() {}\nfunc B() {}", "v1.2.0", { version: "v1.3.0", bump: "minor" }],
    ["a removed name in v0", "", "v0.2.0", { version: "v0.3.0", bump: "minor" }],
    ["a release after a pre-release", "", "v1.2.0-rc.1", { version: "v1.2.0", bump: "release" }],
    ["no version yet", "func A() {}", "other", { version: "v0.1.0", bump: "first" }],
    [
      "a removed name in v1",
      'import _ "example.com/m/sub"',
      "v1.2.0",
      {
        version: "v2.0.0",
        tag: "v2.0.0",
        bump: "major",
        module: "example.com/m/v2",
        currentModule: "example.com/m",
        rewrites: [{ file: "a.go", line: 2, from: "example.com/m/sub", to: "example.com/m/v2/sub" }],
      },
    ],
  ])("after %s", async (_name, names, tag, expected) => {
    const dir = repository({ files: lib("func A() {}"), tags: [tag] }, lib(names));
    expect(await next(dir)).toMatchObject(expected);
  });

  test("names the tag of a nested module and of a major subdirectory", async () => {
    const dir = repository({
      "go.mod": goMod(),
      "sub/go.mod": goMod("", "example.com/m/sub"),
      "sub/v2/go.mod": goMod("", "example.com/m/sub/v2"),
    });
    expect(await next(dir, { module: "example.com/m/sub" })).toMatchObject({ tag: "sub/v0.1.0" });
    expect(await next(dir, { module: "example.com/m/sub/v2" })).toMatchObject({ tag: "sub/v2.0.0" });
    const { error } = await next(dir, { module: "example.com/m/sbu" });
    expect(error).toMatchObject({ code: "USAGE", fix: "did you mean example.com/m/sub?" });
  });

  test("starts a gopkg.in path under development with its major", async () => {
    const dir = repository({ "go.mod": goMod("", "gopkg.in/yaml.v2-unstable") });
    expect(await next(dir)).toMatchObject({ version: "v2.0.0", tag: "v2.0.0" });
  });

  test("counts pre-releases of one kind", async () => {
    const dir = repository(
      { files: lib("func A() {}"), tags: ["v1.0.0", "v1.0.1-rc.1", "v1.0.1-rc.2"] },
      lib("func A() { return }"),
    );
    expect(await next(dir, { pre: "rc" })).toMatchObject({ version: "v1.0.1-rc.3" });
    expect(await next(dir, { pre: "beta" })).toMatchObject({ version: "v1.0.1-beta.1" });
  });

  test("new and raised requirements are a minor change, and so is a raised go version", async () => {
    const first = { files: { "go.mod": goMod("", "example.com/m", "1.9") }, tags: ["v1.0.0"] };
    expect(await next(repository(first, { "go.mod": goMod("", "example.com/m", "1.10") }))).toMatchObject({
      version: "v1.1.0",
      reasons: ["needs go 1.10 instead of 1.9"],
    });
    expect(await next(repository(first, { "go.mod": goMod("", "example.com/m", "1.8") }))).toMatchObject({
      version: "v1.0.1",
    });
  });
});

describe("api-diff", () => {
  test("exits 1 for incompatible changes and lists all", async () => {
    const dir = repository(
      { "go.mod": goMod(), "a.go": "package m\n\nfunc A() {}\n" },
      { "go.mod": goMod(), "a.go": "package m\n\nfunc B() {}\n" },
    );
    const ran = await run("api-diff", { base: "HEAD~1" }, { cwd: dir });
    expect(ran.exitCode).toBe(1);
    expect(rulesOf(ran).sort()).toEqual(["api-added", "api-removed"]);
    const removed = ran.json.findings.find(({ rule }: { rule: string }) => rule === "api-removed");
    expect(removed).toMatchObject({ file: "a.go", detail: "Was declared at a.go:3" });
    expect(removed.line).toBeUndefined();
  });

  const broken = "module example.com/m\n\nrequire (\n";

  test("a go.mod that one side alone can read is an error, not the absence of changes", async () => {
    const dir = repository({ "go.mod": goMod(), "a.go": "package m\n\nfunc A() {}\n" }, { "go.mod": broken });
    for (const [base, head] of [
      ["HEAD~1", "HEAD"],
      ["HEAD", "HEAD~1"],
    ] as const) {
      const ran = await run("api-diff", { base, head }, { cwd: dir });
      expect(ran).toMatchObject({ exitCode: 1, json: { error: { code: "MODFILE_SYNTAX" } } });
    }
    const next = await run("next", { offline: "true" }, { cwd: dir });
    expect(next.json.error).toMatchObject({ code: "MODFILE_SYNTAX", at: { file: "go.mod", line: 4 } });
  });

  test("a go.mod that neither can read is told as not checked", async () => {
    const files = { "go.mod": goMod(), "template/go.mod": broken };
    const ran = await run("api-diff", { base: "HEAD~1" }, { cwd: repository(files, { ...files, a: "" }) });
    expect(ran.json.unchecked).toEqual([expect.stringMatching(/^template\/go\.mod:4: /)]);
  });
});
