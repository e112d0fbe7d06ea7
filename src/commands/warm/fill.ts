import { resolve } from "node:path";
import { ModwharfError } from "../../base/errors.ts";
import { HashLists } from "../../modcache/hash-lists.ts";
import { PreparedTrees } from "../../modcache/prepared-trees.ts";
import { type Pruned, pruneCache } from "../../modcache/prune.ts";
import { warmCache } from "../../modcache/warm.ts";
import type { Report } from "../../report/report.ts";
import { CiCache } from "./ci-cache.ts";
import { type ExtractOptions, extractAll, wantsWritableTrees } from "./extract.ts";
import type { WarmContext } from "./inputs.ts";
import { type PlanOptions, planFromManifests, type WarmPlan } from "./plan.ts";
import { warmReport } from "./report.ts";
import { completed, planOptions, type Task } from "./task.ts";

/** Fills a module cache, with what the platform keeps of it where there is a platform, and reports. */
export async function fill(context: WarmContext, task: Task): Promise<Report> {
  const { inputs, cwd } = context;
  const cache = resolve(cwd, inputs.cache ?? task.services.go.gomodcache);
  const options = planOptions(context, task.services);
  const named = await planFromManifests(options);
  const prepared = inputs.extract ? preparedTrees(context, cache, named) : undefined;
  try {
    return await fillFrom(named, context, { ...task, cache, options, prepared });
  } finally {
    prepared?.dispose();
  }
}

function preparedTrees({ platform }: WarmContext, cache: string, { wanted }: WarmPlan): PreparedTrees {
  const writable = wantsWritableTrees(platform.env);
  return new PreparedTrees(cache, { writable, wants: (key) => wanted.get(key) === "zip" });
}

interface Filling extends Task {
  readonly cache: string;
  readonly options: PlanOptions;
  readonly prepared: PreparedTrees | undefined;
  /** As for warmCache. */
  readonly verified?: ReadonlySet<string> | undefined;
}

async function fillFrom(named: WarmPlan, context: WarmContext, filling: Filling): Promise<Report> {
  const { inputs, cwd, platform } = context;
  const { start, cache, options, prepared } = filling;
  const ciCache = CiCache.open({ platform, cwd, cache, keyPrefix: inputs["key-prefix"] }, named);
  await ciCache?.restore(prepared);
  const plan = await completed(named, options, filling);
  const verified = ciCache?.verified;
  const { result, extracted, measured } = await warmAndExtract(plan, context, { ...filling, verified });
  const pruned = inputs.prune ? await prune(cache, plan) : undefined;
  const report = warmReport({
    cache,
    cwd,
    plan,
    result,
    rejected: ciCache?.rejected ?? [],
    service: ciCache?.facts(inputs.save),
    extracted,
    pruned,
    seconds: (performance.now() - start) / 1000,
  });
  const isWhole = result.failed.length === 0 && plan.refused.length === 0;
  const order = isWhole ? await ciCache?.order(inputs.save, plan, measured) : undefined;
  return order === undefined ? report : { ...report, post: order };
}

async function prune(cache: string, { named, sums }: WarmPlan): Promise<Pruned> {
  await HashLists.ofCache(cache).prune(sums.flatMap(({ h1 }) => h1 ?? []));
  return await pruneCache(cache, named);
}

async function warmAndExtract(plan: WarmPlan, context: WarmContext, filling: Filling) {
  const { services, cache, prepared, verified } = filling;
  const { inputs, platform, signal } = context;
  const start = performance.now();
  const result = await warmCache({
    cache,
    sums: plan.sums,
    wanted: plan.wanted,
    extra: "leave",
    client: services.client,
    concurrency: inputs.concurrency,
    signal,
    prepared,
    verified,
    progress: (done, all) => platform.log.progress(`downloading ${done} of ${all}`),
  });
  const measured = { bytes: result.bytes, seconds: (performance.now() - start) / 1000 };
  const extracted =
    prepared && (await extractOrLeave(plan, context, { cache, prepared, proven: result.proven }));
  return { result, extracted, measured };
}

/** Without a way to take go's locks the trees are left to go, which makes those that it needs. */
async function extractOrLeave(
  plan: WarmPlan,
  { platform, signal }: WarmContext,
  filled: Pick<ExtractOptions, "cache" | "prepared" | "proven">,
): Promise<number> {
  try {
    return await extractAll(plan, { ...filled, env: platform.env, signal });
  } catch (error) {
    const isLock = error instanceof ModwharfError && ["TOOL_MISSING", "NOT_SUPPORTED"].includes(error.code);
    if (!isLock) throw error;
    platform.log.warn(`source trees are left to go: ${error.message}`);
    return 0;
  }
}
