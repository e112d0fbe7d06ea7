import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openRepository } from "../../src/source/repository.ts";
import { tagsAt } from "../../src/source/tags-at.ts";
import { createRepository, type FixtureCommit, temporaryFolder } from "./git-fixture.ts";

async function tagsOf(commits: readonly FixtureCommit[], revision = "HEAD") {
  const dir = createRepository(join(temporaryFolder(), "repo"), commits);
  const repository = await openRepository({ dir, env: process.env });
  onTestFinished(() => repository.close());
  const { modules, ...rest } = await tagsAt(repository, revision);
  return { modules: modules.map(({ path, version }) => `${path}@${version}`), ...rest };
}

const mono = "example.com/mono";

function goMod(module: string, ...requires: string[]): string {
  return `module ${module}\n${requires.map((path) => `require ${path} v1.0.0\n`).join("")}`;
}

test("publishes what is required before what requires it, whatever the names", async () => {
  const files = {
    "go.mod": goMod(mono, `${mono}/z`),
    "a/go.mod": goMod(`${mono}/a`, mono, "example.com/other"),
    "z/go.mod": goMod(`${mono}/z`),
  };
  const found = await tagsOf([
    { files: { old: "x" }, tags: ["v0.9.0"] },
    { files, tags: ["a/v1.0.0", "v1.0.0", "nightly"], annotatedTags: ["z/v1.0.0"] },
  ]);
  expect(found.modules).toEqual([`${mono}/z@v1.0.0`, `${mono}@v1.0.0`, `${mono}/a@v1.0.0`]);
  expect(found).toMatchObject({ cycles: [], refused: [], otherTags: ["nightly"] });
});

test("publishes modules that require one another, and names the cycle", async () => {
  const files = { "a/go.mod": goMod(`${mono}/a`, `${mono}/b`), "b/go.mod": goMod(`${mono}/b`, `${mono}/a`) };
  const found = await tagsOf([{ files, tags: ["a/v1.0.0", "b/v1.0.0"] }]);
  expect(found.modules).toEqual([`${mono}/a@v1.0.0`, `${mono}/b@v1.0.0`]);
  expect(found.cycles).toEqual([[`${mono}/a`, `${mono}/b`]]);
});

test("a refused tag does not hide the others", async () => {
  const files = { "go.mod": goMod(mono), "a/go.mod": goMod(`${mono}/a`) };
  const found = await tagsOf([{ files, tags: ["v1.0.0", "v2.0.0", "a/1.0.0", "b/v1.0.0"] }]);
  expect(found.modules).toEqual([`${mono}@v1.0.0`]);
  const reasons = Object.fromEntries(found.refused.map(({ tag, error }) => [tag, error.code]));
  expect(reasons).toEqual({
    "v2.0.0": "TAG_MAJOR_MISMATCH",
    "a/1.0.0": "TAG_NOT_CANONICAL",
    "b/v1.0.0": "GO_MOD_MISSING",
  });
});

test("several versions of one module stand in their order", async () => {
  const found = await tagsOf([
    { files: { "go.mod": goMod(mono) }, tags: ["v1.10.0", "v1.9.0", "v1.9.0-rc.1"] },
  ]);
  expect(found.modules).toEqual([`${mono}@v1.9.0-rc.1`, `${mono}@v1.9.0`, `${mono}@v1.10.0`]);
});

test("aliases that move along with a version are not refused, lonely ones are", async () => {
  const files = { "go.mod": goMod(mono), "a/go.mod": goMod(`${mono}/a`) };
  const found = await tagsOf([{ files, tags: ["v1.2.3", "v1", "v1.2", "a/v1", "v1.3"] }]);
  expect(found.modules).toEqual([`${mono}@v1.2.3`]);
  expect(found.otherTags).toEqual(["v1", "v1.2"]);
  expect(found.refused.map(({ tag }) => tag)).toEqual(["a/v1", "v1.3"]);
});

test("an unknown revision is refused", async () => {
  await expect(tagsOf([{ files: { a: "a" } }], "--all")).rejects.toMatchObject({ code: "REVISION_UNKNOWN" });
});
