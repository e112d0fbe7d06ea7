import { execFileSync } from "node:child_process";
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { modulePaths } from "../../src/modcache/layout.ts";
import { writeList } from "../../src/modcache/list-file.ts";
import { lockFiles } from "../../src/modcache/lock.ts";
import { pruneCache } from "../../src/modcache/prune.ts";
import { removeTree } from "../../src/modcache/remove-tree.ts";
import { scanCache } from "../../src/modcache/scan.ts";
import { identitiesOf, provenByStamp, writeStamp } from "../../src/modcache/stamp.ts";
import { type CacheVerification, type ModuleSum, verifyCache } from "../../src/modcache/verify.ts";
import { writeGoMod, writeLists, writeModule } from "../../src/modcache/write.ts";
import { extractTree } from "../support/extract-tree.ts";
import { type FakeModule, fakeModule } from "../support/fake-module.ts";

const env = { PATH: process.env.PATH };
let dir: string;
let cache: string;
let one: FakeModule;
let two: FakeModule;
let sums: ModuleSum[];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "modwharf-cache-"));
  one = await fakeModule(
    dir,
    { path: "example.com/One", version: "v1.0.0-RC1" },
    { "deep/er/x.go": "package er\n" },
  );
  two = await fakeModule(dir, { path: "example.com/two", version: "v2.0.0+incompatible" });
  sums = [one, two].map(({ module, h1, goModH1 }) => ({ module, h1, goModH1 }));
});
beforeEach(async () => {
  cache = await mkdtemp(join(dir, "gomodcache-"));
  await writeModule(cache, one.verified);
  await writeModule(cache, two.verified);
  await writeLists(cache, [one.module, two.module]);
});
afterEach(() => removeTree(cache));
afterAll(() => rm(dir, { recursive: true, force: true }));

async function filesBelow(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name));
  return files.map((file) => relative(root, file)).sort();
}

const pathsOf = (fake: FakeModule) => modulePaths(cache, fake.module);
const brief = ({ problems }: CacheVerification) =>
  problems.map(({ part, reason, repaired }) => [part, reason, repaired]);

/** Replaces a file by another, as somebody would who tampers with a cache. */
async function tamper(file: string, content: string | Buffer): Promise<void> {
  await chmod(dirname(file), 0o755);
  await rm(file, { force: true });
  await writeFile(file, content);
}

describe("writing", () => {
  test("files stand where go keeps them, with nothing besides", async () => {
    const v = "cache/download/example.com";
    expect(await filesBelow(cache)).toEqual(
      [
        ...["info", "mod", "zip", "ziphash"].map((suffix) => `${v}/!one/@v/v1.0.0-!r!c1.${suffix}`),
        `${v}/!one/@v/list`,
        ...["info", "mod", "zip", "ziphash"].map((suffix) => `${v}/two/@v/v2.0.0+incompatible.${suffix}`),
        `${v}/two/@v/list`,
      ].sort(),
    );
    expect(await readFile(pathsOf(two).ziphash, "utf8")).toBe(two.h1);
    expect(await readFile(pathsOf(two).list, "utf8")).toBe("v2.0.0+incompatible\n");
    // go lists file names that are canonical versions, which an escaped one is not.
    expect(await readFile(pathsOf(one).list, "utf8")).toBe("");
    expect((await stat(pathsOf(two).zip)).mode & 0o222).not.toBe(0);
  });

  test("writing again changes nothing, and the module's own zip stays", async () => {
    await writeModule(cache, one.verified);
    expect(brief(await verifyCache(cache, sums))).toEqual([]);
    expect((await stat(one.verified.zipFile)).isFile()).toBe(true);
  });

  test("only verified modules enter", async () => {
    const forged = { ...one.verified } as typeof one.verified;
    await expect(writeModule(cache, forged)).rejects.toThrow(/only verified modules/);
  });

  test("a lone go.mod is checked before it is visible", async () => {
    const module = { path: "example.com/three", version: "v0.1.0" };
    const three = await fakeModule(dir, module);
    const bad = writeGoMod(cache, module, Buffer.from("module example.com/evil\n"), three.goModH1);
    await expect(bad).rejects.toMatchObject({ code: "HASH_MISMATCH" });
    expect(scanCache(cache).modules.has("example.com/three@v0.1.0")).toBe(false);
    await writeGoMod(cache, module, three.verified.mod, three.goModH1);
    await writeLists(cache, [module]);
    expect(await readFile(modulePaths(cache, module).list, "utf8")).toBe("v0.1.0\n");
  });

  test("the list has what another program adds while it is being written", async () => {
    const { versions, list } = pathsOf(two);
    const writing = Promise.all(
      Array.from({ length: 30 }, async (_, i) => {
        await writeFile(join(versions, `v3.${i}.0.mod`), "");
        await writeList(versions);
      }),
    );
    await writing;
    expect((await readFile(list, "utf8")).split("\n")).toHaveLength(32);
  });
});

describe("extracting", () => {
  test("files are 0444, folders 0555, and a second time nothing is done", async () => {
    expect(await extractTree(cache, one.module, { env })).toBe(true);
    const { tree, partial } = pathsOf(one);
    expect(tree).toBe(join(cache, "example.com/!one@v1.0.0-!r!c1"));
    expect(await filesBelow(tree)).toEqual(["deep/er/x.go", "doc.go", "go.mod"]);
    const mode = async (path: string) => ((await stat(join(tree, path))).mode & 0o777).toString(8);
    expect(await Promise.all([".", "deep", "deep/er", "doc.go"].map(mode))).toEqual([
      "555",
      "555",
      "555",
      "444",
    ]);
    await expect(stat(partial)).rejects.toThrow();
    expect(await extractTree(cache, one.module, { env })).toBe(false);
    expect(brief(await verifyCache(cache, sums))).toEqual([]);
  });

  test("what a killed run left is cleared away first", async () => {
    const { tree, partial } = pathsOf(one);
    await mkdir(tree, { recursive: true });
    await writeFile(join(tree, "left.go"), "package left\n", { mode: 0o444 });
    await chmod(tree, 0o555);
    await writeFile(partial, "");
    expect(await extractTree(cache, one.module, { env, writable: true })).toBe(true);
    expect(await filesBelow(tree)).toEqual(["deep/er/x.go", "doc.go", "go.mod"]);
    expect((await stat(tree)).mode & 0o200).not.toBe(0);
  });

  test("a bad zip leaves neither tree nor partial mark", async () => {
    await tamper(pathsOf(one).zip, await readFile(pathsOf(two).zip));
    await expect(extractTree(cache, one.module, { env })).rejects.toMatchObject({ code: "ZIP_INVALID" });
    await expect(stat(pathsOf(one).tree)).rejects.toThrow();
    await expect(stat(pathsOf(one).partial)).rejects.toThrow();
  });

  test("eight at once extract once", async () => {
    const extracted = await Promise.all(
      Array.from({ length: 8 }, () => extractTree(cache, two.module, { env })),
    );
    expect(extracted.filter(Boolean)).toHaveLength(1);
  });

  test("a lock is held until it is released, by flock or by perl, and needs one of them", async () => {
    const file = join(cache, "x.lock");
    const bin = async (name: string) => {
      const found = env.PATH!.split(":").map((folder) => join(folder, name));
      for (const path of found) if (await stat(path).catch(() => undefined)) return path;
      return undefined;
    };
    for (const name of ["flock", "perl"]) {
      const program = await bin(name);
      if (program === undefined) continue;
      const only = await mkdtemp(join(dir, "bin-"));
      await symlink(program, join(only, name));
      const unlock = await lockFiles([file], { PATH: only });
      let second = false;
      const waiting = lockFiles([file], { PATH: only }).then((release) => {
        second = true;
        return release;
      });
      // A third party sees the lock too, which takes longer than the second would need to get it.
      await expect(lockFiles([file], { PATH: await mkdtemp(join(dir, "none-")) })).rejects.toMatchObject({
        code: "TOOL_MISSING",
      });
      expect(second).toBe(false);
      await unlock();
      await (await waiting)();
    }
    await expect(lockFiles([file], env, "win32")).rejects.toMatchObject({ code: "NOT_SUPPORTED" });
  });
});

describe("verifying", () => {
  test("a cache that is right is left as it is", async () => {
    await extractTree(cache, two.module, { env });
    const before = await filesBelow(cache);
    expect(await verifyCache(cache, sums, { repair: true })).toEqual({
      checked: 2,
      problems: [],
      missing: [],
      extra: [],
      droppedTrees: 0,
    });
    expect(await filesBelow(cache)).toEqual(before);
    expect(await verifyCache(join(dir, "absent"), sums)).toMatchObject({
      checked: 0,
      missing: sums.map(({ module }) => module),
    });
  });

  const zipOfTwo = "example.com/two/@v/v2.0.0+incompatible.zip";
  const evil = async () =>
    await fakeModule(await mkdtemp(join(dir, "evil-")), two.module, { "doc.go": "package evil\n" });

  test("a swapped zip beside its ziphash", async () => {
    await tamper(pathsOf(two).zip, (await evil()).served[zipOfTwo]!);
    const found = await verifyCache(cache, sums);
    expect(brief(found)).toEqual([["zip", "modified", false]]);
    expect(found.problems[0]).toMatchObject({
      module: two.module,
      expected: two.h1,
      actual: expect.stringMatching(/^h1:/),
    });
    expect(found.problems[0]!.file).toBe("cache/download/example.com/two/@v/v2.0.0+incompatible.zip");
    expect(brief(await verifyCache(cache, sums, { repair: true }))).toEqual([["zip", "modified", true]]);
    expect(scanCache(cache).modules.get("example.com/two@v2.0.0+incompatible")!.files).toEqual(
      new Set(["info", "mod"]),
    );
    const after = await verifyCache(cache, sums);
    expect(after.problems).toEqual([]);
    expect(after.missing).toEqual([two.module]);
  });

  test("a matched zip, ziphash and tree", async () => {
    const other = await evil();
    await tamper(pathsOf(two).zip, other.served[zipOfTwo]!);
    await tamper(pathsOf(two).ziphash, other.h1);
    await extractTree(cache, two.module, { env });
    const found = await verifyCache(cache, sums, { repair: true });
    expect(brief(found).sort()).toEqual([
      ["tree", "modified", true],
      ["zip", "modified", true],
    ]);
    await expect(stat(pathsOf(two).tree)).rejects.toThrow();
    await expect(stat(pathsOf(two).ziphash)).rejects.toThrow();
  });

  test.each([
    ["a changed file", async (tree: string) => tamper(join(tree, "doc.go"), "package evil\n")],
    ["an extra file", async (tree: string) => tamper(join(tree, "evil.go"), "package fake\n")],
    [
      "a missing file",
      async (tree: string) => {
        await chmod(tree, 0o755);
        await rm(join(tree, "doc.go"));
      },
    ],
  ])("%s in a tree", async (_, change) => {
    await extractTree(cache, two.module, { env });
    await change(pathsOf(two).tree);
    expect(brief(await verifyCache(cache, sums))).toEqual([["tree", "modified", false]]);
    expect(brief(await verifyCache(cache, sums, { repair: true }))).toEqual([["tree", "modified", true]]);
    expect(brief(await verifyCache(cache, sums))).toEqual([]);
  });

  test("trees can be dropped unread, zips stay", async () => {
    await extractTree(cache, one.module, { env });
    await extractTree(cache, two.module, { env });
    expect(await verifyCache(cache, sums, { repair: true, trees: "drop" })).toMatchObject({
      problems: [],
      droppedTrees: 2,
    });
    expect([...scanCache(cache).modules.values()].some(({ hasTree }) => hasTree)).toBe(false);
  });

  test("a foreign tree without zip is held against go.sum all the same", async () => {
    await mkdir(pathsOf(two).tree, { recursive: true });
    await writeFile(join(pathsOf(two).tree, "doc.go"), "package evil\n");
    await rm(pathsOf(two).zip);
    expect(brief(await verifyCache(cache, sums, { repair: true }))).toEqual([["tree", "modified", true]]);
  });

  test("a wrong ziphash is written anew from the verified zip", async () => {
    await tamper(pathsOf(one).ziphash, two.h1);
    expect(brief(await verifyCache(cache, sums, { repair: true }))).toEqual([["ziphash", "modified", true]]);
    expect(await readFile(pathsOf(one).ziphash, "utf8")).toBe(one.h1);
    await rm(pathsOf(one).ziphash);
    expect(brief(await verifyCache(cache, sums, { repair: true }))).toEqual([]);
    expect(await readFile(pathsOf(one).ziphash, "utf8")).toBe(one.h1);
  });

  test("a ziphash whose zip is gone must be right too", async () => {
    await rm(pathsOf(one).zip);
    await tamper(pathsOf(one).ziphash, two.h1);
    expect(brief(await verifyCache(cache, sums, { repair: true }))).toEqual([["ziphash", "modified", true]]);
    await expect(stat(pathsOf(one).ziphash)).rejects.toThrow();
  });

  test("changed go.mod and .info, and a zip that is none", async () => {
    await tamper(pathsOf(one).mod, "module example.com/One\n\nrequire evil.example v1.0.0\n");
    await tamper(pathsOf(two).info, '{"Version":"v9.9.9"}');
    await tamper(pathsOf(two).zip, "PK not a zip");
    const found = await verifyCache(cache, sums);
    expect(brief(found).sort()).toEqual([
      ["info", "about another version", false],
      ["mod", "modified", false],
      ["zip", "damaged", false],
    ]);
  });

  test("links and foreign files are not taken for modules", async () => {
    await mkdir(join(dir, "elsewhere/evil@v1.0.0"), { recursive: true });
    await symlink(join(dir, "elsewhere"), join(cache, "evil.example"));
    await rename(pathsOf(two).zip, join(dir, "moved.zip"));
    await symlink(join(dir, "moved.zip"), pathsOf(two).zip);
    await writeFile(join(dirname(pathsOf(two).zip), "v1.zip"), "");
    const found = await verifyCache(cache, sums, { repair: true });
    expect(found.problems.map(({ file, part }) => `${part} ${file}`).sort()).toEqual([
      "foreign cache/download/example.com/two/@v/v1.zip",
      "foreign cache/download/example.com/two/@v/v2.0.0+incompatible.zip",
      "foreign evil.example",
    ]);
    expect((await stat(join(dir, "moved.zip"))).isFile()).toBe(true);
    expect((await stat(join(dir, "elsewhere/evil@v1.0.0"))).isDirectory()).toBe(true);
    await expect(stat(join(cache, "evil.example"))).rejects.toThrow();
  });

  test("what is nobody's tree is left alone: the cache may have been put into a project", async () => {
    const mine = ["evil.example/x@latest", "node_modules/@types", "node_modules/.bin", "icon@2x.png"];
    for (const name of mine) await mkdir(join(cache, name), { recursive: true });
    await symlink("../x", join(cache, "node_modules/.bin/x"));
    await writeFile(join(cache, "picture.png"), "");
    await symlink("picture.png", join(cache, "logo.png"));
    const found = await verifyCache(cache, sums, { repair: true });
    expect(brief(found)).toEqual([]);
    expect((await pruneCache(cache, new Set())).versions).toHaveLength(2);
    const left = ["cache", "evil.example", "icon@2x.png", "logo.png", "node_modules", "picture.png"];
    expect((await readdir(cache)).sort()).toEqual(left);
    expect(await readdir(join(cache, "node_modules/.bin"))).toEqual(["x"]);
  });

  test("pipes and links to devices in a tree are not waited for", async () => {
    for (const [i, make] of [
      (file: string) => execFileSync("mkfifo", [file]),
      (file: string) => symlink("/dev/zero", file),
    ].entries()) {
      await extractTree(cache, two.module, { env, writable: true });
      await make(join(pathsOf(two).tree, `${i}.go`));
      const found = await verifyCache(cache, sums, { repair: true });
      expect(brief(found)).toEqual([["tree", "unreadable", true]]);
    }
  });

  test("files larger than any may be are wrong without being read", async () => {
    for (const part of ["mod", "info", "ziphash"] as const) await truncate(pathsOf(one)[part], 3e9);
    const found = await verifyCache(cache, sums, { repair: true });
    expect(found.problems.map(({ part }) => part).sort()).toEqual(["info", "mod", "ziphash"]);
  });

  test("the zip and tree of another project in a shared cache stay", async () => {
    await extractTree(cache, two.module, { env });
    const lone = [sums[0]!, { module: two.module, goModH1: two.goModH1 }];
    const before = await filesBelow(cache);
    expect(brief(await verifyCache(cache, lone, { repair: true, extra: "leave" }))).toEqual([]);
    expect(await filesBelow(cache)).toEqual(before);
    expect(brief(await verifyCache(cache, lone, { repair: true }))).toHaveLength(2);
  });

  test("what go.sum does not list is named, and loses what go would believe unread", async () => {
    await extractTree(cache, two.module, { env });
    const found = await verifyCache(cache, sums.slice(0, 1), { repair: true });
    expect(found.extra).toEqual([two.module]);
    expect(scanCache(cache).modules.get("example.com/two@v2.0.0+incompatible")).toMatchObject({
      hasTree: false,
      files: new Set(["info", "mod", "zip", "lock"]),
    });
  });

  test("a go.mod-only line does not vouch for a zip", async () => {
    const { goModH1 } = two;
    const found = await verifyCache(cache, [sums[0]!, { module: two.module, goModH1 }]);
    expect(brief(found)).toContainEqual(["zip", "go.sum has no hash for this zip", false]);
  });
});

test("a file in the place of a cache is told as such", async () => {
  const file = join(dir, "no-folder");
  await writeFile(file, "");
  await expect(verifyCache(file, sums)).rejects.toMatchObject({
    code: "FILE_UNREADABLE",
    subject: join(file, "cache/download"),
    actual: "ENOTDIR",
    fix: expect.stringContaining("choose another path"),
  });
});

describe("pruning", () => {
  test("removes files, trees, lists and empty folders of what nobody names", async () => {
    await extractTree(cache, two.module, { env });
    const pruned = await pruneCache(cache, new Set(["example.com/One@v1.0.0-RC1"]));
    expect(pruned.versions).toEqual(["example.com/two@v2.0.0+incompatible"]);
    expect(pruned.bytes).toBeGreaterThan(100);
    const left = await filesBelow(cache);
    expect(left.every((file) => file.startsWith("cache/download/example.com/!one/@v/"))).toBe(true);
    expect(left).toHaveLength(5);
    expect(await readdir(cache)).toEqual(["cache"]);
    expect(await readdir(join(cache, "cache/download/example.com"))).toEqual(["!one"]);
  });

  test("keeps other versions and rewrites their list", async () => {
    const next = await fakeModule(dir, { path: "example.com/two", version: "v2.1.0+incompatible" });
    await writeModule(cache, next.verified);
    await pruneCache(cache, new Set(["example.com/two@v2.1.0+incompatible"]));
    expect(await readFile(pathsOf(next).list, "utf8")).toBe("v2.1.0+incompatible\n");
  });

  test("unfinished files go when they are old", async () => {
    const { versions } = pathsOf(one);
    const [old, young] = [join(versions, ".v1.0.0.zip.1.aa.tmp"), join(versions, "v1.0.0.zip123.tmp")];
    await writeFile(old, "");
    await writeFile(young, "");
    await utimes(old, new Date(0), new Date(0));
    expect(brief(await verifyCache(cache, sums))).toEqual([]);
    await pruneCache(cache, new Set(["example.com/One@v1.0.0-RC1", "example.com/two@v2.0.0+incompatible"]));
    await expect(stat(old)).rejects.toThrow();
    expect((await stat(young)).isFile()).toBe(true);
  });
});

describe("the stamp", () => {
  const proven = async (root = cache, of = sums) =>
    [...(await provenByStamp(root, identitiesOf(root, of)))].sort();
  const both = ["example.com/One@v1.0.0-RC1", "example.com/two@v2.0.0+incompatible"];

  beforeEach(async () => {
    await writeStamp(cache, identitiesOf(cache, sums));
  });

  test("vouches for files that nobody touched, and only then spares reading them", async () => {
    expect(await proven()).toEqual(both);
    const all = new Set(both);
    expect(await verifyCache(cache, sums, { proven: all })).toMatchObject({ checked: 0, problems: [] });
  });

  test("does not survive being archived and restored, whatever times the archive keeps", async () => {
    const restored = join(dir, "restored");
    await cp(cache, restored, { recursive: true, preserveTimestamps: true });
    expect(await proven(restored)).toEqual([]);
    // Also in the place of the original.
    await rm(cache, { recursive: true });
    await rename(restored, cache);
    expect(await proven()).toEqual([]);
  });

  test("ends for a file that was replaced, or written to with its times put back", async () => {
    const { zip } = pathsOf(one);
    const { atime, mtime } = await stat(zip);
    const content = await readFile(zip);
    await writeFile(zip, Buffer.from(content.map((byte, i) => (i === 40 ? byte ^ 1 : byte))));
    await utimes(zip, atime, mtime);
    expect(await proven()).toEqual([both[1]]);
    await tamper(pathsOf(two).mod, await readFile(pathsOf(two).mod));
    expect(await proven()).toEqual([]);
  });

  test("ends when go.sum says otherwise, when a file or tree appears, and when it is no stamp", async () => {
    expect(await proven(cache, [sums[0]!, { ...sums[1]!, h1: one.h1 }])).toEqual([both[0]]);
    await extractTree(cache, one.module, { env });
    expect(await proven()).toEqual([both[1]]);
    await writeFile(join(cache, "cache/modwharf-stamp.json"), "{}");
    expect(await proven()).toEqual([]);
  });
});
