import { isPseudoVersion } from "../module/pseudo.ts";
import { type Dependency, dependenciesOf } from "./dependencies.ts";
import type { Advisory, AdvisoryRange } from "./osv.ts";
import { isInRange } from "./osv-ranges.ts";
import type { ModuleContext } from "./rule.ts";

/** An advisory that matches a version. */
export interface Match {
  advisory: Advisory;
  /** Lowest version that has the fix; "" when there is none. */
  fixed: string;
  /** Why the match is no certainty; undefined when it is one. */
  doubt: string | undefined;
}

/** An advisory that matches a dependency by its version. */
export interface Vulnerability extends Match {
  dependency: Dependency;
}

/** Advisories about modules of the build, at module level: whether the code is called is not known here. */
export async function vulnerabilitiesOf(context: ModuleContext): Promise<Vulnerability[]> {
  const { advisories } = context;
  if (advisories === undefined) return [];
  const dependencies = await dependenciesOf(context);
  return dependencies.flatMap((dependency) => {
    if (dependency.built === undefined) return [];
    const { path, version } = dependency.built;
    return matchesOf(context, path, version).map((match) => ({ dependency, ...match }));
  });
}

/**
 * The advisories about a module (or `stdlib`, `toolchain`) that match a version: without those taken back or ignored
 * by the policy, and one of each vulnerability, which several databases tell of under aliases.
 */
export function matchesOf(
  { advisories, policy }: Pick<ModuleContext, "advisories" | "policy">,
  path: string,
  version: string,
): Match[] {
  const ignored = new Set(policy.vulnerabilities.ignore.map((entry) => entry.id));
  const seen = new Set<string>();
  // The Go database is reviewed for Go, so of aliases its entry is the one to show.
  const candidates = [...(advisories?.get(path) ?? [])].sort((a, b) => rankOf(a) - rankOf(b));
  return candidates.flatMap((advisory) => {
    const names = [advisory.id, ...advisory.aliases];
    if (advisory.withdrawn || names.some((name) => ignored.has(name) || seen.has(name))) return [];
    const match = matchOf(advisory, version);
    if (match === undefined) return [];
    for (const name of names) seen.add(name);
    return [{ advisory, ...match }];
  });
}

function rankOf({ id }: Advisory): number {
  return id.startsWith("GO-") ? 0 : 1;
}

function matchOf(advisory: Advisory, version: string): Omit<Match, "advisory"> | undefined {
  const plain = version.replace(/\+incompatible$/, "");
  const known = advisory.ranges.filter((range) => !range.custom);
  const range = known.find((candidate) => isInRange(plain, candidate));
  // An advisory without any range that can be compared may mean every version.
  if (range === undefined && known.length > 0) return undefined;
  return { fixed: range?.fixed ?? "", doubt: doubtOf(advisory, plain, range) };
}

function doubtOf(advisory: Advisory, version: string, range: AdvisoryRange | undefined): string | undefined {
  if (!advisory.reviewed) return "the entry is not reviewed";
  if (advisory.ranges.some(({ custom }) => custom)) return "its versions are not those that go sees";
  if (range === undefined) return "the entry names no versions";
  if (isPseudoVersion(version) && !isOrdered(version, range)) {
    return "the required version is an untagged commit";
  }
  return undefined;
}

/**
 * Whether the order of versions is also the order of commits: a commit between two releases may have the fix already
 * or not yet, but pseudo-versions with the same base follow their commits' times, and before the first version is
 * before everything.
 */
function isOrdered(version: string, { introduced, fixed, lastAffected = "" }: AdvisoryRange): boolean {
  return [introduced, fixed, lastAffected].every(
    (bound) => bound === "" || (isPseudoVersion(bound) && beforeTime(bound) === beforeTime(version)),
  );
}

/** `v1.2.4-0.` of v1.2.4-0.20260102150405-abcdef123456: what commits after one release share. */
function beforeTime(pseudoVersion: string): string {
  return pseudoVersion.replace(/\d{14}-[A-Za-z0-9]+$/, "");
}
