import type { Waiver } from "./policy.ts";

/** True from the day after the one that the waiver names. */
export function isExpired(waiver: Waiver, today: string): boolean {
  return waiver.expires < today;
}

/** True when the waiver's pattern (`*` for any text) fits what the finding is about. */
export function coversSubject({ subject }: Waiver, text: string): boolean {
  if (subject === undefined) return true;
  const parts = subject.split("*");
  if (parts.length === 1) return subject === text;
  const [first = "", ...rest] = parts;
  const last = rest.pop() ?? "";
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
    return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > text.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}
