import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { Hash1, h1OfEntries, hashGoMod } from "../../src/dirhash/h1.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest();
const h1Of = (lines: string) => `h1:${sha256(lines).toString("base64")}`;

test("hashes sha256sum's lines in the order of the names' bytes", () => {
  const names = ["b", "a/z", "a-z", "\u{10000}", "\uffff"];
  const inOrder = ["a-z", "a/z", "b", "\uffff", "\u{10000}"];
  const lines = inOrder.map((name) => `${sha256(name).toString("hex")}  ${name}\n`).join("");
  expect(h1OfEntries(names.map((name) => [name, Buffer.from(name)]))).toBe(h1Of(lines));
});

test("takes sums as bytes and as hexadecimal text", () => {
  const [asBytes, asHex] = [new Hash1(), new Hash1()];
  asBytes.add("f", sha256("x"));
  asHex.add("f", sha256("x").toString("hex"));
  expect(asBytes.sum()).toBe(asHex.sum());
});

test("gives a go.mod the hash that go.sum holds under /go.mod", () => {
  // golang.org/x/sync v0.20.0, as every go.sum has it
  const goMod = "module golang.org/x/sync\n\ngo 1.25.0\n";
  expect(hashGoMod(Buffer.from(goMod))).toBe("h1:9xrNwdLfx4jkKbNva9FpL6vEN7evnE43NNNJQ2LF3+0=");
});

test("refuses a newline in a name, which could forge a line", () => {
  expect(() => new Hash1().add("a\nb", sha256(""))).toThrow("newline");
});
