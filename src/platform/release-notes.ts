import { redact } from "../base/redact.ts";

const START = "<!-- modwharf:release -->";
const END = "<!-- /modwharf:release -->";

/**
 * The notes of a release with our section in them: replaced where it stands between its markers, else added at
 * the end. Whatever people or other tools wrote stays as it is, byte for byte.
 */
export function withSection(existing: string, section: string): string {
  // Our own markers inside the section would end it early the next time.
  const text = redact(section).replaceAll(START, "").replaceAll(END, "").trim();
  const ours = `${START}\n${text}\n${END}`;
  const start = existing.indexOf(START);
  const end = start === -1 ? -1 : existing.indexOf(END, start);
  if (end !== -1) return existing.slice(0, start) + ours + existing.slice(end + END.length);
  return existing.trim() === "" ? ours : `${existing.replace(/\s+$/, "")}\n\n${ours}`;
}

/** True when both are the same text but for line ends, which GitHub turns into CRLF when edited by hand. */
export function sameNotes(a: string, b: string): boolean {
  const normal = (text: string) => text.replace(/\r\n?/g, "\n").trimEnd();
  return normal(a) === normal(b);
}
