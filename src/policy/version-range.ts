import { ModwharfError } from "../base/errors.ts";
import { compareVersions, isSemver } from "../module/version.ts";

const COMPARATOR = /^(<=|>=|<|>|=)?(v?\d\S*)$/;

/**
 * True when a version lies in a range of the policy file: comparators joined by blanks or commas (all must
 * hold), alternatives by `||`; `*` is every version. Order is Go's, so pseudo-versions and pre-releases count.
 * Throws USAGE for a malformed range.
 */
export function inRange(version: string, range: string): boolean {
  if (range.trim() === "*") return true;
  return range.split("||").some((part) => {
    const comparators = part.split(/[\s,]+/).filter((text) => text !== "");
    return comparators.length > 0 && comparators.every((text) => holds(version, text));
  });
}

/** The first malformed comparator of a range, or undefined. */
export function problemOfRange(range: string): string | undefined {
  if (range.trim() === "*") return undefined;
  const parts = range.split("||").map((part) => part.split(/[\s,]+/).filter((text) => text !== ""));
  if (parts.some((part) => part.length === 0)) return range;
  return parts.flat().find((text) => parse(text) === undefined);
}

function parse(text: string): { operator: string; bound: string } | undefined {
  const found = COMPARATOR.exec(text);
  if (found === null) return undefined;
  const bound = found[2]!.startsWith("v") ? found[2]! : `v${found[2]}`;
  return isSemver(bound) ? { operator: found[1] ?? "=", bound } : undefined;
}

function holds(version: string, text: string): boolean {
  const comparator = parse(text);
  if (comparator === undefined) {
    throw new ModwharfError("USAGE", "a version range is malformed", {
      subject: text,
      expected: "comparators such as >=v1.2.0 <v2.0.0",
    });
  }
  const order = compareVersions(version, comparator.bound);
  switch (comparator.operator) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    default:
      return order === 0;
  }
}
