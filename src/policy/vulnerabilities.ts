import { isPseudoVersion } from "../module/pseudo.ts";
import { compareVersions, isSemver } from "../module/version.ts";
import { type Dependency, dependenciesOf } from "./dependencies.ts";
import type { Advisory } from "./osv.ts";
import type { ModuleContext } from "./rule.ts";

/** An advisory that matches a dependency by its version. */
export interface Vulnerability {
  dependency: Dependency;
  advisory: Advisory;
  /** Lowest version that has the fix; "" when there is none. */
  fixed: string;
  /** Why the match is no certainty; undefined when it is one. */
  doubt: string | undefined;
}

/** Advisories about modules of the build, at module level: whether the code is called is not known here. */
export async function vulnerabilitiesOf(context: ModuleContext): Promise<Vulnerability[]> {
  const { advisories, policy } = context;
  if (advisories === undefined) return [];
  const ignored = new Set(policy.vulnerabilities.ignore.map((entry) => entry.id));
  const found: Vulnerability[] = [];
  for (const dependency of await dependenciesOf(context)) {
    if (dependency.built === undefined) continue;
    for (const advisory of advisories.get(dependency.built.path) ?? []) {
      if (advisory.withdrawn || [advisory.id, ...advisory.aliases].some((id) => ignored.has(id))) continue;
      const match = matchOf(advisory, dependency.built.version);
      if (match !== undefined) found.push({ dependency, advisory, ...match });
    }
  }
  return found;
}

function matchOf(
  advisory: Advisory,
  version: string,
): { fixed: string; doubt: string | undefined } | undefined {
  const plain = version.replace(/\+incompatible$/, "");
  // Custom ranges are of versions that go does not see: they can be neither confirmed nor ruled out.
  const known = advisory.ranges.filter((range) => !range.custom);
  const range = known.find(
    ({ introduced, fixed }) =>
      (introduced === "" || compareVersions(plain, introduced) >= 0) &&
      (fixed === "" || !isSemver(fixed) || compareVersions(plain, fixed) < 0),
  );
  // An advisory without any range means every version.
  if (range === undefined && known.length > 0) return undefined;
  return { fixed: range?.fixed ?? "", doubt: doubtOf(advisory, version) };
}

function doubtOf(advisory: Advisory, version: string): string | undefined {
  if (!advisory.reviewed) return "the entry is not reviewed";
  if (advisory.ranges.some((range) => range.custom)) return "its versions are not those that go sees";
  if (advisory.ranges.length === 0) return "the entry names no versions";
  // A commit between two releases may have the fix already, or not yet.
  if (isPseudoVersion(version)) return "the required version is an untagged commit";
  return undefined;
}
