import { fold } from "./generated/tables.ts";

let representatives: Map<number, number> | undefined;

function decodeFolds(): Map<number, number> {
  const map = new Map<number, number>();
  const numbers = fold
    .trim()
    .split(/\s+/)
    .map((word) => Number.parseInt(word, 36));
  let start = 0;
  for (let i = 0; i < numbers.length; i += 4) {
    const [gap, count, stride, distance] = numbers.slice(i, i + 4) as [number, number, number, number];
    start += gap;
    for (let k = 0; k < count; k++) map.set(start + k * stride, start + k * stride + distance);
  }
  return map;
}

/**
 * The code point that stands for all that Go's unicode.SimpleFold reaches from this one: the smallest of them,
 * but a to z rather than A to Z. K, k and U+212A (Kelvin) all give k.
 */
export function foldCodePoint(codePoint: number): number {
  representatives ??= decodeFolds();
  return representatives.get(codePoint) ?? codePoint;
}

/**
 * A key under which strings that differ only in case are equal: `foldString(a) === foldString(b)` exactly when
 * Go's strings.EqualFold(a, b). Neither toLowerCase nor toUpperCase does that (ſ, K, ς).
 */
export function foldString(text: string): string {
  // Among ASCII alone the key is plain lower case; most paths end here, and the tables stay unread.
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  let folded = "";
  for (const char of text) folded += String.fromCodePoint(foldCodePoint(char.codePointAt(0)!));
  return folded;
}

/** Go's strings.EqualFold. */
export function equalFold(a: string, b: string): boolean {
  return foldString(a) === foldString(b);
}
