import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeDirectorySync, writeSmallAtomic } from "../../src/base/small-files.ts";

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "modwharf-small-"));
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

test("a file is written into folders that are not there yet, replaces what was there, and leaves nothing else", () => {
  const file = join(dir, "a/b/c/file");
  writeSmallAtomic(file, "one");
  writeSmallAtomic(file, Buffer.from("two"));
  expect(readFileSync(file, "utf8")).toBe("two");
  expect(readdirSync(join(dir, "a/b/c"))).toEqual(["file"]);
});

test("a link is replaced, and what it leads to stays", () => {
  writeFileSync(join(dir, "kept"), "kept");
  symlinkSync("kept", join(dir, "link"));
  writeSmallAtomic(join(dir, "link"), "new");
  expect([readFileSync(join(dir, "link"), "utf8"), readFileSync(join(dir, "kept"), "utf8")]).toEqual([
    "new",
    "kept",
  ]);
});

test("what cannot be written is FILE_UNWRITABLE by the name that was asked for, and leaves nothing", () => {
  makeDirectorySync(join(dir, "folder/inside"));
  expect(() => writeSmallAtomic(join(dir, "folder"), "x")).toThrow(
    expect.objectContaining({ code: "FILE_UNWRITABLE", subject: join(dir, "folder") }),
  );
  writeFileSync(join(dir, "file"), "");
  expect(() => writeSmallAtomic(join(dir, "file/x"), "x")).toThrow(
    expect.objectContaining({ code: "FILE_UNWRITABLE" }),
  );
  expect(readdirSync(dir)).toEqual(["file", "folder"]);
});

test.skipIf(process.platform !== "linux")(
  "a folder below one that takes none is an error, not a search without end",
  () => {
    makeDirectorySync(dir);
    expect(() => makeDirectorySync("/proc/modwharf/x/y")).toThrow(/ENOENT/);
  },
);
