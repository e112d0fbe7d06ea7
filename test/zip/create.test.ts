import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { h1OfEntries } from "../../src/dirhash/h1.ts";
import { createZip, type ZipInput } from "../../src/zip/create.ts";
import { createZipFromDir } from "../../src/zip/create-from-dir.ts";
import { hashZip } from "../../src/zip/hash.ts";
import { openZip } from "../../src/zip/read.ts";

const mv = { path: "example.com/m", version: "v1.0.0" };
const prefix = "example.com/m@v1.0.0/";

let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "modwharf-create-"));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

async function bytesOf(inputs: Iterable<ZipInput> | AsyncIterable<ZipInput>) {
  const chunks: Buffer[] = [];
  const sink = { write: (bytes: Uint8Array) => void chunks.push(Buffer.from(bytes)) };
  const created = await createZip(mv, inputs, sink);
  return { ...created, zip: Buffer.concat(chunks) };
}

const sum = (bytes: Buffer) => createHash("sha256").update(bytes).digest("base64");

/** Names and contents; contents as their sums, which compare faster. */
function readBack(zip: Buffer): [string, string][] {
  const file = join(work, "back.zip");
  writeFileSync(file, zip);
  const open = openZip(file);
  const contents = open.entries.map((entry): [string, string] => [entry.name, sum(open.content(entry))]);
  open.close();
  return contents;
}

/** Text that deflates, of any length. */
const text = (length: number, seed = 1) => {
  const bytes = Buffer.alloc(length);
  for (let i = 0, x = seed; i < length; i++) {
    x = (x * 1103515245 + 12345) & 0x7fffffff;
    bytes[i] = 97 + ((x >> 16) % (i % 7 === 0 ? 26 : 3));
  }
  return bytes;
};

async function* inPieces(content: Buffer, size: number) {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

describe("createZip", () => {
  const files = Array.from({ length: 300 }, (_, i) => ({
    path: `f${i}.go`,
    content: text((i * i * 7) % 70_000, i + 1),
  }));

  test("holds the files in their order, and its h1 is that of the content", async () => {
    const { h1, zip, ...counts } = await bytesOf([{ path: "empty", content: Buffer.alloc(0) }, ...files]);
    const wanted = [{ path: "empty", content: Buffer.alloc(0) }, ...files].map(
      ({ path, content }): [string, Buffer] => [prefix + path, content],
    );
    expect(readBack(zip)).toEqual(wanted.map(([name, content]) => [name, sum(content)]));
    expect(h1).toBe(h1OfEntries(wanted));
    const bytes = files.reduce((sum, { content }) => sum + content.length, 0);
    expect(counts).toEqual({ files: 301, bytes, zipBytes: zip.length });
  });

  test("the same files give the same bytes, however they arrive and wherever it runs", async () => {
    const { zip } = await bytesOf(files);
    async function* slowly() {
      for (const { path, content } of files) {
        await new Promise((resolve) => setImmediate(resolve));
        yield { path, sizeBytes: content.length, content: inPieces(content, 999) };
      }
    }
    expect((await bytesOf(slowly())).zip.equals(zip)).toBe(true);
    const zone = process.env.TZ;
    process.env.TZ = "Pacific/Kiritimati";
    try {
      expect((await bytesOf(files)).zip.equals(zip)).toBe(true);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  test("passes a large stream through, the same bytes for any chunks", async () => {
    const content = text(9_000_000);
    const input = (size: number) => [
      { path: "a", content: text(5) },
      { path: "large", sizeBytes: content.length, content: inPieces(content, size) },
      { path: "z", content: text(7) },
    ];
    const { h1, zip } = await bytesOf(input(100_000));
    expect((await bytesOf(input(333_333))).zip.equals(zip)).toBe(true);
    const file = join(work, "large.zip");
    writeFileSync(file, zip);
    expect(await hashZip(file)).toBe(h1);
  });

  test("waits for a sink that takes its time, and never asks it for two writes at once", async () => {
    let isWriting = false;
    const chunks: Buffer[] = [];
    const sink = {
      write: async (bytes: Uint8Array) => {
        expect(isWriting).toBe(false);
        isWriting = true;
        await new Promise((resolve) => setImmediate(resolve));
        chunks.push(Buffer.from(bytes));
        isWriting = false;
      },
    };
    await createZip(mv, files, sink);
    expect(Buffer.concat(chunks).equals((await bytesOf(files)).zip)).toBe(true);
  });

  test("counts more than 65,535 files right", async () => {
    const many = Array.from({ length: 66_000 }, (_, i) => ({ path: `f${i}`, content: Buffer.alloc(0) }));
    const { h1, zip } = await bytesOf(many);
    const file = join(work, "many.zip");
    writeFileSync(file, zip);
    const open = openZip(file);
    expect(open.entries.length).toBe(66_000);
    expect(open.entries.at(-1)!.name).toBe(`${prefix}f65999`);
    open.close();
    expect(await hashZip(file)).toBe(h1);
  });

  test("refuses a size that is not the declared one", async () => {
    const content = Buffer.from("12345");
    for (const sizeBytes of [4, 6]) {
      await expect(bytesOf([{ path: "f", sizeBytes, content }])).rejects.toThrow(/than declared size/);
      const stream = { path: "f", sizeBytes, content: inPieces(content, 2) };
      await expect(bytesOf([stream])).rejects.toThrow(/than declared size/);
    }
    const large = text(5_000_000);
    const grown = { path: "f", sizeBytes: 4_999_999, content: inPieces(large, 65_536) };
    await expect(bytesOf([grown])).rejects.toThrow(/larger than declared size/);
  });

  test("passes on what goes wrong in a source or a sink", async () => {
    async function* broken() {
      yield text(10);
      throw new Error("source broke");
    }
    for (const sizeBytes of [20, 20_000_000]) {
      await expect(bytesOf([...files, { path: "f", sizeBytes, content: broken() }])).rejects.toThrow(
        "source broke",
      );
    }
    const full = { write: () => Promise.reject(new Error("disk full")) };
    await expect(createZip(mv, files, full)).rejects.toThrow("disk full");
  });
});

describe("createZipFromDir", () => {
  test("zips a directory, without what does not belong there", async () => {
    const dir = join(work, "tree");
    for (const sub of ["sub", ".git", "vendor/x", "c"]) mkdirSync(join(dir, sub), { recursive: true });
    const contents: [string, Buffer][] = [
      ["a.go", text(10)],
      ["c/large.bin", text(4_500_000)],
      ["c/middle.bin", text(300_000)],
      ["go.mod", Buffer.from("module example.com/m\n\ngo 1.24\n")],
    ];
    for (const [name, content] of contents) writeFileSync(join(dir, name), content);
    for (const name of ["sub/go.mod", "sub/s.go", ".git/config", "vendor/x/x.go"])
      writeFileSync(join(dir, name), "");
    const out = join(work, "tree.zip");
    const created = await createZipFromDir(mv, dir, out);
    expect(created.h1).toBe(h1OfEntries(contents.map(([name, content]) => [prefix + name, content])));
    expect(created.omitted.map(({ path, rule }) => `${path} ${rule}`).sort()).toEqual([
      ".git vcs-directory",
      "sub nested-module",
      "vendor/x/x.go vendored",
    ]);
    expect(await hashZip(out)).toBe(created.h1);
  });

  test("leaves nothing behind when it fails, and an old file as it was", async () => {
    const dir = join(work, "bad");
    mkdirSync(dir);
    writeFileSync(join(dir, "bad'.go"), "");
    const folder = join(work, "out");
    mkdirSync(folder);
    writeFileSync(join(folder, "m.zip"), "old");
    await expect(createZipFromDir(mv, dir, join(folder, "m.zip"))).rejects.toThrow("bad'.go");
    expect(readdirSync(folder)).toEqual(["m.zip"]);
    expect(readFileSync(join(folder, "m.zip"), "utf8")).toBe("old");
  });
});
