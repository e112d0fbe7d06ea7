import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { extractZip } from "../../src/zip/extract.ts";
import { type RawEntry, rawZip } from "../support/raw-zip.ts";

const mv = { path: "example.com/m", version: "v1.0.0" };
const prefix = "example.com/m@v1.0.0/";
const entry = (name: string, text = "x", more: Partial<RawEntry> = {}): RawEntry => ({
  name: prefix + name,
  content: Buffer.from(text),
  ...more,
});

let work: string;
let counter = 0;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "modwharf-extract-"));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

async function extract(
  entries: RawEntry[],
  dir = join(work, `${counter++}`, "deep", "target"),
): Promise<string> {
  const zip = join(work, "test.zip");
  writeFileSync(zip, rawZip(entries));
  await extractZip(mv, zip, { dir });
  return dir;
}

test("writes read-only files, whatever modes the zip has, and no empty directories", async () => {
  const large = "large ".repeat(1_000_000);
  const dir = await extract([
    entry("a.go", "package a", { mode: 0o100755 }),
    entry("sub/b.txt", large),
    entry("", ""),
    entry("empty/", ""),
  ]);
  expect(readFileSync(join(dir, "a.go"), "utf8")).toBe("package a");
  expect(readFileSync(join(dir, "sub", "b.txt"), "utf8")).toBe(large);
  expect(statSync(join(dir, "a.go")).mode & 0o777).toBe(0o444);
  expect(existsSync(join(dir, "empty"))).toBe(false);
});

const hostile: [what: string, entries: RawEntry[], message: RegExp][] = [
  ["a path that climbs out", [entry("../../evil", "x")], /not clean|malformed file path/],
  ["a path with a backslash", [entry("..\\evil", "x")], /invalid char/],
  ["an absolute path", [{ name: "/etc/evil" }], /does not have prefix/],
  ["a name beside the prefix", [{ name: "example.com/m@v1.0.0-evil/x" }], /does not have prefix/],
  ["names that differ in case", [entry("a.go"), entry("A.go")], /case-insensitive/],
  ["a name twice", [entry("a.go"), entry("a.go")], /multiple entries/],
  ["a symbolic link", [entry("link", "/etc/passwd", { mode: 0o120777 })], /symbolic link/],
  ["a device", [entry("null", "", { mode: 0o020666 })], /malformed|not a regular file/],
  ["a pipe", [entry("pipe", "", { mode: 0o010666 })], /not a regular file/],
  ["a nested go.mod", [entry("sub/go.mod")], /not in module root/],
  ["a name that is not UTF-8", [{ name: Buffer.from(`${prefix}\xff`, "latin1") }], /invalid UTF-8/],
];
test.for(hostile)("refuses %s before it writes anything", async ([, entries, message]) => {
  const dir = join(work, `${counter++}`);
  await expect(extract([entry("fine.go"), ...entries], dir)).rejects.toThrow(message);
  expect(existsSync(dir)).toBe(false);
  expect(existsSync(join(work, "evil"))).toBe(false);
});

test("refuses sizes and CRC-32s that lie", async () => {
  await expect(extract([entry("a", "12345", { size: 3 })])).rejects.toThrow("lies about itself");
  await expect(extract([entry("a", "12345", { crc: 1 })])).rejects.toThrow("CRC-32");
});

test("refuses a directory that is not empty, and takes an empty one", async () => {
  const dir = join(work, `${counter++}`);
  mkdirSync(dir);
  await extract([entry("a.go")], dir);
  await expect(extract([entry("b.go")], dir)).rejects.toThrow("not empty");
});

test.skipIf(process.platform !== "linux")("ends where folders can never be made", async () => {
  const refused = { code: "FILE_UNWRITABLE", subject: "/proc/none/such", actual: "ENOENT" };
  await expect(extract([entry("a.go")], "/proc/none/such")).rejects.toMatchObject(refused);
});
