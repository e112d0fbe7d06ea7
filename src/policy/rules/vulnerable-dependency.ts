import { chainDetail } from "../dependencies.ts";
import type { StateRule } from "../rule.ts";
import { vulnerabilitiesOf } from "../vulnerabilities.ts";
import { vulnerabilityHit } from "../vulnerability-hits.ts";

export const vulnerableDependency: StateRule = {
  id: "vulnerable-dependency",
  scope: "module",
  group: "vulnerability",
  level: "error",
  title: "A dependency has a known vulnerability",
  why: "The advisory is reviewed and names the required version. Whether this code reaches the weak part is not known.",
  fix: "upgrade to the fixed version",
  reference: "https://go.dev/doc/security/vuln/",
  needs: ["advisories"],
  async check(context) {
    const confident = (await vulnerabilitiesOf(context)).filter((found) => found.doubt === undefined);
    return Promise.all(
      confident.map(async (found) => vulnerabilityHit(found, await chainDetail(context, found.dependency))),
    );
  },
};
