import { expect, test } from "vitest";
import { recordHash } from "../../src/tlog/hash.ts";
import { formatRecord, formatTree, parseRecord, parseTree } from "../../src/tlog/tree-head.ts";

const tree = { size: 123456789012, hash: recordHash("hello world") };
const treeText = "go.sum database tree\n123456789012\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n";

test("a tree head is three lines, and may have more", () => {
  expect(formatTree(tree)).toBe(treeText);
  for (const more of ["", "later", "later\nlines\n"]) expect(parseTree(treeText + more)).toEqual(tree);
});

test.each([
  ["another first line", treeText.replace("tree", "tree v2")],
  ["a prefix", `x${treeText}`],
  ["two lines", treeText.split("\n").slice(0, 2).join("\n")],
  ["no final newline", treeText.slice(0, -1)],
  ["a hexadecimal size", treeText.replace("123456789012", "0x12")],
  ["a padded size", treeText.replace("123456789012", "012")],
  ["a negative size", treeText.replace("123456789012", "-1")],
  ["a short hash", treeText.replace("TszzRgjT", "")],
  ["a hash that is no base64", treeText.replace("Tszz", "T*zz")],
  ["too much text", treeText + "x".repeat(1e6)],
  ["more records than numbers can count", treeText.replace("123456789012", "4503599627370497")],
])("refuses a tree head with %s", (_, text) => {
  expect(() => parseTree(text)).toThrow(expect.objectContaining({ code: "REMOTE_BAD_ANSWER" }));
});

test("a record is its number, its text and a blank line; the rest is left", () => {
  const text = "example.com v1.0.0 h1:é=\nexample.com v1.0.0/go.mod h1:b=\n";
  const message = Buffer.concat([Buffer.from(formatRecord({ id: 7, text })), Buffer.of(1, 0xff)]);
  expect(parseRecord(message)).toEqual({ id: 7, text, rest: Buffer.of(1, 0xff) });
  expect(parseRecord(message.subarray(0, -2)).rest).toHaveLength(0);
});

test.each(["", "hello", "a\n\nb\n", "a\x01\n", "a\r\n"])("refuses to write the record %j", (text) => {
  expect(() => formatRecord({ id: 1, text })).toThrow(/malformed record/);
});

test.each(["", "1", "1\n", "x\na\n\n", "0x1\na\n\n", "-1\na\n\n", "1\na\n", "1\na\x01\n\n", "1\na\xff\n\n"])(
  "refuses to read the record %j",
  (message) => {
    expect(() => parseRecord(Buffer.from(message, "latin1"))).toThrow(/malformed record/);
  },
);
