import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { temporaryDirectory } from "../../src/base/files.ts";
import { hashGoMod } from "../../src/dirhash/h1.ts";
import type { ModuleSet } from "../../src/manifest/module-set.ts";
import { readManifests } from "../../src/manifest/read.ts";
import { toolchainModule } from "../../src/manifest/toolchain.ts";
import type { ModuleSource } from "../../src/modgraph/module-source.ts";

const H1 = "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
const OTHER = "h1:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=";

let dir: string;
let dispose: () => Promise<void>;

beforeEach(async () => {
  ({ path: dir, dispose } = await temporaryDirectory());
});
afterEach(() => dispose());

async function write(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text);
  }
}

/** Both lines of a module version. */
const both = (path: string, version: string) => `${path} ${version} ${H1}\n${path} ${version}/go.mod ${H1}\n`;
const modOnly = (path: string, version: string, hash = H1) => `${path} ${version}/go.mod ${hash}\n`;

const read = (files: string[] = [], more: { source?: ModuleSource; purpose?: "build" | "tidy" } = {}) =>
  readManifests(files, { cwd: dir, ...more });

const shown = (set: ModuleSet) =>
  set.modules.map(({ module, needs, from }) => `${module.path}@${module.version} ${needs} ${from}`);

/** go.mod files of dependencies by `path@version`, and the go.sum lines for them. */
function sourceOf(goMods: Record<string, string>): ModuleSource & { goSum: string } {
  const goSum = Object.entries(goMods).map(([key, text]) => {
    const [path, version] = key.split("@") as [string, string];
    return modOnly(path, version, hashGoMod(Buffer.from(text)));
  });
  return {
    goSum: goSum.join(""),
    mod: async ({ path, version }) => Buffer.from(goMods[`${path}@${version}`]!),
    zip: async () => {
      throw new Error("no zip is needed to read a manifest");
    },
  };
}

describe("go.sum", () => {
  test("tells zips from lone go.mod files, with both hashes and the line", async () => {
    await write({ "go.sum": both("a.example/x", "v1.0.0") + modOnly("b.example/y", "v1.2.0") });
    const set = await read(["go.sum"]);
    expect(shown(set)).toEqual(["a.example/x@v1.0.0 zip go.sum:1", "b.example/y@v1.2.0 mod go.sum:3"]);
    expect(set.modules[0]).toMatchObject({ h1: H1, goModH1: H1 });
    expect(set.modules[1]).toMatchObject({ h1: undefined, goModH1: H1 });
  });

  test("several give one set; a contradiction names both lines", async () => {
    await write({
      "a/go.sum": both("a.example/x", "v1.0.0"),
      "b/go.sum": modOnly("a.example/x", "v1.0.0") + both("b.example/y", "v1.2.0"),
      "c/go.sum": `\na.example/x v1.0.0 ${OTHER}\n`,
    });
    expect(shown(await read(["b/go.sum", "a/go.sum"]))).toEqual([
      "a.example/x@v1.0.0 zip a/go.sum:1",
      "b.example/y@v1.2.0 zip b/go.sum:2",
    ]);
    await expect(read(["a/go.sum", "c/go.sum"])).rejects.toMatchObject({
      code: "HASH_MISMATCH",
      subject: "c/go.sum:2",
      expected: expect.stringContaining("a/go.sum:1"),
      actual: OTHER,
    });
  });
});

describe("go.mod from go 1.17", () => {
  const goMod = `module main.example/m

go 1.22.3

require (
	a.example/x v1.0.0
	b.example/y v1.2.0 // indirect
)
`;

  test("needs what it lists, and the go.mod files that go.sum has besides", async () => {
    await write({
      "go.mod": goMod,
      "go.sum":
        both("a.example/x", "v1.0.0") + both("c.example/z", "v0.1.0") + modOnly("d.example/w", "v0.2.0"),
    });
    const set = await read();
    expect(shown(set)).toEqual([
      "a.example/x@v1.0.0 zip go.mod:6",
      "b.example/y@v1.2.0 zip go.mod:7",
      "c.example/z@v0.1.0 mod go.sum:3",
      "d.example/w@v0.2.0 mod go.sum:5",
    ]);
    expect(set.modules.map(({ isDirect }) => isDirect)).toEqual([true, false, false, false]);
    expect(set.main).toMatchObject([{ path: "main.example/m", goVersion: "1.22.3", file: "go.mod" }]);
    expect(set.toolchains).toEqual([{ name: "go1.22.3", from: "go.mod:3" }]);
  });

  test("for tidying, all that go.sum has a zip's hash for", async () => {
    await write({ "go.mod": goMod, "go.sum": both("a.example/x", "v1.0.0") + both("c.example/z", "v0.1.0") });
    const set = await read([], { purpose: "tidy" });
    expect(set.files).toEqual(["go.mod", "go.sum"]);
    expect(shown(set)).toContain("c.example/z@v0.1.0 zip go.sum:3");
  });

  test("a listed module whose zip go.sum does not have takes part in the graph only", async () => {
    await write({
      "go.mod": goMod,
      "go.sum": both("a.example/x", "v1.0.0") + modOnly("b.example/y", "v1.2.0"),
    });
    expect(shown(await read(["go.mod"]))).toEqual([
      "a.example/x@v1.0.0 zip go.mod:6",
      "b.example/y@v1.2.0 mod go.mod:7",
    ]);
  });

  test("what replaces a module is fetched in its place, under its own hash", async () => {
    await write({
      "go.mod": `${goMod}
replace a.example/x => fork.example/x v1.0.1
replace b.example/y v1.2.0 => ../y
`,
      "go.sum": both("fork.example/x", "v1.0.1"),
    });
    const set = await read(["go.mod"]);
    expect(shown(set)).toEqual(["fork.example/x@v1.0.1 zip go.mod:6"]);
    expect(set.modules[0]).toMatchObject({
      h1: H1,
      isDirect: true,
      replaces: { path: "a.example/x", version: "v1.0.0" },
    });
    expect(set.localReplaces).toEqual([
      { module: { path: "b.example/y", version: "v1.2.0" }, directory: "../y", from: "go.mod:11" },
    ]);
  });

  test("excluded versions are not needed, and of two versions the higher one is", async () => {
    await write({
      "go.mod": `${goMod}
require a.example/x v1.1.0
exclude b.example/y v1.2.0
`,
    });
    expect(shown(await read(["go.mod"]))).toEqual(["a.example/x@v1.1.0 zip go.mod:10"]);
  });
});

describe("go.mod below 1.17", () => {
  const goMod = "module main.example/m\n\ngo 1.16\n\nrequire a.example/x v1.0.0\n";
  const goMods = {
    "a.example/x@v1.0.0": "module a.example/x\n\nrequire b.example/y v1.1.0\nrequire c.example/z v1.0.0\n",
    "b.example/y@v1.1.0": "module b.example/y\n\nrequire c.example/z v1.3.0\n",
    "c.example/z@v1.0.0": "module c.example/z\n",
    "c.example/z@v1.3.0": "module c.example/z\n",
  };

  test("needs the build list, and the go.mod of every version on the way", async () => {
    const source = sourceOf(goMods);
    await write({
      "go.mod": goMod,
      "go.sum": `${source.goSum}a.example/x v1.0.0 ${H1}\nc.example/z v1.3.0 ${H1}\n`,
    });
    expect(shown(await read(["go.mod"], { source }))).toEqual([
      "a.example/x@v1.0.0 zip go.mod:5",
      "b.example/y@v1.1.0 mod go.mod",
      "c.example/z@v1.0.0 mod go.mod",
      "c.example/z@v1.3.0 zip go.mod",
    ]);
  });

  test("without a source go.sum stands in for the build list", async () => {
    const source = sourceOf(goMods);
    await write({
      "go.mod": goMod,
      "go.sum": `${source.goSum}a.example/x v1.0.0 ${H1}\nc.example/z v1.3.0 ${H1}\n`,
    });
    expect((await read(["go.mod"])).modules.map(({ module, needs }) => `${module.path} ${needs}`)).toEqual([
      "a.example/x zip",
      "b.example/y mod",
      "c.example/z mod",
      "c.example/z zip",
    ]);
  });

  test("a go.mod with another hash than go.sum's is refused", async () => {
    const source = sourceOf(goMods);
    await write({ "go.mod": goMod, "go.sum": source.goSum });
    const lying = { ...source, mod: async () => Buffer.from("module a.example/x\n") };
    await expect(read(["go.mod"], { source: lying })).rejects.toMatchObject({ code: "HASH_MISMATCH" });
  });
});

describe("go.work", () => {
  test("needs what each of its modules needs, and what all together select", async () => {
    const source = sourceOf({
      "a.example/x@v1.0.0": "module a.example/x\n\ngo 1.20\n",
      "a.example/x@v1.1.0": "module a.example/x\n\ngo 1.20\n",
      "b.example/y@v1.0.0": "module b.example/y\n\ngo 1.20\n\nrequire a.example/x v1.2.0\n",
      "a.example/x@v1.2.0": "module a.example/x\n\ngo 1.20\n",
    });
    await write({
      "go.work": "go 1.22\n\ntoolchain go1.22.5\n\nuse ./one\nuse ./two\n\nreplace c.example/z => ./z\n",
      "go.work.sum": `a.example/x v1.2.0 ${H1}\n`,
      "one/go.mod": "module main.example/one\n\ngo 1.22\n\nrequire a.example/x v1.0.0\n",
      "one/go.sum": `${source.goSum}a.example/x v1.0.0 ${H1}\n`,
      "two/go.mod":
        "module main.example/two\n\ngo 1.22\n\nrequire (\n\tb.example/y v1.0.0\n\tmain.example/one v0.0.0\n)\n\nreplace main.example/one => ../one\n",
      "two/go.sum": `b.example/y v1.0.0 ${H1}\n`,
    });
    const set = await read([], { source });
    expect(set.files).toEqual(["go.work"]);
    expect(set.modules.filter(({ needs }) => needs === "zip").map(({ module }) => module)).toEqual([
      { path: "a.example/x", version: "v1.0.0" },
      { path: "a.example/x", version: "v1.2.0" },
      { path: "b.example/y", version: "v1.0.0" },
    ]);
    expect(set.main.map(({ path }) => path)).toEqual(["main.example/one", "main.example/two"]);
    expect(set.localReplaces.map(({ from }) => from)).toEqual(["go.work:8", "two/go.mod:10"]);
    expect(set.toolchains).toEqual([{ name: "go1.22.5", from: "go.work:3" }]);
  });
});

describe("vendor/modules.txt", () => {
  test("needs what has packages; hashes are those of the go.sum above", async () => {
    await write({
      "go.sum": both("a.example/x", "v1.0.0") + both("fork.example/y", "v1.0.1"),
      "vendor/modules.txt": `# a.example/x v1.0.0
## explicit; go 1.20
a.example/x
# b.example/y v1.0.0 => fork.example/y v1.0.1
## explicit
b.example/y/sub
# c.example/z v1.0.0
## explicit
# d.example/w v1.0.0 => ./w
## explicit
d.example/w
# b.example/y => fork.example/y v1.0.1
`,
    });
    const set = await read(["vendor/modules.txt"]);
    expect(shown(set)).toEqual([
      "a.example/x@v1.0.0 zip vendor/modules.txt:1",
      "c.example/z@v1.0.0 mod vendor/modules.txt:7",
      "fork.example/y@v1.0.1 zip vendor/modules.txt:4",
    ]);
    expect(set.modules[2]).toMatchObject({ h1: H1, replaces: { path: "b.example/y", version: "v1.0.0" } });
    expect(set.localReplaces).toHaveLength(1);
  });
});

describe("a text list", () => {
  test("has a version a line, and comments", async () => {
    await write({
      "modules.list": `# tools
golang.org/x/tools@v0.20.0   # gopls
// old
github.com/Azure/azure-sdk@v1.0.0+incompatible
golang.org/toolchain@v0.0.1-go1.22.3.linux-amd64

`,
    });
    expect(shown(await read(["modules.list"]))).toEqual([
      "github.com/Azure/azure-sdk@v1.0.0+incompatible zip modules.list:4",
      "golang.org/toolchain@v0.0.1-go1.22.3.linux-amd64 zip modules.list:5",
      "golang.org/x/tools@v0.20.0 zip modules.list:2",
    ]);
  });

  test.each([
    "golang.org/x/tools",
    "golang.org/x/tools@latest",
    "golang.org/x/tools@v0.20",
    "golang.org/x/tools@v1.2.3+meta",
    "golang.org/x/tools/v2@v1.0.0",
    "../x@v1.0.0",
    "golang.org/x/tools@v0.20.0 v0.21.0",
  ])("refuses %s and names the line", async (line) => {
    await write({ list: `\n${line}\n` });
    await expect(read(["list"])).rejects.toMatchObject({ code: "MODFILE_SYNTAX", subject: "list:2" });
  });
});

test("several manifests make one set, in which the greater need wins", async () => {
  await write({
    "go.mod": "module main.example/m\n\ngo 1.21\n\nrequire a.example/x v1.0.0\n",
    "go.sum": both("a.example/x", "v1.0.0") + modOnly("b.example/y", "v1.0.0"),
    "more.txt": "b.example/y@v1.0.0\n",
  });
  expect(shown(await read(["go.mod", "more.txt"]))).toEqual([
    "a.example/x@v1.0.0 zip go.mod:5",
    "b.example/y@v1.0.0 zip more.txt:1",
  ]);
});

test("without a manifest there is nothing to do", async () => {
  await expect(read()).rejects.toMatchObject({ code: "USAGE" });
  await expect(read(["tools.mod"])).rejects.toMatchObject({ code: "USAGE" });
  await expect(read(["absent/go.sum"])).rejects.toMatchObject({ code: "FILE_UNREADABLE" });
});

test("a toolchain is a module version for each platform", () => {
  expect(toolchainModule("go1.22.3", "linux/amd64")).toEqual({
    path: "golang.org/toolchain",
    version: "v0.0.1-go1.22.3.linux-amd64",
  });
  expect(() => toolchainModule("go1.22.3", "linux")).toThrow(/platform/);
  expect(() => toolchainModule("default", "linux/amd64")).toThrow(/platform/);
});
