/**
 * Orders two strings as Go orders them: by their UTF-8 bytes, which is the order of code points. JavaScript's
 * `<` compares UTF-16 units and puts U+10000 and above before U+E000…U+FFFF, which would change an h1.
 *
 * A total order, fit for `sort`: -1, 0 or 1. Strings without UTF-8 form (lone surrogates) take part, ordered as
 * if they were beyond the BMP; Go has no such strings to compare with.
 */
export function compareBytewise(a: string, b: string): -1 | 0 | 1 {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) < rank(y) ? -1 : 1;
  }
  if (a.length === b.length) return 0;
  return a.length < b.length ? -1 : 1;
}

/** A surrogate is half of a code point above the whole BMP, so it ranks above every other unit. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** True when the string has a UTF-8 form, that is, holds no lone surrogate. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
