import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ModwharfError } from "../../src/base/errors.ts";
import { hashZip } from "../../src/zip/hash.ts";
import { openZip } from "../../src/zip/read.ts";
import { type RawEntry, rawZip } from "../support/raw-zip.ts";
import { type Damage, damage, damages } from "../support/zip-arbitraries.ts";

let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "modwharf-read-"));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

function write(bytes: Uint8Array): string {
  const file = join(work, "test.zip");
  writeFileSync(file, bytes);
  return file;
}

/** All contents, whole or in pieces. */
async function contents(bytes: Uint8Array, how: "whole" | "in pieces"): Promise<[string, Buffer][]> {
  const zip = openZip(write(bytes));
  try {
    const out: [string, Buffer][] = [];
    for (const entry of zip.entries) {
      const parts: Buffer[] = [];
      if (how === "whole") parts.push(zip.content(entry));
      else for await (const chunk of zip.chunks(entry)) parts.push(Buffer.from(chunk));
      out.push([entry.name, Buffer.concat(parts)]);
    }
    return out;
  } finally {
    zip.close();
  }
}

const hello = Buffer.from("hello, world\n".repeat(50));
const a: RawEntry = { name: "a", content: hello };
const b: RawEntry = { name: "b", content: Buffer.from("stored"), method: 0 };
const both: [string, Buffer][] = [
  ["a", hello],
  ["b", Buffer.from("stored")],
];

describe.each(["whole", "in pieces"] as const)("an entry read %s", (how) => {
  test("has its content, deflated or stored, also behind other data and before a comment", async () => {
    expect(await contents(rawZip([a, b]), how)).toEqual(both);
    expect(
      await contents(rawZip([a, b], { before: Buffer.from("#!/bin/sh\n"), comment: "PK" }), how),
    ).toEqual(both);
    expect(await contents(rawZip([a, b], { comment: "c".repeat(60_000) }), how)).toEqual(both);
  });

  test("may be followed by bytes of no meaning inside its compressed size", async () => {
    const raw = Buffer.concat([deflateRawSync(hello), Buffer.from("garbage".repeat(1000))]);
    expect(await contents(rawZip([{ ...a, raw }]), how)).toEqual([["a", hello]]);
  });

  const lies: [what: string, entry: RawEntry][] = [
    ["a smaller size", { ...a, size: hello.length - 1 }],
    ["a larger size", { ...a, size: hello.length + 1 }],
    ["another CRC-32", { ...a, crc: 1 }],
    ["data that is not deflated", { ...a, raw: Buffer.from("\xff\xff\xff") }],
    ["data that ends early", { ...a, raw: deflateRawSync(hello).subarray(0, -3) }],
    ["a compressed size beyond the file", { ...a, compressedSize: 100_000 }],
    ["an unknown method", { ...a, method: 12, raw: hello }],
    ["encryption", { ...a, flags: 1 }],
    ["a directory with content", { ...a, name: "a/" }],
    ["a descriptor with another CRC-32", { ...a, flags: 8 }],
    ["no local header", { ...a, offset: 3 }],
    ["an offset beyond the file", { ...a, offset: 3_000_000 }],
  ];
  test.for(lies)("with %s is refused", async ([, entry]) => {
    await expect(contents(rawZip([entry]), how)).rejects.toThrow("damaged or lies about itself");
  });

  test("without a CRC-32 is taken as it is, as Go does", async () => {
    expect(await contents(rawZip([{ ...a, crc: 0 }]), how)).toEqual([["a", hello]]);
  });
});

test("a bomb costs no more than what it declares", async () => {
  const raw = deflateRawSync(Buffer.alloc(64 * 1024 * 1024));
  const before = process.memoryUsage().arrayBuffers;
  await expect(contents(rawZip([{ name: "bomb", raw, size: 10 }]), "whole")).rejects.toThrow(
    "lies about itself",
  );
  await expect(contents(rawZip([{ name: "bomb", raw, size: 10 }]), "in pieces")).rejects.toThrow("larger");
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
});

test("entries that overlap are refused", async () => {
  await expect(contents(rawZip([a, { ...b, offset: 0 }]), "whole")).rejects.toThrow("overlap");
});

test("what is no zip is refused", async () => {
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from("PK"),
    Buffer.alloc(5000),
    rawZip([a, b]).subarray(0, -1),
  ]) {
    await expect(contents(bytes, "whole")).rejects.toThrow("not a valid zip file");
  }
  const miscounted = rawZip([a, b]);
  miscounted.writeUInt16LE(3, miscounted.length - 12);
  await expect(contents(miscounted, "whole")).rejects.toThrow("not a valid zip file");
});

test("zip64 sizes and offsets count where the 32-bit ones are full", async () => {
  const extra = Buffer.alloc(4 + 24);
  const deflated = deflateRawSync(hello);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(24, 2);
  extra.writeBigUInt64LE(BigInt(hello.length), 4);
  extra.writeBigUInt64LE(BigInt(deflated.length), 12);
  const full = { size: 0xffffffff, compressedSize: 0xffffffff, offset: 0xffffffff };
  expect(await contents(rawZip([{ ...a, ...full, extra }]), "whole")).toEqual([["a", hello]]);
  const lacking = rawZip([{ ...a, ...full, extra: extra.subarray(0, 12) }]);
  await expect(contents(lacking, "whole")).rejects.toThrow("not a valid zip file");
});

describe("hashZip", () => {
  test("takes the last of entries with one name for each of them, as Go does", async () => {
    const second = { name: "a", content: Buffer.from("second") };
    const twice = await hashZip(write(rawZip([a, second])));
    expect(twice).toBe(await hashZip(write(rawZip([second, second]))));
    expect(twice).not.toBe(await hashZip(write(rawZip([second, a]))));
  });

  test("refuses more content than any module may have, without reading it", async () => {
    const half = { ...a, size: 300 * 1024 * 1024 };
    await expect(hashZip(write(rawZip([half, { ...half, name: "b" }])))).rejects.toThrow(
      /larger than any module/,
    );
  });

  test("counts directories as empty files", async () => {
    const withDirectory = await hashZip(write(rawZip([a, { name: "d/" }])));
    expect(withDirectory).toBe(await hashZip(write(rawZip([a, { name: "d/", method: 0 }]))));
    expect(withDirectory).not.toBe(await hashZip(write(rawZip([a]))));
  });
});

test("a damaged zip is refused or read right, never anything else", async () => {
  const original = rawZip([a, b, { name: "c", content: Buffer.alloc(3000, 7) }]);
  const property = fc.asyncProperty(
    damages,
    fc.constantFrom("whole", "in pieces" as const),
    async (changes, how) => {
      const bytes = damage(original, changes as Damage[]);
      try {
        for (const [index, [, content]] of (await contents(bytes, how as "whole")).entries()) {
          const zip = openZip(write(bytes));
          const { crc32: claimed, uncompressedBytes } = zip.entries[index]!;
          zip.close();
          expect(content.length).toBe(uncompressedBytes);
          if (claimed !== 0) expect(crc32(content)).toBe(claimed);
        }
      } catch (error) {
        expect(error, String(error)).toBeInstanceOf(ModwharfError);
      }
    },
  );
  await fc.assert(property, { numRuns: 3000 });
});
