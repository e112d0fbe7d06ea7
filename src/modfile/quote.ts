import { isWellFormed } from "../base/bytewise.ts";
import { quote } from "../module/unicode/quote.ts";
import { isPrintable } from "./characters.ts";
import { decodeSource, encodeSource } from "./source-text.ts";

/** Go's strconv.Quote for a token, in which a byte that is not UTF-8 may stand (see source-text.ts): `\xff`. */
export function quoteToken(text: string): string {
  const parts = text.split(/([\udc80-\udcff])/u);
  return `"${parts.map((part, i) => (i % 2 === 0 ? quote(part).slice(1, -1) : quoteByte(part))).join("")}"`;
}

function quoteByte(escaped: string): string {
  return `\\x${(escaped.charCodeAt(0) & 0xff).toString(16)}`;
}

const simpleEscapes = new Map([
  ["a", 7],
  ["b", 8],
  ["f", 12],
  ["n", 10],
  ["r", 13],
  ["t", 9],
  ["v", 11],
  ["\\", 0x5c],
  ['"', 0x22],
]);

/**
 * Go's strconv.Unquote for a double-quoted or a raw (backquoted) string; undefined when it is not one.
 * Hexadecimal and octal escapes are bytes, which may join into one character or be no UTF-8 at all.
 */
export function unquote(quoted: string): string | undefined {
  if (quoted.length < 2 || quoted.at(-1) !== quoted[0]) return undefined;
  const inner = quoted.slice(1, -1);
  if (quoted[0] === "`") return inner.includes("`") ? undefined : inner.replaceAll("\r", "");
  return quoted[0] === '"' ? unescapeInner(inner) : undefined;
}

const escapeSequence =
  /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([abfnrtv\\"]))/y;

function unescapeInner(inner: string): string | undefined {
  const bytes: Uint8Array[] = [];
  let at = 0;
  while (at < inner.length) {
    const next = inner.indexOf("\\", at);
    const plain = inner.slice(at, next < 0 ? inner.length : next);
    if (/["\n]/.test(plain)) return undefined;
    // Where Go walks a string by characters, a byte that is not UTF-8 turns into U+FFFD.
    bytes.push(Buffer.from(plain, "utf8"));
    if (next < 0) break;
    escapeSequence.lastIndex = next;
    const value = escapedBytes(escapeSequence.exec(inner));
    if (value === undefined) return undefined;
    bytes.push(value);
    at = escapeSequence.lastIndex;
  }
  return decodeSource(Buffer.concat(bytes));
}

function escapedBytes(match: RegExpExecArray | null): Uint8Array | undefined {
  if (match === null) return undefined;
  const [, byte, short, long, octal, letter] = match;
  if (byte !== undefined) return Uint8Array.of(Number.parseInt(byte, 16));
  if (octal !== undefined) {
    const value = Number.parseInt(octal, 8);
    return value > 255 ? undefined : Uint8Array.of(value);
  }
  if (letter !== undefined) return Uint8Array.of(simpleEscapes.get(letter)!);
  const code = Number.parseInt((short ?? long)!, 16);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  return encodeSource(String.fromCodePoint(code));
}

/** Longer texts are cut in messages; a crafted file may hold a token of megabytes. */
const maxShown = 160;

/**
 * A piece of a file for a message: cut when long, and quoted unless every character is printable, so that it can
 * neither start a line of its own (GitHub reads `::error` there) nor steer a terminal.
 */
export function showText(text: string): string {
  const shown = text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
  const isPlain = [...shown].every((char) => isPrintable(char.codePointAt(0)!)) && isWellFormed(shown);
  return isPlain ? shown : quoteToken(shown);
}

/** True when `text` cannot stand in a go.mod line as one token without quotes. */
export function mustQuote(text: string): boolean {
  if (text === "" || text.includes("//") || text.includes("/*")) return true;
  for (const char of text) {
    if (" \"'`".includes(char)) return true;
    if ("()[]{},".includes(char)) {
      if (text.length > 1) return true;
    } else if (!isPrintable(char.codePointAt(0)!)) return true;
  }
  return false;
}

/** `text` as one token: quoted when it must be. */
export function autoQuote(text: string): string {
  return mustQuote(text) ? quoteToken(text) : text;
}
