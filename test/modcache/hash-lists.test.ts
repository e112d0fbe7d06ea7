import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Hash1, sha256Hex } from "../../src/dirhash/h1.ts";
import { FileHashes, h1OfList } from "../../src/dirhash/hash-list.ts";
import { HashLists } from "../../src/modcache/hash-lists.ts";

const prefix = "example.com/a@v1.0.0/";

function digest(...names: string[]): Hash1 {
  const h1 = new Hash1(prefix);
  for (const name of names) h1.add(name, sha256Hex(Buffer.from(name)));
  return h1;
}

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "modwharf-lists-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const onlyFile = () => join(dir, readdirSync(dir)[0]!);

// The last name is a lone byte 0xff, which is not UTF-8.
const names = ["a.go", "b/c.go", "b/é.go", "\u{1f600}.txt", "\uffee.txt", "\udcff.txt"];

test("a list has the h1 that it was made with, and tells each file's hash", async () => {
  const h1 = digest(...names);
  expect(h1OfList(h1.list())).toBe(h1.sum());
  await new HashLists(dir).write(h1.sum(), h1.list());
  const hashes = new FileHashes(new HashLists(dir).read(h1.sum())!, prefix);
  for (const name of names) expect(hashes.of(name)).toBe(sha256Hex(Buffer.from(name)));
  expect(hashes.of("b")).toBeUndefined();
  expect(hashes.paths().toSorted()).toEqual(names.toSorted());
  expect(hashes.list("b")).toEqual(
    new Map([
      ["c.go", "regular"],
      ["é.go", "regular"],
    ]),
  );
});

test("a list in which one hash was changed is none", async () => {
  const h1 = digest("a.go", "b.go");
  const lists = new HashLists(dir);
  await lists.write(h1.sum(), h1.list());
  writeFileSync(
    onlyFile(),
    readFileSync(onlyFile(), "latin1").replace(/^./, (digit) => (digit === "0" ? "1" : "0")),
  );
  expect(lists.read(h1.sum())).toBeUndefined();
});

test("prune keeps the lists that are named, and nothing else", async () => {
  const [kept, dropped] = [digest("a.go"), digest("b.go")];
  const lists = new HashLists(dir);
  for (const h1 of [kept, dropped]) await lists.write(h1.sum(), h1.list());
  writeFileSync(join(dir, "other"), "");
  await lists.prune([kept.sum()]);
  expect(readdirSync(dir)).toHaveLength(1);
  expect(lists.read(kept.sum())).toEqual(kept.list());
});

test("names outside of the module are not found", () => {
  const hashes = new FileHashes(digest("a.go").list(), "example.com/b@v1.0.0/");
  expect(hashes.of("a.go")).toBeUndefined();
  expect(hashes.list("")).toBeUndefined();
  expect(hashes.paths()).toEqual([]);
});
