import { expect, test } from "vitest";
import { generateKeys, parseSignerKey, parseVerifierKey } from "../../src/tlog/keys.ts";
import { openNote, parseNote, signNote, type Verifiers, verifierList } from "../../src/tlog/note.ts";

const alice = generateKeys("alice.example/log");
const bob = generateKeys("bob");
const aliceSigner = parseSignerKey(alice.signerKey);
const aliceVerifier = parseVerifierKey(alice.verifierKey);
const bobVerifier = parseVerifierKey(bob.verifierKey);
const text = "two lines,\nsigned – by both\n";
const message = signNote({ text }, aliceSigner, parseSignerKey(bob.signerKey));

const names = (signatures: readonly { name: string }[]) => signatures.map(({ name }) => name);

test("opens with the signatures of the known keys told apart from the others", () => {
  const both = openNote(message, verifierList(aliceVerifier, bobVerifier));
  expect(both.text).toBe(text);
  expect(names(both.signatures)).toEqual(["alice.example/log", "bob"]);
  expect(both.unverified).toEqual([]);
  const one = openNote(message, verifierList(bobVerifier));
  expect(names(one.signatures)).toEqual(["bob"]);
  expect(names(one.unverified)).toEqual(["alice.example/log"]);
});

test("a note that no known key has signed is not believed, but can be taken apart", () => {
  expect(() => openNote(message, verifierList())).toThrow(
    expect.objectContaining({
      code: "LOG_UNVERIFIED",
      message: expect.stringContaining("no signature of a known key"),
    }),
  );
  expect(names(parseNote(message).signatures)).toEqual(["alice.example/log", "bob"]);
});

test("any changed byte of the text makes the signature invalid", () => {
  const known = verifierList(aliceVerifier);
  for (const [from, to] of [
    ["two", "too"],
    ["signed – by", "signed - by"],
    ["both\n", "both\n\n"],
  ] as const) {
    const changed = Buffer.from(message.toString().replace(from, to));
    expect(() => openNote(changed, known)).toThrow(/invalid signature \(alice\.example\/log\+[0-9a-f]{8}\)/);
  }
});

test("a signature under another key's name or hash is refused", () => {
  const renamed = Buffer.from(message.toString().replace("— bob", "— bab"));
  const lying: Verifiers = () => bobVerifier;
  expect(() => openNote(renamed, lying)).toThrow(/does not match the signature/);
  expect(names(openNote(renamed, verifierList(aliceVerifier)).unverified)).toEqual(["bab"]);
});

test("two keys with one name and hash are an error, when used", () => {
  const known = verifierList(aliceVerifier, bobVerifier, bobVerifier);
  expect(() => openNote(message, known)).toThrow(/ambiguous key \(bob\+/);
  expect(openNote(signNote({ text }, aliceSigner), known).text).toBe(text);
});

test("repeated signatures count once, a hundred lines are the limit", () => {
  const line = signNote({ text }, aliceSigner)
    .toString()
    .slice(text.length + 1);
  const repeated = (times: number) => Buffer.from(`${text}\n${line.repeat(times)}`);
  expect(openNote(repeated(100), verifierList(aliceVerifier)).signatures).toHaveLength(1);
  expect(() => openNote(repeated(101), verifierList(aliceVerifier))).toThrow(/malformed note/);
  expect(parseNote(repeated(3)).signatures).toHaveLength(3);
});

test.each([
  ["nothing", ""],
  ["no signatures", "text\n"],
  ["no signature lines", "text\n\n"],
  ["no final newline", message.toString().slice(0, -1)],
  ["a control character", `\x01${message}`],
  ["a carriage return", message.toString().replace("\n", "\r\n")],
  ["another line among the signatures", `${message}hello\n`],
  ["a name with a plus", `${text}\n— a+b AAAAAAAA\n`],
  ["a name with a wide space", `${text}\n— a\u3000b AAAAAAAA\n`],
  ["no base64", `${text}\n— bob !!!!\n`],
  ["base64 without padding", `${text}\n— bob AAAAAAA\n`],
  ["a signature of no bytes", `${text}\n— bob AAAAAA==\n`],
])("refuses a message with %s", (_, bad) => {
  expect(() => openNote(Buffer.from(bad), verifierList(aliceVerifier))).toThrow(/malformed note/);
});

test("refuses a message that is not UTF-8", () => {
  expect(() => parseNote(Buffer.concat([Buffer.of(0xff), message]))).toThrow(/malformed note/);
});

test("signing again replaces the signer's signature and keeps the others in front", () => {
  const opened = openNote(message, verifierList(bobVerifier));
  const again = signNote(opened, aliceSigner).toString();
  expect(openNote(Buffer.from(again), verifierList(aliceVerifier, bobVerifier)).signatures).toHaveLength(2);
  expect(again.indexOf("— bob")).toBeLessThan(again.indexOf("— alice"));
  expect(() => signNote({ text: "no newline" }, aliceSigner)).toThrow(/text that ends in a newline/);
  const badHash = { name: "bob", keyHash: 1, base64: "AAAAAAAA" };
  expect(() => signNote({ text, unverified: [badHash] }, aliceSigner)).toThrow(/begin with their key's hash/);
});

test("no part, extension or change of a key is a key, and no message shows a key", () => {
  for (const [key, parse] of [
    [alice.verifierKey, parseVerifierKey],
    [alice.signerKey, parseSignerKey],
  ] as const) {
    for (let i = 0; i < key.length; i++) {
      const changed = key.slice(0, i) + String.fromCharCode(key.charCodeAt(i) + 1) + key.slice(i + 1);
      for (const bad of [key.slice(i + 1), key.slice(0, i), changed]) {
        // A hash digit has two cases; every other change is one of meaning.
        if (bad.toLowerCase() === key.toLowerCase() && bad !== key) continue;
        let said = "";
        try {
          parse(bad);
        } catch (error) {
          said = String(error);
        }
        expect(said, bad).toMatch(/key is malformed/);
        expect(said).not.toContain(key.slice(-20));
      }
    }
  }
});

test("a server name must fit into a note", () => {
  for (const name of ["", "a b", "a+b", "a\u0085b", "\ud800"]) {
    expect(() => generateKeys(name)).toThrow(/cannot stand in a signed note/);
  }
});
