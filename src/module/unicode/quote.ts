import { isPrint } from "./classes.ts";

const escapes = new Map([
  [0x07, "\\a"],
  [0x08, "\\b"],
  [0x0c, "\\f"],
  [0x0a, "\\n"],
  [0x0d, "\\r"],
  [0x09, "\\t"],
  [0x0b, "\\v"],
  [0x5c, "\\\\"],
]);

function escapeCodePoint(codePoint: number, quote: string): string {
  const char = String.fromCodePoint(codePoint);
  if (char === quote) return `\\${quote}`;
  const named = escapes.get(codePoint);
  if (named !== undefined) return named;
  if (isPrint(codePoint)) return char;
  const hex = codePoint.toString(16);
  if (codePoint < 0x20 || codePoint === 0x7f) return `\\x${hex.padStart(2, "0")}`;
  return codePoint > 0xffff ? `\\U${hex.padStart(8, "0")}` : `\\u${hex.padStart(4, "0")}`;
}

/**
 * A double-quoted Go string literal, as strconv.Quote writes it: for go.mod and for messages. A lone surrogate,
 * which no Go string holds, is written as its `\ud800` escape.
 */
export function quote(text: string): string {
  let out = '"';
  for (const char of text) out += escapeCodePoint(char.codePointAt(0)!, '"');
  return `${out}"`;
}

/** A single-quoted Go character literal, as strconv.QuoteRune writes it. */
export function quoteChar(char: string): string {
  return `'${escapeCodePoint(char.codePointAt(0)!, "'")}'`;
}

/** Text for a message: as it is when it is plain, else quoted, so that nothing in it can pass for something else. */
export function display(text: string): string {
  const quoted = quote(text);
  return text !== "" && quoted === `"${text}"` ? text : quoted;
}
