import { deflateRawSync, inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { inflateWhole } from "../../src/zip/inflate.ts";

const text = Buffer.from("hello, world\n".repeat(50));
const deflated = deflateRawSync(text);

/** Content, or "refused", which is all that matters of an error here. */
function outcome(inflate: () => Buffer): string {
  try {
    return Buffer.from(inflate()).toString("hex");
  } catch {
    return "refused";
  }
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

test("gives what Node's own function gives, for sound and for damaged data", () => {
  const cases = fc.record({
    content: fc.uint8Array({ maxLength: 300 }),
    flips: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }),
    cut: fc.nat(3),
    behind: fc.uint8Array({ maxLength: 3 }),
    more: fc.integer({ min: -2, max: 80 }),
  });
  fc.assert(
    fc.property(cases, ({ content, flips, cut, behind, more }) => {
      const whole = Buffer.concat([deflateRawSync(content), behind]);
      const data = whole.subarray(0, whole.length - cut);
      for (const [at, value] of flips) if (data.length > 0) data[at % data.length]! ^= value;
      const sizeBytes = content.length + more;
      const room = Math.max(64, sizeBytes + 1);
      const expected = outcome(() => inflateRawSync(data, { chunkSize: room, maxOutputLength: room }));
      expect(outcome(() => inflateWhole(data, sizeBytes))).toBe(expected);
    }),
    { numRuns: 5000 },
  );
});
