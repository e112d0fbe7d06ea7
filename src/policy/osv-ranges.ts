import { compareVersions, isSemver } from "../module/version.ts";
import type { AdvisoryRange } from "./osv.ts";

/** Stands for versions that go does not see: they can be neither confirmed nor ruled out. */
export const customRange: AdvisoryRange = { introduced: "", fixed: "", custom: true };

interface RangeEvent {
  kind: "introduced" | "fixed" | "last_affected";
  /** "" for the beginning. */
  version: string;
}

const KINDS = ["introduced", "fixed", "last_affected"] as const;

/**
 * The `ranges` of an affected package as intervals (osv-schema, "Evaluation"): events are put into order, each
 * `introduced` lasts until the next `fixed` or `last_affected`. Ranges of commits, and such with a bound that is no
 * semantic version, become one custom range.
 */
export function rangesOf(value: unknown): AdvisoryRange[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((range: { type?: unknown; events?: unknown } | null) => {
    if (!Array.isArray(range?.events)) return [];
    const events = range.events.flatMap(eventsOf);
    const isComparable = events.every(({ version }) => version === "" || isSemver(version));
    return range.type === "GIT" || !isComparable ? [customRange] : intervals(events);
  });
}

/** An event has one field by the schema; some databases write several. */
function eventsOf(event: unknown): RangeEvent[] {
  return KINDS.flatMap((kind) => {
    const text = (event as Record<string, unknown> | null)?.[kind];
    return typeof text === "string" ? [{ kind, version: versionText(text) }] : [];
  });
}

function intervals(events: readonly RangeEvent[]): AdvisoryRange[] {
  const ranges: AdvisoryRange[] = [];
  let open: AdvisoryRange | undefined;
  for (const { kind, version } of [...events].sort((a, b) => compareBounds(a.version, b.version))) {
    if (kind === "introduced") {
      // Introduced again before any fix changes nothing.
      if (open !== undefined) continue;
      open = { introduced: version, fixed: "", custom: false };
      ranges.push(open);
    } else if (open !== undefined) {
      if (kind === "fixed") open.fixed = version;
      else open.lastAffected = version;
      open = undefined;
    }
  }
  return ranges;
}

function compareBounds(a: string, b: string): number {
  if (a === "" || b === "") return a === b ? 0 : a === "" ? -1 : 1;
  return compareVersions(a, b);
}

/** OSV writes Go versions without v, and `0` for the beginning. */
function versionText(text: string): string {
  if (text === "0") return "";
  return text.startsWith("v") ? text : `v${text}`;
}

/** True when a version (with its v) lies in the range. */
export function isInRange(version: string, { introduced, fixed, lastAffected }: AdvisoryRange): boolean {
  return (
    (introduced === "" || compareVersions(version, introduced) >= 0) &&
    (fixed === "" || compareVersions(version, fixed) < 0) &&
    (lastAffected === undefined || compareVersions(version, lastAffected) <= 0)
  );
}
