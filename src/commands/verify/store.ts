import { Pool } from "../../base/pool.ts";
import type { ModuleSet, NeededModule } from "../../manifest/module-set.ts";
import { formatModuleVersion, type ModuleVersion } from "../../module/module-version.ts";
import type { Finding, Report } from "../../report/report.ts";
import type { Store } from "../../store/store.ts";
import { localFinding } from "../modules/refusals.ts";
import { countText } from "../quantities.ts";
import { extraFinding, missingFinding, unlistedFindings, verifyReport } from "./report.ts";

/** Zips under way at once: each is read whole. */
const AT_ONCE = 8;

/** Holds the versions of a set, as a store serves them, against go.sum. Every zip is read. */
export async function verifyStore(store: Store, set: ModuleSet, signal: AbortSignal): Promise<Report> {
  const pool = new Pool(AT_ONCE);
  const verdicts = await Promise.all(
    set.modules.map((needed) =>
      pool.run(async () => {
        signal.throwIfAborted();
        return await judge(store, needed);
      }),
    ),
  );
  const of = (kind: Verdict["kind"]) =>
    verdicts.flatMap((verdict) => (verdict.kind === kind ? [verdict.finding] : []));
  const listed = new Set(set.modules.map(({ module }) => formatModuleVersion(module)));
  const extra: ModuleVersion[] = [];
  for await (const module of store.modules())
    if (!listed.has(formatModuleVersion(module))) extra.push(module);
  return verifyReport({
    subject: store.url,
    summary: `${countText(verdicts.length, "module version")} of ${store.url} checked`,
    checked: verdicts.length,
    altered: of("altered") as Finding[],
    missing: of("missing") as Finding[],
    unverified: [
      ...(of("unverified") as Finding[]),
      ...unlistedFindings(extra),
      ...set.localReplaces.map(localFinding),
    ],
  });
}

type Verdict =
  | { readonly kind: "altered" | "missing" | "unverified"; readonly finding: Finding }
  | { readonly kind: "right"; readonly finding: undefined };

const RIGHT: Verdict = { kind: "right", finding: undefined };

async function judge(store: Store, needed: NeededModule): Promise<Verdict> {
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
  return RIGHT;
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
