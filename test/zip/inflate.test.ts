import { deflateRawSync, inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

const text = Buffer.from("hello, world\n".repeat(50));
const deflated = deflateRawSync(text);
const versions = Object.getOwnPropertyDescriptor(process, "versions")!;

/** Content, or "refused", which is all that matters of an error here. */
async function outcome(inflate: () => Buffer | Promise<Buffer>): Promise<string> {
  try {
    return Buffer.from(await inflate()).toString("hex");
  } catch {
    return "refused";
  }
}

/** Not all releases of Node are known to have the same inside. */
describe.each([process.versions.node, "99.0.0"])("as Node %s", (version) => {
  let inflateWhole: typeof import("../../src/zip/inflate.ts").inflateWhole;
  let inflateChunks: typeof import("../../src/zip/inflate.ts").inflateChunks;
  beforeAll(async () => {
    Object.defineProperty(process, "versions", {
      ...versions,
      value: { ...process.versions, node: version },
    });
    vi.resetModules();
    ({ inflateWhole, inflateChunks } = await import("../../src/zip/inflate.ts"));
  });
  afterAll(() => Object.defineProperty(process, "versions", versions));

  async function inPieces(data: Buffer, pieceBytes: number): Promise<Buffer> {
    const pieces = Array.from({ length: Math.ceil(data.length / pieceBytes) }, (_, i) =>
      data.subarray(i * pieceBytes, (i + 1) * pieceBytes),
    );
    const content: Buffer[] = [];
    for await (const chunk of inflateChunks(pieces)) content.push(Buffer.from(chunk));
    return Buffer.concat(content);
  }

  test("inflates content of any size, one after the other", () => {
    for (const bytes of [0, 1, 63, 64, 65, 65_535, 65_536, 65_537, 3_000_000, 10]) {
      const content = Buffer.alloc(bytes, "modwharf ");
      expect(inflateWhole(deflateRawSync(content), bytes).equals(content)).toBe(true);
    }
  });

  test("stops soon behind the size that was declared", () => {
    const bomb = deflateRawSync(Buffer.alloc(50_000_000));
    expect(() => inflateWhole(bomb, 1000)).toThrow(expect.objectContaining({ code: "ERR_BUFFER_TOO_LARGE" }));
  });

  test("reads on after damaged data, a wrong size and a size that cannot be", () => {
    const broken: [data: Buffer, sizeBytes: number][] = [
      [Buffer.from([0xff, 0xff, 0xff]), text.length],
      [deflated.subarray(0, deflated.length - 1), text.length],
      [Buffer.alloc(0), 0],
      [deflated, -1],
      [deflated, Number.MIN_SAFE_INTEGER],
      [deflated, 10],
    ];
    for (const [data, sizeBytes] of broken) {
      expect(() => inflateWhole(data, sizeBytes)).toThrow();
      expect(inflateWhole(deflated, text.length).equals(text)).toBe(true);
    }
  });

  test("gives what Node's own function gives, for sound and for damaged data", async () => {
    const cases = fc.record({
      content: fc.uint8Array({ maxLength: 300 }),
      flips: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }),
      cut: fc.nat(3),
      behind: fc.uint8Array({ maxLength: 3 }),
      more: fc.integer({ min: -2, max: 80 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ content, flips, cut, behind, more }) => {
        const bytes = Buffer.concat([deflateRawSync(content), behind]);
        const data = bytes.subarray(0, bytes.length - cut);
        for (const [at, value] of flips) if (data.length > 0) data[at % data.length]! ^= value;
        const sizeBytes = content.length + more;
        const room = Math.max(64, sizeBytes + 1);
        const whole = await outcome(() => inflateRawSync(data, { chunkSize: room, maxOutputLength: room }));
        expect(await outcome(() => inflateWhole(data, sizeBytes))).toBe(whole);
        expect(await outcome(() => inPieces(data, 1 + cut))).toBe(await outcome(() => inflateRawSync(data)));
      }),
      { numRuns: 1000 },
    );
  });

  test("inflates large content in pieces, several at once, and stops in the middle", async () => {
    const contents = [1, 2, 3].map((seed) =>
      Buffer.from(Array.from({ length: 1_000_000 }, (_, i) => ((i * seed) >> 7) ^ (i % 11))),
    );
    const zeros = Buffer.alloc(20_000_000);
    for await (const chunk of inflateChunks([deflateRawSync(zeros)])) {
      expect(chunk.length).toBeLessThanOrEqual(1024 * 1024);
      break;
    }
    const all = [zeros, ...contents];
    const results = await Promise.all(all.map((content) => inPieces(deflateRawSync(content), 50_000)));
    expect(results.map((result, i) => result.equals(all[i]!))).toEqual([true, true, true, true]);
  });
});
