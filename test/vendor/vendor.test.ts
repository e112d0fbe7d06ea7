import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Hash1, sha256Hex } from "../../src/dirhash/h1.ts";
import { HashLists } from "../../src/modcache/hash-lists.ts";
import { loadProject } from "../../src/modgraph/project.ts";
import { checkVendor, createVendor } from "../../src/vendor/vendor.ts";
import { verifyVendor } from "../../src/vendor/verify.ts";
import { FakeModules, type Tree, writeTree } from "./fake-modules.ts";

let fake: FakeModules;
beforeEach(async () => {
  fake = new FakeModules();
  await fake.add({
    "example.com/a@v1.0.0": {
      "go.mod": "module example.com/a\n\ngo 1.20\n\nrequire example.com/b v1.0.0\n",
      LICENSE: "licence",
      "p/p.go": 'package p\n\nimport _ "example.com/b"\n',
      "p/gen.go": '//go:build ignore\n\npackage main\n\nimport _ "example.com/unknown"\n',
      "p/p_test.go": 'package p\n\nimport _ "example.com/unknown"\n',
      "p/data.bin": "data",
      "q/q.go": "package q\n",
    },
    "example.com/b@v1.0.0": { "b.go": "package b\n" },
  });
});
afterEach(() => fake.dispose());

const goMod =
  "module example.com/m\n\ngo 1.21\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/b v1.0.0\n)\n";
const main: Tree = { "go.mod": goMod, "m.go": 'package m\n\nimport _ "example.com/a/p"\n' };

const create = async (dir: string, options = {}) =>
  createVendor({ project: await loadProject(dir), source: fake.source(options) });
const check = async (dir: string, options = {}) =>
  (await checkVendor({ project: await loadProject(dir), source: fake.source(options) })).differences;

const filesBelow = (dir: string) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .sort();

test("vendors the packages that are imported, licences of the directories above, no tests, nothing ignored", async () => {
  const dir = fake.project(main);
  expect(await create(dir)).toMatchObject({ modules: 2, files: 4 });
  expect(filesBelow(join(dir, "vendor"))).toEqual([
    "example.com/a/LICENSE",
    "example.com/a/p/data.bin",
    "example.com/a/p/p.go",
    "example.com/b/b.go",
    "modules.txt",
  ]);
  expect(readFileSync(join(dir, "vendor/modules.txt"), "utf8")).toBe(`# example.com/a v1.0.0
## explicit; go 1.20
example.com/a/p
# example.com/b v1.0.0
## explicit
example.com/b
`);
  expect(await check(dir)).toEqual([]);
});

test("refuses a zip that is not what go.sum says, and leaves the old vendor as it was", async () => {
  const dir = fake.project(main);
  await create(dir);
  const other = new FakeModules();
  await other.add({ "example.com/a@v1.0.0": { "p/p.go": "package p // evil\n" } });
  fake.zips.set("example.com/a@v1.0.0", other.zips.get("example.com/a@v1.0.0")!);
  await expect(create(dir)).rejects.toMatchObject({ code: "HASH_MISMATCH" });
  expect(filesBelow(join(dir, "vendor"))).toHaveLength(5);
  expect(readdirSync(dir).sort()).toEqual(["go.mod", "go.sum", "m.go", "vendor"]);
  other.dispose();
});

test("refuses a module without a line in go.sum", async () => {
  const dir = fake.project({ ...main, "go.sum": "" });
  await expect(create(dir)).rejects.toMatchObject({
    code: "PACKAGES_UNLOADABLE",
    message: expect.stringContaining("go.sum has no hash"),
  });
});

test("names every import that no module provides", async () => {
  const imports =
    'import (\n\t_ "example.com/a/none"\n\t_ "example.com/x"\n\t_ "fmt"\n\t_ "nosuchstd/x"\n)\n';
  const dir = fake.project({ ...main, "m.go": `package m\n\n${imports}` });
  const failure = expect.stringMatching(/example\.com\/a\/none.*example\.com\/x/s);
  await expect(create(dir)).rejects.toMatchObject({ code: "PACKAGES_UNLOADABLE", message: failure });
});

test("refuses a go.mod that lists less than a module needs", async () => {
  await fake.add({
    "example.com/c@v1.0.0": {
      "go.mod": "module example.com/c\n\ngo 1.20\n\nrequire example.com/b v1.1.0\n",
      "c.go": "package c\n",
    },
    "example.com/b@v1.1.0": { "b.go": "package b\n" },
  });
  const dir = fake.project({
    "go.mod": goMod.replace("example.com/a v1.0.0", "example.com/c v1.0.0"),
    "m.go": 'package m\n\nimport (\n\t_ "example.com/b"\n\t_ "example.com/c"\n)\n',
  });
  await expect(create(dir)).rejects.toMatchObject({
    expected: expect.stringContaining("example.com/b v1.1.0"),
  });
});

test("with lists of hashes from an earlier run, a check reads no zip but for what is missing", async () => {
  const dir = fake.project(main);
  const hashLists = join(fake.dir, "lists");
  await create(dir, { hashLists });
  fake.asked.length = 0;
  expect(await check(dir, { hashLists })).toEqual([]);
  // p/gen.go is not vendored, and only its content says that it need not be.
  expect(fake.asked.filter((name) => name.endsWith(".zip"))).toEqual(["example.com/a@v1.0.0.zip"]);
  fake.asked.length = 0;
  writeFileSync(join(dir, "vendor/example.com/b/b.go"), "package b // evil\n");
  expect(await check(dir, { hashLists })).toMatchObject([{ kind: "modified", path: "example.com/b/b.go" }]);
});

test("a forged list of hashes is not believed", async () => {
  const dir = fake.project(main);
  const hashLists = join(fake.dir, "lists");
  await create(dir, { hashLists });
  for (const name of readdirSync(hashLists)) {
    const list = readFileSync(join(hashLists, name), "utf8");
    writeFileSync(join(hashLists, name), list.replaceAll(/^[0-9a-f]{4}/gm, "0000"));
  }
  expect(await check(dir, { hashLists })).toEqual([]);
});

test("an extracted tree that has the hash of go.sum stands in for the zip", async () => {
  const dir = fake.project(main);
  await create(dir, { trees: true });
  expect(await check(dir, { trees: true })).toEqual([]);
  expect(fake.asked.filter((name) => name.endsWith(".zip"))).toEqual([]);
});

test("an extracted tree that was altered is not believed, nor is a link in it followed to its end", async () => {
  const dir = fake.project(main);
  writeTree(fake.treeOf("example.com/a@v1.0.0"), { "p/p.go": "package evil\n" });
  rmSync(join(fake.treeOf("example.com/b@v1.0.0"), "b.go"));
  symlinkSync("/dev/zero", join(fake.treeOf("example.com/b@v1.0.0"), "b.go"));
  await create(dir, { trees: true });
  expect(fake.asked).toEqual(
    expect.arrayContaining(["example.com/a@v1.0.0.zip", "example.com/b@v1.0.0.zip"]),
  );
  expect(await check(dir)).toEqual([]);
});

test("compares every kind of entry", async () => {
  const dir = fake.project(main);
  await create(dir);
  const vendor = join(dir, "vendor");
  writeTree(vendor, { "example.com/a/p/p.go": "package p\n", "example.com/new/x.go": "package x\n" });
  rmSync(join(vendor, "example.com/a/LICENSE"));
  rmSync(join(vendor, "example.com/b/b.go"));
  symlinkSync("/dev/null", join(vendor, "example.com/b/b.go"));
  mkdirSync(join(vendor, "empty"));
  expect(await check(dir)).toMatchObject([
    { kind: "missing", path: "example.com/a/LICENSE" },
    { kind: "modified", path: "example.com/a/p/p.go" },
    { kind: "irregular", path: "example.com/b/b.go", mode: "symlink" },
    { kind: "extra", path: "example.com/new/x.go" },
  ]);
});

test("a run that was killed in the middle of the exchange is put right by the next", async () => {
  const dir = fake.project(main);
  await create(dir);
  // No process has this number: the highest that Linux gives is 4194304.
  writeTree(dir, {
    ".vendor.old.4194305.aaaaaaaaaaaa.tmp/x.go": "old\n",
    ".vendor.new.4194305.bbbbbbbbbbbb.tmp/y.go": "new\n",
    [`.vendor.new.${process.pid}.cccccccccccc.tmp/z.go`]: "of a run that is under way\n",
  });
  rmSync(join(dir, "vendor"), { recursive: true });
  fake.zips.clear();
  await expect(create(dir)).rejects.toThrow("no such module");
  expect(filesBelow(join(dir, "vendor"))).toEqual(["x.go"]);
  const hidden = readdirSync(dir).filter((name) => name.startsWith("."));
  expect(hidden).toEqual([`.vendor.new.${process.pid}.cccccccccccc.tmp`]);
});

test("an abort leaves the old vendor", async () => {
  const dir = fake.project(main);
  await create(dir);
  writeTree(dir, { "vendor/mine.txt": "mine" });
  const signal = AbortSignal.abort(new Error("stopped"));
  const project = await loadProject(dir);
  await expect(createVendor({ project, source: fake.source(), signal })).rejects.toThrow("stopped");
  expect(existsSync(join(dir, "vendor/mine.txt"))).toBe(true);
  expect(readdirSync(dir).filter((name) => name.startsWith("."))).toEqual([]);
});

test("without dependencies there is no vendor directory", async () => {
  const dir = fake.project({ "go.mod": "module example.com/m\n\ngo 1.21\n", "m.go": "package m\n" });
  writeTree(dir, { "vendor/modules.txt": "stale\n" });
  expect(await check(dir)).toMatchObject([{ kind: "extra", path: "modules.txt" }]);
  expect(await create(dir)).toMatchObject({ modules: 0, files: 0 });
  expect(existsSync(join(dir, "vendor"))).toBe(false);
});

const replaced: Tree = {
  ...main,
  "go.mod": `${goMod}\nreplace example.com/b => ../local\n`,
  "../local/go.mod": "module example.com/b\n\ngo 1.19\n",
  "../local/b.go": "package b // local\n",
};

test("a local replacement is vendored from its directory, and verification says that nothing vouches for it", async () => {
  const dir = fake.project(replaced);
  await create(dir);
  expect(readFileSync(join(dir, "vendor/example.com/b/b.go"), "utf8")).toBe("package b // local\n");
  const verified = await verifyVendor({ dir: join(dir, "vendor"), source: fake.source() });
  expect(verified.local).toEqual([{ path: "example.com/b", version: "v1.0.0" }]);
  expect(verified.findings).toMatchObject([
    {
      rule: "vendor-unverified",
      blocking: false,
      message: expect.stringContaining("compared with ../local"),
    },
  ]);
});

test("where the directory of a local replacement is missing, everything else is still verified", async () => {
  const dir = fake.project(replaced);
  await create(dir);
  rmSync(join(dir, "../local"), { recursive: true });
  writeTree(dir, {
    "vendor/example.com/a/p/p.go": "package p\n",
    "vendor/example.com/b/b.go": "package b\n",
  });
  const { findings } = await verifyVendor({ dir: join(dir, "vendor"), source: fake.source() });
  expect(findings).toMatchObject([
    { rule: "vendor-modified", file: "vendor/example.com/a/p/p.go" },
    { rule: "vendor-unverified", message: expect.stringContaining("is not here") },
  ]);
  await expect(check(dir)).rejects.toMatchObject({ code: "FILE_UNREADABLE" });
});

test("a workspace has one vendor directory, for all of its modules", async () => {
  const dir = fake.project({
    "go.work": "go 1.21\n\nuse (\n\t./m\n\t./n\n)\n\nreplace example.com/b => ./local\n",
    "m/go.mod": goMod,
    "m/go.sum": fake.goSum,
    "m/m.go": 'package m\n\nimport _ "example.com/n/x"\n',
    "n/go.mod": "module example.com/n\n\ngo 1.21\n\nrequire example.com/b v1.0.0\n",
    "n/x/x.go": 'package x\n\nimport _ "example.com/b"\n',
    "local/go.mod": "module example.com/b\n",
    "local/b.go": "package b\n",
  });
  await create(dir);
  expect(readFileSync(join(dir, "vendor/modules.txt"), "utf8")).toBe(`## workspace
# example.com/a v1.0.0
## explicit; go 1.20
# example.com/b v1.0.0 => ./local
## explicit
example.com/b
# example.com/b => ./local
`);
  expect(await check(dir)).toEqual([]);
});

test("go.sum files that contradict each other are refused, with both hashes", async () => {
  const dir = fake.project(main);
  await create(dir);
  const other = join(fake.dir, "trusted.sum");
  const hash = (letter: string) => `h1:${letter.repeat(42)}A=`;
  writeFileSync(other, `example.com/b v1.0.0 ${hash("x")}\n`);
  const verifying = verifyVendor({ dir: join(dir, "vendor"), source: fake.source(), goSum: [other] });
  await expect(verifying).rejects.toMatchObject({ code: "HASH_MISMATCH", actual: hash("x") });
});

test.each([
  ["leads out of the directory", ".."],
  ["differs from another in case alone", "P.GO"],
])(
  "a name that %s is refused, though its list has the hash of go.sum, and the old directory stays",
  async (_, name) => {
    const prefix = "example.com/evil@v1.0.0/";
    const digest = new Hash1(prefix);
    for (const file of ["p.go", name]) digest.add(file, sha256Hex(Buffer.from("package evil\n")));
    await fake.add({ "example.com/evil@v1.0.0": { "p.go": "package evil\n" } });
    const h1 = /example.com\/evil v1.0.0 (h1:\S+)/.exec(fake.goSum)![1]!;
    const hashLists = join(fake.dir, "lists");
    await new HashLists(hashLists).write(digest.sum(), digest.list());
    const dir = fake.project({
      "go.mod": "module example.com/m\n\ngo 1.21\n\nrequire example.com/evil v1.0.0\n",
      "go.sum": fake.goSum.replace(h1, digest.sum()),
      "m.go": 'package m\n\nimport _ "example.com/evil"\n',
      "vendor/old.txt": "old",
    });
    await expect(create(dir, { hashLists })).rejects.toMatchObject({
      code: expect.stringMatching(/MODULE_PATH|ZIP_INVALID/),
    });
    expect(filesBelow(join(dir, "vendor"))).toEqual(["old.txt"]);
  },
);

test("a failure is told when no download is under way any more, which the caller removes", async () => {
  const dir = fake.project(main);
  const source = fake.source();
  let begun = 0;
  let ended = 0;
  const slow: typeof source.zip = async (module) => {
    begun++;
    try {
      if (module.path === "example.com/b") throw new Error("the proxy has no such zip");
      for (let turns = 0; turns < 10; turns++) await setImmediate();
      return await source.zip(module);
    } finally {
      ended++;
    }
  };
  const created = createVendor({ project: await loadProject(dir), source: { ...source, zip: slow } });
  await expect(created).rejects.toThrow("no such zip");
  expect([begun, ended]).toEqual([2, 2]);
});

test("each zip is asked for once", async () => {
  await create(fake.project(main));
  expect(fake.asked.filter((name) => name.endsWith(".zip")).sort()).toEqual([
    "example.com/a@v1.0.0.zip",
    "example.com/b@v1.0.0.zip",
  ]);
});

test("many missing files of one module are one finding, a few are one each", async () => {
  const files = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`f${i}.go`, "package many\n"]));
  await fake.add({ "example.com/many@v1.0.0": files });
  const dir = fake.project({
    "go.mod": goMod.replace("(", "(\n\texample.com/many v1.0.0"),
    "m.go": 'package m\n\nimport (\n\t_ "example.com/a/p"\n\t_ "example.com/many"\n)\n',
  });
  await create(dir);
  rmSync(join(dir, "vendor/example.com/many"), { recursive: true });
  rmSync(join(dir, "vendor/example.com/a/LICENSE"));
  const { findings, differences } = await verifyVendor({ dir: join(dir, "vendor"), source: fake.source() });
  expect(differences).toHaveLength(31);
  expect(findings.map(({ message }) => message)).toEqual([
    "example.com/a/LICENSE of example.com/a@v1.0.0 is missing",
    "30 files of example.com/many@v1.0.0 are missing",
  ]);
  expect(findings[1]!.detail).toMatch(/^example\.com\/many\/f0\.go\n.*\nand 10 more$/s);
});
