import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadProject } from "../../src/modgraph/project.ts";
import { createVendor } from "../../src/vendor/vendor.ts";
import { verifyVendor } from "../../src/vendor/verify.ts";
import { FakeModules, writeTree } from "./fake-modules.ts";

let fake: FakeModules;
let dir: string;
beforeEach(async () => {
  fake = new FakeModules();
  await fake.add({ "example.com/a@v1.0.0": { "a.go": "package a\n\nvar A = 1\n", "b.go": "package a\n" } });
  dir = fake.project({
    "go.mod": "module example.com/m\n\ngo 1.21\n\nrequire example.com/a v1.0.0\n",
    "m.go": 'package m\n\nimport _ "example.com/a"\n',
  });
  await createVendor({ project: await loadProject(dir), source: fake.source() });
});
afterEach(() => fake.dispose());

const verify = (target: string, options = {}) =>
  verifyVendor({ dir: join(dir, target), source: fake.source(), ...options });

test("a directory that is not there is an error, not a list of all files", async () => {
  await expect(verify("vendr")).rejects.toMatchObject({ code: "USAGE", subject: join(dir, "vendr") });
  await expect(verify("no/vendor")).rejects.toMatchObject({ what: "there is no vendor directory" });
});

test("the project's directory and modules.txt are corrected to the vendor directory", async () => {
  await expect(verify(".")).rejects.toMatchObject({ fix: expect.stringContaining(join(dir, "vendor")) });
  await expect(verify("vendor/modules.txt")).rejects.toMatchObject({
    fix: expect.stringMatching(`verify vendor ${join(dir, "vendor")}$`),
  });
});

test("without a requirement no directory is right", async () => {
  writeTree(join(dir, "empty"), { "go.mod": "module example.com/e\n\ngo 1.21\n" });
  expect((await verify("empty/vendor")).findings).toEqual([]);
});

test("a go.sum that is named must be there", async () => {
  const goSum = [join(dir, "trusted.sum")];
  await expect(verify("vendor", { goSum })).rejects.toMatchObject({
    code: "FILE_UNREADABLE",
    subject: goSum[0],
  });
});

test("an empty directory and a missing modules.txt are told once", async () => {
  rmSync(join(dir, "vendor/modules.txt"));
  expect((await verify("vendor")).findings).toMatchObject([{ file: "vendor/modules.txt", blocking: true }]);
  rmSync(join(dir, "vendor"), { recursive: true });
  mkdirSync(join(dir, "vendor"));
  expect((await verify("vendor")).findings).toMatchObject([{ rule: "vendor-missing", blocking: true }]);
});

test("line ends that git rewrote are told from other changes", async () => {
  writeFileSync(join(dir, "vendor/example.com/a/a.go"), "package a\r\n\r\nvar A = 1\r\n");
  writeFileSync(join(dir, "vendor/example.com/a/b.go"), "package b\r\n");
  const { findings } = await verify("vendor");
  expect(findings.map(({ fix }) => fix?.includes(".gitattributes"))).toEqual([true, false]);
});

test("a module below the given directory, and a workspace without one of its modules, name the fix", async () => {
  mkdirSync(join(dir, "sub"));
  await expect(loadProject(join(dir, "sub"))).rejects.toMatchObject({
    fix: `go.mod stands in ${dir}: run there`,
  });
  writeFileSync(join(dir, "go.work"), "go 1.21\n\nuse (\n\t.\n\t./gone\n)\n");
  await expect(loadProject(dir)).rejects.toMatchObject({ fix: expect.stringContaining("-dropuse=./gone") });
});

test("what go.sum lacks is listed with one fix", async () => {
  writeFileSync(join(dir, "go.sum"), "");
  const error = await verify("vendor").catch((caught: Error) => caught as Error);
  expect(error).toMatchObject({
    code: "PACKAGES_UNLOADABLE",
    actual: expect.stringContaining("example.com/a@v1.0.0"),
  });
  expect((error as Error).message.match(/Fix:/g)).toHaveLength(1);
});
