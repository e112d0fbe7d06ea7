import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sumdbDisk } from "../../src/sumdb/disk.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "modwharf-sumdb-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("keeps answers in folders that it makes, the last one under a name, and nothing else", async () => {
  const disk = sumdbDisk({ cacheDir: join(root, "cache"), latestDir: undefined });
  await disk.writeCache("db/tile/8/0/x001/234", Buffer.from("old"));
  await disk.writeCache("db/tile/8/0/x001/234", Buffer.from("new"));
  await disk.writeCache("db/tile/8/0/x001/235", Buffer.from("next"));
  const folder = join(root, "cache/db/tile/8/0/x001");
  expect(readdirSync(folder).sort()).toEqual(["234", "235"]);
  expect(readFileSync(join(folder, "234"), "utf8")).toBe("new");
});

test("goes on without an answer that cannot be kept, and leaves no part of it", async () => {
  const disk = sumdbDisk({ cacheDir: root, latestDir: undefined });
  mkdirSync(join(root, "db/lookup/in-the-way"), { recursive: true });
  await disk.writeCache("db/lookup/in-the-way", Buffer.from("record"));
  expect(readdirSync(join(root, "db/lookup"))).toEqual(["in-the-way"]);
});
