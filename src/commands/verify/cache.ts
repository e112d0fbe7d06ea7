import { relative } from "node:path";
import type { ModuleSet } from "../../manifest/module-set.ts";
import { modulePaths } from "../../modcache/layout.ts";
import { scanCache } from "../../modcache/scan.ts";
import { type CacheProblem, verifyCache } from "../../modcache/verify.ts";
import { formatModuleVersion, type ModuleVersion } from "../../module/module-version.ts";
import type { Finding, Report } from "../../report/report.ts";
import { localFinding } from "../modules/refusals.ts";
import { countText } from "../quantities.ts";
import { problemFinding } from "../warm/findings.ts";
import { extraFinding, missingFinding, verifyReport } from "./report.ts";
import { treeDifferences } from "./tree-differences.ts";

/** Holds a module cache against the hashes of a set's go.sum files; changes nothing. */
export async function verifyModuleCache(cache: string, set: ModuleSet): Promise<Report> {
  const sums = set.sums.entries.map(({ module, h1, goModH1 }) => ({ module, h1, goModH1 }));
  const { checked, problems, extra } = await verifyCache(cache, sums, { extra: "leave" });
  const h1s = new Map(sums.map(({ module, h1 }) => [formatModuleVersion(module), h1]));
  const altered: Finding[] = [];
  for (const problem of problems) {
    if (isAlteration(problem)) altered.push(...(await findingsOf(problem, cache, h1s)));
  }
  const missing = missingFrom(cache, set);
  const unverified = problems.filter((problem) => !isAlteration(problem));
  return verifyReport({
    subject: cache,
    summary: `${countText(checked, "module version")} of the cache checked`,
    checked,
    altered,
    missing: missing.map((module) => missingFinding(module, "the module cache lacks it")),
    unverified: [
      ...unverified.map((problem) => extraFinding(problem.file, unvouched(problem))),
      ...set.localReplaces.map(localFinding),
    ],
    unlisted: extra,
  });
}

/** A file for which go.sum has no line is no altered one: nothing says what it should be. */
function isAlteration({ part, expected, reason }: CacheProblem): boolean {
  return expected !== undefined || part === "info" || part === "foreign" || reason === "damaged";
}

/** A ziphash or tree is called modified when it has another hash than go.sum's, none included. */
function unvouched({ reason }: CacheProblem): string {
  return reason === "modified" ? "go.sum has no hash for the zip that it belongs to" : reason;
}

async function findingsOf(
  problem: CacheProblem,
  cache: string,
  h1s: ReadonlyMap<string, string | undefined>,
): Promise<Finding[]> {
  const { module, part } = problem;
  const h1 = module && h1s.get(formatModuleVersion(module));
  const files = part === "tree" && h1 !== undefined ? await treeDifferences(cache, module!, h1) : undefined;
  if (files === undefined || files.length === 0) return [problemFinding(problem, "module cache")];
  const tree = relative(cache, modulePaths(cache, module!).tree);
  return files.map(({ kind, path }) =>
    problemFinding(
      { ...problem, file: `${tree}/${path}`, reason: kind, expected: undefined, actual: undefined },
      "module cache",
    ),
  );
}

/** Zips that a build of the manifests would have to download; lone go.mod files go reads only now and then. */
function missingFrom(cache: string, { modules }: ModuleSet): ModuleVersion[] {
  const present = scanCache(cache).modules;
  return modules.flatMap(({ module, needs }) => {
    const files = present.get(formatModuleVersion(module))?.files;
    const isThere = files?.has("zip") === true && files.has("mod");
    return needs === "mod" || isThere ? [] : [module];
  });
}
