import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { ErrorCode } from "../../src/base/codes.ts";
import { ModwharfError } from "../../src/base/errors.ts";
import { openRepository, type Repository } from "../../src/source/repository.ts";
import { type ResolveOptions, resolveTag } from "../../src/source/tags.ts";
import { createRepository, type FixtureFile, temporaryFolder } from "./git-fixture.ts";

async function repositoryWith(files: Record<string, FixtureFile>, ...tags: string[]): Promise<Repository> {
  const dir = createRepository(join(temporaryFolder(), "repo"), [{ files, tags }]);
  const repository = await openRepository({ dir, env: process.env });
  onTestFinished(() => repository.close());
  return repository;
}

async function refusalOf(resolving: Promise<unknown>): Promise<ModwharfError> {
  const error = await resolving.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ModwharfError);
  return error as ModwharfError;
}

interface Accepted {
  name: string;
  files: Record<string, FixtureFile>;
  tag: string;
  options?: ResolveOptions;
  expected: { path: string; version?: string; dir: string; codeDir?: string; hasGoMod?: boolean };
}

const accepted: Accepted[] = [
  {
    name: "the root module",
    files: { "go.mod": "module example.com/m\n" },
    tag: "v1.2.3",
    expected: { path: "example.com/m", dir: "" },
  },
  {
    name: "a nested module",
    files: { "go.mod": "module example.com/m\n", "sub/go.mod": "module example.com/m/sub\n" },
    tag: "sub/v0.3.0",
    expected: { path: "example.com/m/sub", dir: "sub", codeDir: "sub" },
  },
  {
    name: "a major branch",
    files: { "go.mod": "module example.com/m/v2\n" },
    tag: "v2.0.1",
    expected: { path: "example.com/m/v2", dir: "" },
  },
  {
    name: "a major subdirectory beside an older root module",
    files: { "go.mod": "module example.com/m\n", "v2/go.mod": "module example.com/m/v2\n" },
    tag: "v2.3.4",
    expected: { path: "example.com/m/v2", dir: "v2", codeDir: "" },
  },
  {
    name: "the root module beside a major subdirectory",
    files: { "go.mod": "module example.com/m\n", "v2/go.mod": "module example.com/m/v2\n" },
    tag: "v1.9.0",
    expected: { path: "example.com/m", dir: "" },
  },
  {
    name: "a nested major subdirectory",
    files: { "go.mod": "module example.com/m\n", "sub/v3/go.mod": "module example.com/m/sub/v3\n" },
    tag: "sub/v3.0.0",
    expected: { path: "example.com/m/sub/v3", dir: "sub/v3", codeDir: "sub" },
  },
  {
    name: "gopkg.in with go.mod",
    files: { "go.mod": "module gopkg.in/yaml.v3\n" },
    tag: "v3.0.1",
    expected: { path: "gopkg.in/yaml.v3", dir: "" },
  },
  {
    name: "gopkg.in without go.mod",
    files: { "a.go": "package a\n" },
    tag: "v2.0.0",
    options: { modulePath: "gopkg.in/check.v2" },
    expected: { path: "gopkg.in/check.v2", dir: "", hasGoMod: false },
  },
  {
    name: "gopkg.in beside a folder that is named like a major version",
    files: { "go.mod": "module gopkg.in/x.v2\n", "v2/go.mod": "module other.example/x\n" },
    tag: "v2.0.0",
    expected: { path: "gopkg.in/x.v2", dir: "" },
  },
  {
    name: "no go.mod with a module path",
    files: { "a.go": "package a\n" },
    tag: "v1.0.0",
    options: { modulePath: "example.com/old" },
    expected: { path: "example.com/old", dir: "", hasGoMod: false },
  },
  {
    name: "+incompatible",
    files: { "a.go": "package a\n" },
    tag: "v4.1.0",
    options: { modulePath: "example.com/old" },
    expected: { path: "example.com/old", version: "v4.1.0+incompatible", dir: "", hasGoMod: false },
  },
  {
    name: "a v2/ module without root go.mod, when named",
    files: { "v2/go.mod": "module example.com/m/v2\n" },
    tag: "v2.0.0",
    options: { modulePath: "example.com/m/v2" },
    expected: { path: "example.com/m/v2", dir: "v2", codeDir: "" },
  },
  {
    name: "the +incompatible reading beside a v2/ module, when named",
    files: { "v2/go.mod": "module example.com/m/v2\n" },
    tag: "v2.0.0",
    options: { modulePath: "example.com/m" },
    expected: { path: "example.com/m", version: "v2.0.0+incompatible", dir: "", hasGoMod: false },
  },
  {
    name: "another folder name, when allowed",
    files: { "go/go.mod": "module example.com/sdk\n" },
    tag: "go/v1.0.0",
    options: { allowSubdirMismatch: true },
    expected: { path: "example.com/sdk", dir: "go", codeDir: "go" },
  },
  {
    name: "a version that retracts itself, when allowed",
    files: { "go.mod": "module example.com/m\nretract v1.0.1 // carries retractions\n" },
    tag: "v1.0.1",
    options: { allowRetracted: true },
    expected: { path: "example.com/m", dir: "" },
  },
  {
    name: "unknown directives of a later Go",
    files: { "go.mod": "module example.com/m\ngo 1.99\nfuture thing\n" },
    tag: "v1.0.0",
    expected: { path: "example.com/m", dir: "" },
  },
];

describe("resolveTag finds", () => {
  test.each(accepted)("$name", async ({ files, tag, options, expected }) => {
    const repository = await repositoryWith(files, tag);
    const found = await resolveTag(repository, tag, options);
    expect(found.path).toBe(expected.path);
    expect(found.version).toBe(expected.version ?? tag.slice(tag.lastIndexOf("/") + 1));
    expect(found.dir).toBe(expected.dir);
    expect(found.codeDir).toBe(expected.codeDir ?? "");
    expect(found.goMod !== undefined).toBe(expected.hasGoMod ?? true);
    expect(found.commit.time.toISOString()).toBe("2023-11-14T22:13:20.000Z");
  });
});

interface Refused {
  name: string;
  files: Record<string, FixtureFile>;
  tag: string;
  options?: ResolveOptions;
  code: ErrorCode;
  /** Texts that the message must hold. */
  says: string[];
}

const refused: Refused[] = [
  {
    name: "v2.0.0 while go.mod says no /v2",
    files: { "go.mod": "// about\nmodule example.com/m\n" },
    tag: "v2.0.0",
    code: "TAG_MAJOR_MISMATCH",
    says: ["go.mod:2", "module example.com/m/v2", "v1.x.y"],
  },
  {
    name: "v1.0.0 while go.mod says /v2",
    files: { "go.mod": "module example.com/m/v2\n" },
    tag: "v1.0.0",
    code: "TAG_MAJOR_MISMATCH",
    says: ["go.mod:1", "module example.com/m ", "v2.x.y"],
  },
  {
    name: "a root tag that was meant for a nested module",
    files: { "go.mod": "module example.com/m\n", "sub/go.mod": "module example.com/m/sub/v2\n" },
    tag: "v2.0.0",
    code: "TAG_MAJOR_MISMATCH",
    says: ["sub/v2.0.0 is the tag for example.com/m/sub/v2"],
  },
  {
    name: "the /v2 of a major subdirectory in the tag",
    files: { "go.mod": "module example.com/m\n", "v2/go.mod": "module example.com/m/v2\n" },
    tag: "v2/v2.0.0",
    code: "TAG_WRONG_DIRECTORY",
    says: ["the tag v2.0.0 for example.com/m/v2 in v2/"],
  },
  {
    name: "the /v2 of a nested major subdirectory in the tag",
    files: { "sub/v2/go.mod": "module example.com/m/sub/v2\n" },
    tag: "sub/v2/v2.0.0",
    code: "TAG_WRONG_DIRECTORY",
    says: ["sub/v2.0.0"],
  },
  {
    name: "a folder without module",
    files: { "go.mod": "module example.com/m\n", "lib/sub/go.mod": "module example.com/m/lib/sub\n" },
    tag: "sub/v1.0.0",
    code: "GO_MOD_MISSING",
    says: ["sub/go.mod", "lib/sub/v1.0.0 is the tag for example.com/m/lib/sub"],
  },
  {
    name: "no go.mod and no module path",
    files: { "a.go": "package a\n" },
    tag: "v1.0.0",
    code: "GO_MOD_MISSING",
    says: ["--module"],
  },
  {
    name: "no go.mod for a path with major suffix",
    files: { "a.go": "package a\n" },
    tag: "v2.0.0",
    options: { modulePath: "example.com/m/v2" },
    code: "GO_MOD_MISSING",
    says: ["example.com/m/v2"],
  },
  {
    name: "go.mod that cannot be parsed, with its line",
    files: { "sub/go.mod": 'module example.com/m/sub\n\nrequire "unclosed\n' },
    tag: "sub/v1.0.0",
    code: "MODFILE_SYNTAX",
    says: ["sub/go.mod:3"],
  },
  {
    name: "go.mod without module line",
    files: { "go.mod": "go 1.20\n" },
    tag: "v1.0.0",
    code: "MODFILE_SYNTAX",
    says: ["go.mod", "module example.com/path"],
  },
  {
    name: "a symlinked go.mod",
    files: { "go.mod": { symlink: "other.mod" }, "other.mod": "module example.com/m\n" },
    tag: "v1.0.0",
    code: "MODFILE_SYNTAX",
    says: ["go.mod"],
  },
  {
    name: "a module path that does not end in its folder",
    files: { "go/go.mod": "module example.com/sdk\n" },
    tag: "go/v1.0.0",
    code: "MODULE_SUBDIR_MISMATCH",
    says: ["go/go.mod", "/go", "--allow-subdir-mismatch"],
  },
  {
    name: "two go.mod files for one major version",
    files: { "go.mod": "module example.com/m/v2\n", "v2/go.mod": "module example.com/m/v2\n" },
    tag: "v2.0.0",
    code: "TAG_AMBIGUOUS",
    says: ["go.mod and v2/go.mod"],
  },
  {
    name: "a wrong suffix in v2/go.mod",
    files: { "go.mod": "module example.com/m/v2\n", "v2/go.mod": "module example.com/m\n" },
    tag: "v2.0.0",
    code: "TAG_MAJOR_MISMATCH",
    says: ["v2/go.mod:1"],
  },
  {
    name: "a tag with two readings",
    files: { "v2/go.mod": "module example.com/m/v2\n" },
    tag: "v2.0.0",
    code: "TAG_AMBIGUOUS",
    says: ["--module example.com/m/v2", "--module example.com/m"],
  },
  {
    name: "another module than asked for",
    files: { "go.mod": "module example.com/m\n" },
    tag: "v1.0.0",
    options: { modulePath: "example.com/fork" },
    code: "MODULE_PATH_DIFFERS",
    says: ["module example.com/fork", "module example.com/m"],
  },
  {
    name: "+incompatible where go.mod exists",
    files: { "go.mod": "module example.com/m\n" },
    tag: "v2.0.0",
    options: { modulePath: "example.com/m" },
    code: "TAG_MAJOR_MISMATCH",
    says: ["example.com/m/v2"],
  },
  {
    name: "a version that retracts itself",
    files: { "go.mod": "module example.com/m\n\nretract [v1.0.0, v1.2.0] // broken\n" },
    tag: "v1.1.0",
    code: "VERSION_RETRACTED",
    says: ["go.mod:3", "broken"],
  },
  {
    name: "a module path that Go's rules forbid",
    files: { "go.mod": "module example\n" },
    tag: "v1.0.0",
    code: "MODULE_PATH",
    says: ["example"],
  },
  {
    name: "a path with /v1",
    files: { "go.mod": "module example.com/m/v1\n" },
    tag: "v1.0.0",
    code: "MODULE_PATH",
    says: ["example.com/m/v1"],
  },
];

describe("resolveTag refuses", () => {
  test.each(refused)("$name", async ({ files, tag, options, code, says }) => {
    const repository = await repositoryWith(files, tag);
    const error = await refusalOf(resolveTag(repository, tag, options));
    expect(error.code, error.message).toBe(code);
    expect(error.exitCode).toBe(1);
    // A syntax error says its line and what was expected; the rest says what to do.
    if (code !== "MODFILE_SYNTAX") expect(error.fix).toBeTruthy();
    for (const text of says) expect(error.message).toContain(text);
  });

  test("an unknown tag, naming the nearest", async () => {
    const repository = await repositoryWith({ "go.mod": "module example.com/m\n" }, "sub/v1.0.0");
    const error = await refusalOf(resolveTag(repository, "v1.0.0"));
    expect(error.code).toBe("REVISION_UNKNOWN");
    expect(error.message).toContain("sub/v1.0.0");
  });
});
