import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeName, encodeName, sortNames } from "../../src/dirhash/names.ts";

test("names and bytes go over into each other, whatever the bytes", () => {
  const byte = fc.oneof(
    fc.nat({ max: 255 }),
    fc.constantFrom(0xc3, 0xa9, 0xed, 0xa0, 0x80, 0xef, 0xbf, 0xbd, 0xf0),
  );
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 12 }), (list) => {
      const bytes = Buffer.from(list);
      expect(encodeName(decodeName(bytes))).toEqual(bytes);
    }),
  );
});

test("sorts by bytes, also beyond the BMP and outside of UTF-8", () => {
  const names = ["\u{10000}", "\uffff", "b", "B", "\udcff", "\udc80", "é", ""];
  const byBytes = names.toSorted((a, b) => Buffer.compare(encodeName(a), encodeName(b)));
  expect(sortNames([...names])).toEqual(byBytes);
  expect(byBytes.slice(0, 3)).toEqual(["", "B", "b"]);
});
