import { chainDetail } from "../dependencies.ts";
import type { StateRule } from "../rule.ts";
import { vulnerabilitiesOf } from "../vulnerabilities.ts";
import { vulnerabilityHit } from "../vulnerability-hits.ts";

export const vulnerableDependencyUnconfirmed: StateRule = {
  id: "vulnerable-dependency-unconfirmed",
  scope: "module",
  group: "vulnerability",
  level: "warning",
  title: "A dependency may have a known vulnerability",
  why:
    "The advisory is not reviewed, gives versions that go does not see, or the required version is an untagged " +
    "commit: a person has to look.",
  fix: "read the advisory; upgrade to the fixed version if it applies",
  reference: "https://go.dev/doc/security/vuln/",
  needs: ["advisories"],
  async check(context) {
    const doubtful = (await vulnerabilitiesOf(context)).filter((found) => found.doubt !== undefined);
    return Promise.all(
      doubtful.map(async (found) => vulnerabilityHit(found, await chainDetail(context, found.dependency))),
    );
  },
};
