import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { temporaryDirectory } from "../../src/base/files.ts";
import { readManifests } from "../../src/manifest/read.ts";
import { withWholeGraph } from "../../src/manifest/whole-graph.ts";
import { formatModuleVersion } from "../../src/module/module-version.ts";

const H1 = "h1:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=";
let dir: string;
let dispose: () => Promise<void>;

beforeEach(async () => {
  ({ path: dir, dispose } = await temporaryDirectory());
});
afterEach(() => dispose());

/** go.sum files by name, as `path@version` (both lines) or `path@version/go.mod` (one). */
async function whole(sums: Record<string, string[]>): Promise<{ zips: string[]; mods: string[] }> {
  for (const [name, entries] of Object.entries(sums)) {
    const lines = entries.flatMap((entry) => {
      const line = `${entry.replace("@", " ")} ${H1}\n`;
      return entry.endsWith("/go.mod") ? [line] : [line, line.replace(` ${H1}`, `/go.mod ${H1}`)];
    });
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), lines.join(""));
  }
  const set = withWholeGraph(await readManifests(Object.keys(sums), { cwd: dir }));
  const named = (needs: string) =>
    set.modules.filter((one) => one.needs === needs).map(({ module }) => formatModuleVersion(module));
  return { zips: named("zip"), mods: named("mod") };
}

test("takes the highest version of each path whole, and of the others the go.mod alone", async () => {
  const entries = ["a.example/x@v1.9.0/go.mod", "a.example/x@v1.10.0/go.mod", "b.example/y@v1.0.0"];
  expect(await whole({ "go.sum": [...entries, "b.example/y@v0.9.0/go.mod"] })).toEqual({
    zips: ["a.example/x@v1.10.0", "b.example/y@v1.0.0"],
    mods: ["a.example/x@v1.9.0", "b.example/y@v0.9.0"],
  });
});

test("what one go.sum selects does not hide what another does", async () => {
  const found = await whole({
    "one/go.sum": ["a.example/x@v1.1.0/go.mod", "a.example/x@v1.0.0/go.mod"],
    "two/go.sum": ["a.example/x@v1.2.0/go.mod", "a.example/x@v1.0.0/go.mod"],
  });
  expect(found).toEqual({
    zips: ["a.example/x@v1.1.0", "a.example/x@v1.2.0"],
    mods: ["a.example/x@v1.0.0"],
  });
});

test("a module that is whole already stays", async () => {
  const found = await whole({ "go.sum": ["a.example/x@v1.0.0", "a.example/x@v1.1.0/go.mod"] });
  expect(found).toEqual({ zips: ["a.example/x@v1.0.0", "a.example/x@v1.1.0"], mods: [] });
});
