/** A part of a document that may lose rows when space runs out: head and tail stay together with the rows. */
export interface Section {
  head: string;
  rows: readonly string[];
  /** Printed after the rows, e.g. the end of a fold. */
  tail?: string;
}

export interface Limit {
  /** In the unit of `sizeOf`. */
  max: number;
  sizeOf: (text: string) => number;
  /** States how many rows were left out; one line. */
  overflow: (rows: number) => string;
}

export const bytes = (text: string): number => Buffer.byteLength(text);
export const characters = (text: string): number => text.length;

/**
 * Joins sections until the limit is reached. Earlier sections matter more; a section keeps its first rows, and
 * one last line states what is missing. The result never exceeds `limit.max`.
 */
export function fitSections(sections: readonly Section[], limit: Limit): string {
  const { sizeOf } = limit;
  const all = sections.reduce((sum, section) => sum + section.rows.length, 0);
  // Room for the statement itself and for the line ends around it.
  const room = { left: limit.max - sizeOf(limit.overflow(all)) - 8 };
  const parts: string[] = [];
  let shown = 0;
  for (const section of sections) {
    const kept = fitSection(section, room, sizeOf);
    if (kept === undefined) continue;
    parts.push(kept.text);
    shown += kept.rows;
  }
  if (shown < all) parts.push(limit.overflow(all - shown));
  return `${parts.join("\n\n")}\n`;
}

function fitSection(section: Section, room: { left: number }, sizeOf: Limit["sizeOf"]) {
  const frame = sizeOf(section.head) + sizeOf(section.tail ?? "") + 6;
  let left = room.left - frame;
  if (left < 0) return undefined;
  const rows: string[] = [];
  for (const row of section.rows) {
    const size = sizeOf(row) + 1;
    if (size > left) break;
    left -= size;
    rows.push(row);
  }
  // A head without any of its rows says nothing.
  if (rows.length === 0 && section.rows.length > 0) return undefined;
  room.left = left;
  const body = [section.head, ...rows].filter((line) => line !== "").join("\n");
  return { text: section.tail === undefined ? body : `${body}\n\n${section.tail}`, rows: rows.length };
}
