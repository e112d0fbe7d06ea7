import Range from "semver/classes/range.js";
import { ModwharfError } from "../base/errors.ts";
import { compareVersions } from "../module/version.ts";

/** `>=v1.2.0`; an empty operator means equality, an empty bound any version. */
interface Comparator {
  operator: string;
  bound: string;
}

/** All of the inner lists, or of another one of the outer list, must hold. */
type Alternatives = readonly (readonly Comparator[])[];

/** A person writes tens of characters. */
const MAX_LENGTH = 1000;

const parsed = new Map<string, Alternatives | undefined>();

/**
 * True when a version lies in a range of the policy file. Ranges are written as npm's semver reads them: comparators
 * side by side (all must hold), alternatives by `||`, `^1.4`, `~1.2.3`, `1.x`, `1.2 - 1.4`, `*`; versions with or
 * without v. What a bound means is Go's affair: pre-releases and pseudo-versions count in their order (npm would leave
 * them out), and `+incompatible` makes no difference.
 *
 * Throws USAGE for a malformed range.
 */
export function inRange(version: string, range: string): boolean {
  const alternatives = parse(range);
  if (alternatives === undefined) {
    throw new ModwharfError("USAGE", "a version range is malformed", {
      subject: range.slice(0, 200),
      expected: rangeExamples,
    });
  }
  return alternatives.some((comparators) => comparators.every((comparator) => holds(version, comparator)));
}

/** What a range may look like, for messages. */
export const rangeExamples = ">=v1.2.0 <v2.0.0, ^1.4, ~1.2.3 or <v1.3.1 || v2.0.0";

/** What of a range cannot be read, for messages; undefined when all is well. */
export function problemOfRange(range: string): string | undefined {
  return parse(range) === undefined ? range.slice(0, 100) : undefined;
}

function parse(range: string): Alternatives | undefined {
  if (!parsed.has(range)) parsed.set(range, read(range));
  return parsed.get(range);
}

function read(range: string): Alternatives | undefined {
  // An empty alternative would be every version: more likely a slip.
  const parts = range.split("||");
  if (range.length > MAX_LENGTH || parts.some((part) => part.trim() === "")) return undefined;
  try {
    // With includePrerelease npm's bounds are those of plain order, as Go compares.
    const { set } = new Range(range.replaceAll(",", " "), { includePrerelease: true });
    return set.map((comparators) =>
      comparators.map(({ operator, semver }) => ({
        operator,
        bound: semver.version === undefined ? "" : `v${semver.version}`,
      })),
    );
  } catch {
    return undefined;
  }
}

function holds(version: string, { operator, bound }: Comparator): boolean {
  if (bound === "") return true;
  const order = compareVersions(version, bound);
  switch (operator) {
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
