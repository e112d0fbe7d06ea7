import { matchPath } from "./patterns.ts";
import type { Waiver } from "./policy.ts";
import type { RuleHit } from "./rule.ts";

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

/**
 * Finds the waiver that covers a hit of one rule: of several, one that still counts goes before an expired one. Paths are
 * matched once for each file, since a rule may have hundreds of thousands of hits in one.
 */
export function waiverFinder(
  waivers: readonly Waiver[],
  { rule, today }: { rule: string; today: string },
): (hit: RuleHit) => Waiver | undefined {
  const own = waivers
    .filter((waiver) => waiver.rule === rule)
    .sort((a, b) => Number(isExpired(a, today)) - Number(isExpired(b, today)));
  const ofFile = new Map<string, Waiver[]>();
  return ({ file, subject }) => {
    let fitting = ofFile.get(file);
    if (fitting === undefined) {
      fitting = own.filter(({ paths }) => paths.length === 0 || paths.some((path) => matchPath(path, file)));
      ofFile.set(file, fitting);
    }
    return fitting.find((waiver) => coversSubject(waiver, subject));
  };
}
