import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { requireOnBranch } from "../../src/source/history.ts";
import { openRepository, type Repository } from "../../src/source/repository.ts";
import { resolveRevisionModule } from "../../src/source/revisions.ts";
import { resolveTag } from "../../src/source/tags.ts";
import { createRepository, git, temporaryFolder } from "./git-fixture.ts";

const files = { "go.mod": "module example.com/m\n" };

/** main: v1.0.0 – v1.1.0 – head; side: v1.2.0, which is not on main. */
function makeOrigin(): string {
  return createRepository(join(temporaryFolder(), "origin"), [
    { files, tags: ["v1.0.0"] },
    { files: { ...files, a: "1" }, tags: ["v1.1.0"] },
    { files: { ...files, a: "2" } },
    { files: { ...files, a: "3" }, tags: ["v1.2.0"], branch: "side" },
  ]);
}

async function open(dir: string): Promise<Repository> {
  const repository = await openRepository({ dir, env: process.env });
  onTestFinished(() => repository.close());
  return repository;
}

async function shallow(...args: string[]): Promise<Repository> {
  const origin = makeOrigin();
  git(origin, "clone", "-q", "--depth=1", ...args, `file://${origin}`, "../shallow");
  return open(join(origin, "../shallow"));
}

async function onBranch(repository: Repository, tag: string, branch: string): Promise<void> {
  const { commit } = await resolveTag(repository, tag);
  await requireOnBranch(repository, { commit: commit.id, subject: tag }, branch);
}

describe("requireOnBranch", () => {
  test("accepts a commit of the branch, and of a remote branch", async () => {
    const origin = makeOrigin();
    await onBranch(await open(origin), "v1.0.0", "main");
    await onBranch(await open(origin), "v1.2.0", "side");
    git(origin, "clone", "-q", origin, "../clone");
    await onBranch(await open(join(origin, "../clone")), "v1.2.0", "side");
  });

  test("refuses another commit", async () => {
    const checking = onBranch(await open(makeOrigin()), "v1.2.0", "main");
    await expect(checking).rejects.toMatchObject({ code: "TAG_NOT_ON_BRANCH", exitCode: 1 });
  });

  test("believes the remote branch, not a local one of the same name", async () => {
    const origin = makeOrigin();
    git(origin, "clone", "-q", origin, "../clone");
    const clone = join(origin, "../clone");
    git(clone, "update-ref", "refs/heads/main", "v1.2.0");
    await expect(onBranch(await open(clone), "v1.2.0", "main")).rejects.toMatchObject({
      code: "TAG_NOT_ON_BRANCH",
    });
  });

  test("never passes in a shallow clone that cannot tell, and says how to fetch", async () => {
    const repository = await shallow("--no-single-branch");
    await expect(onBranch(repository, "v1.1.0", "main")).rejects.toMatchObject({
      code: "HISTORY_MISSING",
      fix: expect.stringContaining("--unshallow"),
    });
  });

  test("passes in a shallow clone whose branch stands at the commit", async () => {
    await onBranch(await shallow("--no-single-branch"), "v1.2.0", "side");
  });

  test("asks for a branch that was not fetched", async () => {
    await expect(onBranch(await shallow("--branch=v1.1.0"), "v1.1.0", "main")).rejects.toMatchObject({
      code: "HISTORY_MISSING",
      fix: expect.stringContaining("git fetch origin refs/heads/main"),
    });
  });
});

describe("resolveRevisionModule", () => {
  test("counts up from the highest tag in the history", async () => {
    const { version, tag } = await resolveRevisionModule(await open(makeOrigin()), "main");
    expect(version).toMatch(/^v1\.1\.1-0\.20231114221520-[0-9a-f]{12}$/);
    expect(tag).toBeUndefined();
  });

  test("takes the tag of a tagged commit", async () => {
    const found = await resolveRevisionModule(await open(makeOrigin()), "side");
    expect(found).toMatchObject({ version: "v1.2.0", tag: "v1.2.0", path: "example.com/m" });
  });

  test("does not guess in a shallow clone", async () => {
    await expect(resolveRevisionModule(await shallow(), "HEAD")).rejects.toMatchObject({
      code: "HISTORY_MISSING",
    });
  });

  test("refuses a module that the commit does not have", async () => {
    const resolving = resolveRevisionModule(await open(makeOrigin()), "main", {
      modulePath: "example.com/other",
    });
    await expect(resolving).rejects.toMatchObject({ code: "MODULE_PATH_DIFFERS" });
  });
});
