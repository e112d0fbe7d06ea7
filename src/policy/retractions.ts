import type { VersionInterval } from "../modfile/directive.ts";
import { compareVersions } from "../module/version.ts";

/** True for a version of a retract directive's interval, both ends included (cmd/go modload CheckRetractions). */
export function isWithin({ low, high }: VersionInterval, version: string): boolean {
  return compareVersions(version, low) >= 0 && compareVersions(version, high) <= 0;
}

/** As go.mod has it: `v1.2.0`, or `[v1.2.0, v1.3.0]`. */
export function intervalText({ low, high }: VersionInterval): string {
  return low === high ? low : `[${low}, ${high}]`;
}
