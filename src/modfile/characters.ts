import { isPrint, isSpace } from "../module/unicode/classes.ts";

/**
 * Whether a code point may be part of an unquoted token, as Go's unicode.IsPrint has it. A lone surrogate stands
 * for a byte that is not UTF-8 (see source-text.ts); Go reads that as U+FFFD, which is printable.
 */
export function isPrintable(codePoint: number): boolean {
  if (codePoint < 0x7f) return codePoint >= 0x20;
  return (codePoint >= 0xd800 && codePoint <= 0xdfff) || isPrint(codePoint);
}

/** Go's unicode.IsSpace; almost every character it is asked about is ASCII. */
function isSpaceUnit(unit: number): boolean {
  return unit < 0x80 ? unit === 0x20 || (unit >= 0x09 && unit <= 0x0d) : isSpace(unit);
}

/** Go's strings.TrimSpace. JavaScript's `trim` differs: it cuts U+FEFF and leaves U+0085. */
export function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpaceUnit(text.charCodeAt(start))) start++;
  while (end > start && isSpaceUnit(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** Go's strings.Fields: the pieces between runs of white space. */
export function fields(text: string): string[] {
  const found: string[] = [];
  let start = -1;
  for (let at = 0; at <= text.length; at++) {
    const space = at === text.length || isSpaceUnit(text.charCodeAt(at));
    if (space && start >= 0) found.push(text.slice(start, at));
    if (space) start = -1;
    else if (start < 0) start = at;
  }
  return found;
}
