import { formatModuleVersion } from "../../module/module-version.ts";
import type { Report } from "../../report/report.ts";
import { bytesText, countText } from "../quantities.ts";
import { failureFinding } from "./findings.ts";
import { placeOf, type WarmPlan } from "./plan.ts";
import { isAlteration, type RemoteOutcome } from "./remote.ts";
import { planData, planFindings, secondsText } from "./report.ts";

export interface RemoteFacts {
  readonly url: string;
  readonly plan: WarmPlan;
  readonly outcomes: readonly RemoteOutcome[];
  readonly seconds: number;
}

/** The report of a proxy that was made to fetch everything. */
export function remoteReport({ url, plan, outcomes, seconds }: RemoteFacts): Report {
  const of = (status: RemoteOutcome["status"]) => outcomes.filter((one) => one.status === status);
  const [proven, missing, altered, failed] = [of("proven"), of("missing"), of("altered"), of("failed")];
  const bytes = proven.reduce((sum, one) => sum + one.bytes, 0);
  const bad = [...altered, ...missing, ...failed];
  const list = (some: readonly RemoteOutcome[]) => some.map(({ module }) => formatModuleVersion(module));
  return {
    command: "warm",
    summary: `${proven.length} of ${countText(outcomes.length, "module version")} proven (${bytesText(bytes)}), ${missing.length} missing, ${altered.length} altered${failed.length > 0 ? `, ${failed.length} failed` : ""}, in ${secondsText(seconds)}`,
    findings: [
      ...bad.map(({ module, error }) => failureFinding(module, error, placeOf(plan, module))),
      ...planFindings(plan),
    ],
    blockedAs: altered.some(({ error }) => isAlteration(error))
      ? "integrity"
      : bad.length > 0
        ? "remote"
        : "findings",
    tables: [
      {
        title: "Not served as go.sum says",
        columns: ["module", "version", "status"],
        rows: bad.map(({ module, status }) => [module.path, module.version, status]),
      },
    ],
    data: {
      remote: url,
      modules: outcomes.length,
      proven: proven.length,
      missing: list(missing),
      altered: list(altered),
      failed: list(failed),
      bytes,
      seconds,
      ...planData(plan),
    },
  };
}
