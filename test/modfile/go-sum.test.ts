import { describe, expect, test } from "vitest";
import { formatGoSum, goSumLines, parseGoSum, readGoSum } from "../../src/modfile/go-sum.ts";

const h1 = (char: string): string => `h1:${char.repeat(42)}A=`;
const [a, b] = [h1("a"), h1("b")];

describe("parseGoSum", () => {
  test("keeps zip and go.mod hashes apart, one entry for each module version", () => {
    const text = `example.com/a v1.0.0 ${a}\nexample.com/a v1.0.0/go.mod ${b}\n\nexample.com/b v1.0.0/go.mod ${a}\r\n`;
    expect(parseGoSum("go.sum", text)).toEqual({
      entries: [
        { module: { path: "example.com/a", version: "v1.0.0" }, h1: a, goModH1: b },
        { module: { path: "example.com/b", version: "v1.0.0" }, h1: undefined, goModH1: a },
      ],
      duplicates: [],
      unknown: [],
    });
  });

  test("tells repeated lines and hashes of other kinds", () => {
    const sum = parseGoSum("go.sum", Buffer.from(`m v1.0.0 ${a}\nm v1.0.0 ${a}\nm v1.0.0 h2:new\n`));
    expect(sum.entries).toHaveLength(1);
    expect(sum.duplicates).toMatchObject([{ line: 2 }]);
    expect(sum.unknown).toMatchObject([{ line: 3, hash: "h2:new" }]);
  });

  test("skips the hash of an empty go.mod that early releases wrote", () => {
    const text = "m v1.0.0/go.mod h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY=\n";
    expect(parseGoSum("go.sum", text).entries).toEqual([]);
  });

  test.each([
    [`m v1.0.0 ${a}\nm v1.0.0\n`, "MODFILE_SYNTAX", "go.sum:2"],
    [`m v1.0.0 ${a} x\n`, "MODFILE_SYNTAX", "go.sum:1"],
    ["\nm v1.0.0 h1:short=\n", "MODFILE_SYNTAX", "go.sum:2"],
    // The last character of a 32-byte hash has two spare bits, which are zero.
    [`m v1.0.0 h1:${"a".repeat(43)}=\n`, "MODFILE_SYNTAX", "go.sum:1"],
    [`<<<<<<< HEAD\nm v1.0.0 ${a}\n`, "MODFILE_SYNTAX", "go.sum:1"],
    [`m v1.0.0 ${a}\n\nm v1.0.0 ${b}\n`, "HASH_MISMATCH", "go.sum:3"],
    [`m v1.0.0/go.mod ${a}\nm v1.0.0/go.mod ${b}\n`, "HASH_MISMATCH", "go.sum:2"],
  ])("refuses %j", async (text, code, subject) => {
    expect(() => parseGoSum("go.sum", text)).toThrow(expect.objectContaining({ code, subject }));
    await expect(readGoSum("go.sum", [text])).rejects.toMatchObject({ code, subject });
  });
});

describe("streams", () => {
  const lines = Array.from({ length: 2_000 }, (_, i) => `example.com/é${i} v1.0.${i} ${a}\n`);
  const bytes = Buffer.from(lines.join(""));
  const inPieces = (size: number): Buffer[] =>
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );

  test.each([1, 7, 4096, 1 << 20])("give the same in chunks of %i bytes", async (size) => {
    expect(await readGoSum("go.sum", inPieces(size))).toEqual(parseGoSum("go.sum", bytes));
  });

  test("are read no further than needed", async () => {
    let taken = 0;
    function* chunks(): Generator<Buffer> {
      for (const piece of inPieces(1024)) {
        taken++;
        yield piece;
      }
    }
    for await (const line of goSumLines("go.sum", chunks())) if (line.line === 20) break;
    expect(taken).toBeLessThan(4);
  });

  test("without line ends are refused before they fill the memory", async () => {
    let taken = 0;
    function* endless(): Generator<Buffer> {
      for (;;) {
        taken++;
        yield Buffer.alloc(16 * 1024, 0x61);
      }
    }
    await expect(readGoSum("go.sum", endless())).rejects.toMatchObject({
      code: "MODFILE_SYNTAX",
      subject: "go.sum:1",
    });
    expect(taken).toBeLessThan(10);
  });
});

test("formatGoSum sorts by path and version, the zip's line first", () => {
  const entry = (path: string, version: string) => ({ module: { path, version }, h1: a, goModH1: b });
  const entries = [entry("b", "v1.0.0"), entry("a", "v1.10.0"), { ...entry("a", "v1.9.0"), h1: undefined }];
  expect(formatGoSum(entries)).toBe(
    [
      `a v1.9.0/go.mod ${b}`,
      `a v1.10.0 ${a}`,
      `a v1.10.0/go.mod ${b}`,
      `b v1.0.0 ${a}`,
      `b v1.0.0/go.mod ${b}`,
      "",
    ].join("\n"),
  );
});
