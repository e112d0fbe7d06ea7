import { messageOf } from "../../base/errors.ts";
import type { ModuleSet, NeededModule } from "../../manifest/module-set.ts";
import { forEachModule } from "../../mirror/each.ts";
import { errorOfFailures, type Failure } from "../../mirror/failures.ts";
import { formatModuleVersion, type ModuleVersion } from "../../module/module-version.ts";
import type { Finding, Report } from "../../report/report.ts";
import type { Store } from "../../store/store.ts";
import { localFinding } from "../modules/refusals.ts";
import { countText } from "../quantities.ts";
import { extraFinding, missingFinding, verifyReport } from "./report.ts";

/** Zips under way at once: each is read whole. */
const AT_ONCE = 8;

/**
 * Holds the versions of a set, as a store serves them, against go.sum. Every zip is read. A version that cannot be read
 * does not hide that another one is altered; where none is, that failure is thrown.
 */
export async function verifyStore(store: Store, set: ModuleSet, signal: AbortSignal): Promise<Report> {
  const failures: Failure[] = [];
  const judged = await forEachModule(set.modules, { concurrency: AT_ONCE, signal }, async (needed) => {
    try {
      return await judge(store, needed);
    } catch (error) {
      failures.push({ module: needed.module, error });
      return unread(store, needed, error);
    }
  });
  const of = (kind: Verdict["kind"]) =>
    judged.flatMap((verdict) => (verdict?.kind === kind ? [verdict.finding] : []));
  const altered = of("altered");
  if (failures.length > 0 && altered.length === 0) throw errorOfFailures(failures);
  const listed = new Set(set.modules.map(({ module }) => formatModuleVersion(module)));
  const extra: ModuleVersion[] = [];
  if (failures.length === 0) {
    for await (const module of store.modules())
      if (!listed.has(formatModuleVersion(module))) extra.push(module);
  }
  return verifyReport({
    subject: store.url,
    summary: `${countText(judged.length - failures.length, "module version")} of ${store.url} checked`,
    checked: judged.length - failures.length,
    altered,
    missing: [...of("missing"), ...of("unread")],
    unverified: [...of("unverified"), ...set.localReplaces.map(localFinding)],
    unlisted: extra,
  });
}

/** How a version in the store differs from go.sum. */
interface Verdict {
  readonly kind: "altered" | "missing" | "unread" | "unverified";
  readonly finding: Finding;
}

/** undefined for a version that is as go.sum says. */
async function judge(store: Store, needed: NeededModule): Promise<Verdict | undefined> {
  const { module, needs, h1, goModH1 } = needed;
  if (goModH1 === undefined || (needs === "zip" && h1 === undefined)) {
    const finding = extraFinding(formatModuleVersion(module), "no go.sum has its hash");
    return { kind: "unverified", finding };
  }
  const stored = needs === "zip" ? await store.hashes(module) : await modHash(store, needed);
  if (stored === undefined) {
    const what = `${store.url} lacks it${needs === "mod" ? "s go.mod" : ""}`;
    return { kind: "missing", finding: missingFinding(module, what) };
  }
  if (stored.goModH1 !== goModH1)
    return altered(store, needed, { file: "go.mod", expected: goModH1, actual: stored.goModH1 });
  if (stored.h1 !== undefined && stored.h1 !== h1)
    return altered(store, needed, { file: "zip", expected: h1!, actual: stored.h1 });
  return undefined;
}

async function modHash(store: Store, { module }: NeededModule) {
  const goModH1 = await store.goModHash(module);
  return goModH1 === undefined ? undefined : { h1: undefined, goModH1 };
}

function altered(
  store: Store,
  { module }: NeededModule,
  { file, expected, actual }: { file: string; expected: string; actual: string },
): Verdict {
  const name = formatModuleVersion(module);
  const finding: Finding = {
    rule: "store-altered",
    level: "error",
    blocking: true,
    message: `${name}: the ${file} in ${store.url} is not the one of go.sum: expected ${expected}, got ${actual}`,
    fix: "let nobody use this version from here, and find out who wrote it",
    subject: `${name} ${file}`,
  };
  return { kind: "altered", finding };
}

function unread({ url }: Store, { module }: NeededModule, error: unknown): Verdict {
  const name = formatModuleVersion(module);
  const finding: Finding = {
    rule: "store-unread",
    level: "error",
    blocking: true,
    message: `${name} in ${url} could not be checked: ${messageOf(error)}`,
    fix: "mend the cause and run again",
    subject: name,
  };
  return { kind: "unread", finding };
}
