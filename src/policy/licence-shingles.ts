/** Words in a row that make one shingle: enough that common phrases of all licences do not count. */
const SHINGLE_WORDS = 4;

/** Words that licences leave to their users to replace (SPDX matching guidelines, "replaceable text"). */
const REPLACEABLE: readonly [RegExp, string][] = [
  [/\bneither the names? of .{1,80}? nor\b/g, "neither the name of nor"],
  [/\b(?:the )?copyright (?:holders?|owners?)(?: (?:and|or) (?:its )?contributors)?\b/g, "holder"],
  [/\b(?:the )?(?:authors?|regents)(?: (?:and|or) (?:its )?contributors)\b/g, "holder"],
  [/\b(?:the authors?|isc|internet systems consortium inc|holder) disclaims?\b/g, "disclaims"],
  [/\bshall (?:the authors?|isc|holder) be\b/g, "shall be"],
  [/\bmay be used to\b/g, "may used to"],
];

/**
 * The words that tell licences apart: lower case, without copyright lines (they name the holder), list marks,
 * punctuation, and with the parts that users fill in made equal (SPDX matching guidelines).
 */
export function licenceWords(text: string): string[] {
  let words = text
    .replace(/\r/g, "")
    .split("\n")
    .filter(
      (line) =>
        !/^\W*(?:copyright\s+(?!notice|holders?\b|owners?\b|and\b)|\(c\)|©|all rights reserved\W*$)/i.test(
          line,
        ),
    )
    .map((line) => line.replace(/^\W*(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]+\s)?/i, ""))
    .join(" ")
    .toLowerCase()
    .replace(/https?:/g, "")
    .replace(/licence/g, "license")
    .replace(/[^a-z0-9]+/g, " ")
    .trim();
  for (const [pattern, replacement] of REPLACEABLE) words = words.replace(pattern, replacement);
  return words.split(" ");
}

/** FNV-1a hashes of every run of words; texts of fewer words have one. */
export function shinglesOf(words: readonly string[]): Set<number> {
  const shingles = new Set<number>();
  for (let i = 0; i === 0 || i + SHINGLE_WORDS <= words.length; i++) {
    shingles.add(hash(words.slice(i, i + SHINGLE_WORDS).join(" ")));
  }
  return shingles;
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  }
  return value;
}
