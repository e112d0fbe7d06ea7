import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { ModwharfError, messageOf } from "../../base/errors.ts";
import type { NeededModule } from "../../manifest/module-set.ts";
import { downloadDir } from "../../modcache/layout.ts";
import type { Pruned } from "../../modcache/prune.ts";
import type { CacheProblem } from "../../modcache/verify.ts";
import type { WarmResult } from "../../modcache/warm.ts";
import type { Finding, Report, Table } from "../../report/report.ts";
import { localFinding, refusalFinding } from "../modules/refusals.ts";
import { bytesText, countText } from "../quantities.ts";
import type { CiCacheFacts } from "./ci-cache.ts";
import { failureClass, failureFinding, moreFailures, ownFinding, problemFinding } from "./findings.ts";
import { placeOf, type WarmPlan } from "./plan.ts";

export interface WarmFacts {
  readonly cache: string;
  readonly cwd: string;
  readonly plan: WarmPlan;
  readonly result: WarmResult;
  /** What the platform's cache held and was not right. */
  readonly rejected: readonly CacheProblem[];
  readonly service: CiCacheFacts | undefined;
  readonly extracted: number | undefined;
  readonly pruned: Pruned | undefined;
  readonly seconds: number;
}

/** The report of a cache that was warmed. */
export function warmReport(facts: WarmFacts): Report {
  const { plan, result, seconds } = facts;
  const { downloaded, bytes, kept, failed } = result;
  const rejected = [...facts.rejected, ...result.before.problems];
  const left = failed.length + plan.refused.length;
  return {
    command: "warm",
    summary: verdict(facts, left),
    findings: [...problems(facts), ...planFindings(plan), ...failures(facts)],
    blockedAs: failureClass(failed.map(({ error }) => error)),
    tables: tables(facts),
    data: {
      cache: facts.cache,
      goproxy: pathToFileURL(downloadDir(facts.cache)).href,
      modules: plan.wanted.size,
      hit: kept,
      downloaded: downloaded.length,
      bytes,
      seconds,
      rejected: rejected.map(rejectedData),
      failed: failed.map(({ module, error }) => ({
        module: module.path,
        version: module.version,
        code: error instanceof ModwharfError ? error.code : "INTERNAL",
        message: messageOf(error),
      })),
      ...planData(plan),
      ...(facts.extracted !== undefined && { extracted: facts.extracted }),
      ...(facts.pruned && { pruned: facts.pruned.versions.length, prunedBytes: facts.pruned.bytes }),
      ...(plan.shard && { shard: plan.shard.text }),
      ...(facts.service && { ciCache: facts.service }),
    },
    metrics: [
      {
        name: "warm_modules",
        help: "Module versions that the manifests name",
        type: "gauge",
        value: plan.wanted.size,
      },
      { name: "warm_hits", help: "Versions that were there, and right", type: "gauge", value: kept },
      { name: "warm_downloaded", help: "Versions downloaded", type: "gauge", value: downloaded.length },
      {
        name: "warm_downloaded_zips",
        help: "Size of the downloaded zips",
        type: "gauge",
        unit: "bytes",
        value: bytes,
      },
      {
        name: "warm_rejected",
        help: "Files that were not what go.sum says",
        type: "gauge",
        value: rejected.length,
      },
      { name: "warm_duration", help: "Duration of the warm", type: "gauge", unit: "seconds", value: seconds },
    ],
  };
}

function verdict({ plan, result, seconds }: WarmFacts, left: number): string {
  const { downloaded, bytes, kept } = result;
  const parts = [
    `${kept} of ${countText(plan.wanted.size, "module version")} there`,
    `${downloaded.length} downloaded (${bytesText(bytes)})`,
    ...(left > 0 ? [`${left} not to be had`] : []),
  ];
  return `${parts.join(", ")}, in ${secondsText(seconds)}`;
}

function problems({ rejected, result, service }: WarmFacts): Finding[] {
  const from = service?.restoredKey == null ? "cache entry" : `cache entry ${service.restoredKey}`;
  return [
    ...rejected.map((problem) => problemFinding(problem, from)),
    ...result.before.problems.map((problem) => problemFinding(problem, "module cache")),
  ];
}

/** What a plan leaves out, and why. */
export function planFindings({ refused, own, set }: WarmPlan): Finding[] {
  return [
    ...refused.map(({ needed, reason }) => ({
      ...refusalFinding(needed.module, needed.from, reason),
      fix: "run `go mod tidy` and commit go.sum, or let the checksum database vouch (GOSUMDB, GONOSUMDB)",
    })),
    ...own.map(({ module, from }) => ownFinding(module, from)),
    ...set.localReplaces.map(localFinding),
  ];
}

/** When a proxy is down everything fails for one reason, and nobody reads it a thousand times. */
const SHOWN = 50;

function failures({ plan, result: { failed } }: WarmFacts): Finding[] {
  const shown = failed
    .slice(0, SHOWN)
    .map(({ module, error }) => failureFinding(module, error, placeOf(plan, module)));
  const rest = failed.slice(SHOWN);
  return rest.length === 0 ? shown : [...shown, moreFailures(rest.map(({ module }) => module))];
}

/** The same as data. */
export function planData({ refused, own, set }: WarmPlan): Record<string, unknown> {
  const named = ({ module, from }: Pick<NeededModule, "module" | "from">) => ({
    module: module.path,
    version: module.version,
    from,
  });
  return {
    refused: refused.map(({ needed, reason }) => ({ ...named(needed), reason })),
    leftToGo: own.map(named),
    localReplaces: set.localReplaces.map(({ module, directory, from }) => ({
      module: module.path,
      directory,
      from,
    })),
  };
}

function rejectedData({
  module,
  part,
  file,
  reason,
  expected,
  actual,
}: CacheProblem): Record<string, unknown> {
  return {
    ...(module && { module: module.path, version: module.version }),
    part,
    file,
    reason,
    ...(expected && { expected }),
    ...(actual && { actual }),
  };
}

function tables(facts: WarmFacts): Table[] {
  const { plan, result, service, pruned, extracted, seconds } = facts;
  const rows = [
    ["module versions of the manifests", String(plan.wanted.size)],
    ["there already, and right", String(result.kept)],
    ["downloaded", `${result.downloaded.length} (${bytesText(result.bytes)})`],
    ["rejected files", String(facts.rejected.length + result.before.problems.length)],
    ...(extracted === undefined ? [] : [["trees extracted", String(extracted)]]),
    ...(pruned === undefined ? [] : [["pruned", `${pruned.versions.length} (${bytesText(pruned.bytes)})`]]),
    ["took", secondsText(seconds)],
    [
      "cache",
      relative(facts.cwd, facts.cache).startsWith("..")
        ? facts.cache
        : join(".", relative(facts.cwd, facts.cache)),
    ],
  ];
  const shown = [{ title: "Module cache", columns: ["what", "value"], rows }];
  return service === undefined ? shown : [...shown, serviceTable(service)];
}

function serviceTable(service: CiCacheFacts): Table {
  const cost = service.restoreSeconds + service.verifySeconds;
  const gain =
    service.paysOff === null
      ? "not known yet: no download has been measured"
      : `${service.paysOff ? "yes" : "no"}: ${secondsText(cost)} against ${secondsText(service.downloadSeconds!)} of downloading`;
  const found = service.restoredKey === null ? "none" : service.exact ? "this very set" : service.restoredKey;
  return {
    title: "Cache entry",
    columns: ["what", "value"],
    rows: [
      ["key", service.key],
      ["found", found],
      ...(service.restoredKey === null
        ? []
        : [
            ["held and right", `${countText(service.modules, "version")} (${bytesText(service.bytes)})`],
            [
              "restored and verified in",
              `${secondsText(service.restoreSeconds)} + ${secondsText(service.verifySeconds)}`,
            ],
            ["pays for itself", gain],
          ]),
      ["will be saved", `${service.willSave ? "yes" : "no"}: ${service.reason}`],
    ],
  };
}

/** Seconds for people. */
export function secondsText(seconds: number): string {
  return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
}
