import { letter, print, space } from "./generated/tables.ts";

/** Membership in a set of code points, its table decoded on first use: ordinary paths never need it. */
function membership(table: string): (codePoint: number) => boolean {
  let boundaries: Uint32Array | undefined;
  return (codePoint) => {
    boundaries ??= decodeBoundaries(table);
    // Inside when an odd number of boundaries lies at or before the code point.
    let low = 0;
    let high = boundaries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (boundaries[middle]! <= codePoint) low = middle + 1;
      else high = middle;
    }
    return low % 2 === 1;
  };
}

function decodeBoundaries(table: string): Uint32Array {
  let boundary = 0;
  return Uint32Array.from(table.trim().split(/\s+/), (word) => {
    boundary += Number.parseInt(word, 36);
    return boundary;
  });
}

/** Go's unicode.IsLetter; Node's own Unicode tables are of another version and change with each release. */
export const isLetter = membership(letter);

/** Go's unicode.IsPrint: what strconv.Quote leaves as it is and what may stand unquoted in a go.mod. */
export const isPrint = membership(print);

/** Go's unicode.IsSpace: what strings.TrimSpace and strings.Fields cut, unlike JavaScript's `trim` (U+FEFF). */
export const isSpace = membership(space);
