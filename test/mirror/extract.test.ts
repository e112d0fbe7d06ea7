import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeIndex } from "../../src/mirror/bundle/bundle-index.ts";
import { extractToDirectory } from "../../src/mirror/bundle/extract.ts";
import type { BundleContents } from "../../src/mirror/bundle/read.ts";
import { fakeModule } from "../support/fake-module.ts";

let root: string;
let contents: BundleContents;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "modwharf-extract-"));
  const { verified } = await fakeModule(root, { path: "example.com/one", version: "v1.0.0" });
  const index = makeIndex([], undefined);
  contents = { index, modules: [verified], goMods: [], lookups: new Map(), tiles: new Map(), sizeBytes: 0 };
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const extract = (dir: string) => extractToDirectory(contents, dir, { layout: "goproxy", database: false });
const filesOf = (dir: string) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
const FILES = ["list", "v1.0.0.info", "v1.0.0.mod", "v1.0.0.zip"];

test("what somebody put beside the target does not get into it", async () => {
  const planted = join(root, `.out.${process.pid}.tmp`);
  mkdirSync(planted);
  writeFileSync(join(planted, "evil.zip"), "");
  await extract(join(root, "out"));
  expect(filesOf(join(root, "out"))).toEqual(FILES);
});

test("two at once fill one directory, and what appears in it meanwhile stays", async () => {
  const out = join(root, "out");
  mkdirSync(out);
  const both = [extract(out), extract(out)];
  // Both have most likely found it empty by then; what is asked holds either way.
  await new Promise((resolve) => setImmediate(resolve));
  writeFileSync(join(out, "mine"), "");
  await Promise.all(both);
  expect(filesOf(out)).toEqual([...FILES, "mine"].sort());
  expect(readdirSync(root).filter((name) => name.startsWith("."))).toEqual([]);
});

test("two at once make one directory", async () => {
  const out = join(root, "new", "out");
  await Promise.all([extract(out), extract(out)]);
  expect(filesOf(out)).toEqual(FILES);
  expect(readdirSync(join(root, "new"))).toEqual(["out"]);
});

test("an empty directory is filled where it stands, with the mode that it has", async () => {
  const out = join(root, "out");
  mkdirSync(out);
  chmodSync(out, 0o2750);
  const { ino } = statSync(out);
  await extract(out);
  expect(statSync(out)).toMatchObject({ ino, mode: 0o42750 });
  expect(filesOf(out)).toEqual(FILES);
});

test("a link to an empty directory stays one", async () => {
  const [out, real] = [join(root, "out"), join(root, "real")];
  mkdirSync(real);
  symlinkSync(real, out);
  await extract(out);
  expect(lstatSync(out).isSymbolicLink()).toBe(true);
  expect(filesOf(real)).toEqual(FILES);
});
