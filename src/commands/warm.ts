import { resolve } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { temporaryDirectory } from "../base/files.ts";
import { publicUrl } from "../base/redact.ts";
import { HashLists } from "../modcache/hash-lists.ts";
import { PreparedTrees } from "../modcache/prepared-trees.ts";
import { type Pruned, pruneCache } from "../modcache/prune.ts";
import { warmCache } from "../modcache/warm.ts";
import { moduleSource } from "../modgraph/module-source.ts";
import type { Report } from "../report/report.ts";
import { type CommandContext, defineCommand } from "./command.ts";
import { formatInput } from "./common-inputs.ts";
import type { ValuesOf } from "./inputs.ts";
import {
  concurrencyInput,
  goproxyInput,
  manifestInput,
  sumdbInput,
  toolchainInput,
} from "./modules/inputs.ts";
import { type ModuleServices, openModuleServices, vouchOptions } from "./modules/services.ts";
import { CiCache, type CiCacheFacts } from "./warm/ci-cache.ts";
import { extractAll, wantsWritableTrees } from "./warm/extract.ts";
import { goproxyOf, withGoEnvFile } from "./warm/go-env.ts";
import {
  needsGraph,
  type PlanOptions,
  planFromGraph,
  planFromManifests,
  type WarmPlan,
} from "./warm/plan.ts";
import { warmRemote } from "./warm/remote.ts";
import { remoteReport } from "./warm/remote-report.ts";
import { warmReport } from "./warm/report.ts";
import { readOrder, saveModules } from "./warm/save.ts";
import { savedReport } from "./warm/saved-report.ts";

/** Where a GitLab job keeps modules: caches and artifacts must lie inside the project. */
const PROJECT_CACHE = ".modwharf";

const inputs = [
  manifestInput,
  {
    name: "cache",
    type: "string",
    placeholder: "DIR",
    defaultOn: { component: PROJECT_CACHE },
    doc: "The module cache to fill: GOMODCACHE, which is the default outside GitLab",
  },
  goproxyInput,
  sumdbInput,
  toolchainInput,
  concurrencyInput,
  {
    name: "shard",
    type: "string",
    placeholder: "I/N",
    pattern: "\\d{1,4}/\\d{1,4}",
    doc: "Take only part I of N, for parallel jobs; the parts are disjoint and together all",
  },
  {
    name: "remote",
    type: "string",
    placeholder: "URL",
    doc: "Fill no cache: make this proxy (Athens, Artifactory, Nexus) fetch every version, and prove what it serves",
  },
  {
    name: "extract",
    type: "boolean",
    default: "false",
    // Measured with setup-go's entry, which has trees: go alone takes longer to extract what it finds missing.
    defaultOn: { action: "true" },
    notOn: { component: "trees would triple what the job hands on; go extracts those that it needs" },
    doc: "Also extract the source trees, as go does when it builds",
  },
  {
    name: "prune",
    type: "boolean",
    default: "false",
    defaultOn: { component: "true" },
    doc: "Remove from the module cache what no manifest names",
  },
  {
    name: "save",
    type: "enum",
    values: ["auto", "always", "never"],
    default: "auto",
    notOn: {
      cli: "there is no cache service outside an action",
      component: "GitLab saves what the job declares as cache or artifact",
    },
    doc: "Save the modules when the job ends: auto on the default branch when they changed, elsewhere only when there is no entry at all",
  },
  {
    name: "key-prefix",
    type: "string",
    default: "modwharf-modules",
    pattern: "[A-Za-z0-9._-]{1,100}",
    notOn: {
      cli: "there is no cache service outside an action",
      component: "GitLab's cache keys are declared in YAML",
    },
    doc: "What the cache key begins with; entries that share it stand in for each other",
  },
  formatInput,
] as const;

type Context = CommandContext<ValuesOf<typeof inputs>>;

const ciCacheOf = (data: Record<string, unknown>) => data.ciCache as CiCacheFacts | undefined;
const numberOf = (name: string) => (data: Record<string, unknown>) =>
  data[name] === undefined ? undefined : String(data[name]);

export const warm = defineCommand({
  name: "warm",
  description: `
Fills a module cache (GOMODCACHE) with what a build of the manifests needs, so that \`GOPROXY=off go build ./...\`
works. Whatever is there already is held against go.sum first, zips, go.mod files and extracted trees alike; what differs is
removed and downloaded again. No download is visible before it has the right hash. Modules for which no go.sum vouches
are checked against the checksum database, and refused where nobody vouches for them.

As a GitHub action it also keeps the modules in the cache of the platform: one entry for each set of modules, whatever the
Go version. Every restored file is verified before it enters the module cache; the difference is downloaded, and
a changed set is saved when the job ends. On GitLab the job hands \`.modwharf/\` on, and jobs that extend
\`.modwharf-goproxy\` build from it without a network.`,
  inputs,
  outputs: [
    { name: "modules", doc: "Number of module versions that the manifests need", from: numberOf("modules") },
    { name: "hit", doc: "Number of versions that were there, and right", from: numberOf("hit") },
    { name: "downloaded", doc: "Number of versions downloaded", from: numberOf("downloaded") },
    {
      name: "rejected",
      doc: "Number of files, restored or found, that were not what go.sum says",
      from: (data) => (data.rejected === undefined ? undefined : String((data.rejected as unknown[]).length)),
    },
    { name: "cache", doc: "Path of the module cache", from: (data) => data.cache as string | undefined },
    {
      name: "goproxy",
      doc: "The module cache as a file:// proxy for GOPROXY",
      from: (data) => data.goproxy as string | undefined,
    },
    {
      name: "cache-hit",
      doc: "true when the platform's cache had an entry for this very set, false when not; empty when it was not asked",
      from: (data) => ciCacheOf(data) && String(ciCacheOf(data)!.exact),
    },
    { name: "key", doc: "The set's key in the platform's cache", from: (data) => ciCacheOf(data)?.key },
  ],
  permissions: { github: ["contents: read"], gitlab: [] },
  faces: {
    action: { post: true },
    component: {
      stage: "build",
      rules: ['$CI_PIPELINE_SOURCE == "merge_request_event"', "$CI_COMMIT_BRANCH", "$CI_COMMIT_TAG"],
      artifacts: [`${PROJECT_CACHE}/cache/download/`],
      cache: { key: "modwharf-modules", paths: [`${PROJECT_CACHE}/cache/download/`] },
      hidden: {
        ".modwharf-goproxy": {
          variables: {
            GOPROXY: `file://$CI_PROJECT_DIR/${PROJECT_CACHE}/cache/download,off`,
            // GOPRIVATE keeps modules from proxies, and so from this one.
            GONOPROXY: "none",
          },
        },
      },
    },
  },
  examples: [
    "modwharf warm",
    "modwharf warm go.sum tools/go.sum --cache .modwharf --prune",
    "modwharf warm --remote https://athens.example.com",
  ],
  run,
  post,
});

async function run(given: Context): Promise<Report> {
  const start = performance.now();
  const settled = await withGoEnvFile(given);
  const { inputs } = settled;
  const context = inputs.remote === undefined ? settled : withoutDirect(settled);
  const services = openModuleServices(context, {
    goproxy: inputs.remote ?? (await goproxyOf(context, inputs.goproxy)),
    sumdb: inputs.sumdb,
    concurrency: inputs.concurrency,
  });
  const work = await temporaryDirectory();
  try {
    const task = { services, workDir: work.path, start };
    return inputs.remote === undefined ? await fill(context, task) : await fillRemote(context, task);
  } finally {
    await work.dispose();
  }
}

/** The proxy that is being warmed is the user's own: it is asked for private modules too. */
function withoutDirect(context: Context): Context {
  const { platform } = context;
  return { ...context, platform: { ...platform, env: { ...platform.env, GONOPROXY: "none" } } };
}

interface Task {
  readonly services: ModuleServices;
  readonly workDir: string;
  /** As performance.now() gave it. */
  readonly start: number;
}

async function fill(context: Context, task: Task): Promise<Report> {
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

function preparedTrees({ platform }: Context, cache: string, { wanted }: WarmPlan): PreparedTrees {
  const writable = wantsWritableTrees(platform.env);
  return new PreparedTrees(cache, { writable, wants: (key) => wanted.get(key) === "zip" });
}

interface Filling extends Task {
  readonly cache: string;
  readonly options: PlanOptions;
  readonly prepared: PreparedTrees | undefined;
}

async function fillFrom(named: WarmPlan, context: Context, filling: Filling): Promise<Report> {
  const { inputs, cwd, platform } = context;
  const { services, workDir, start, cache, options, prepared } = filling;
  const ciCache = CiCache.open({ platform, cwd, cache, keyPrefix: inputs["key-prefix"] }, named);
  await ciCache?.restore(prepared);
  const source = moduleSource({ gomodcache: cache, client: services.client, workDir });
  const plan = needsGraph(named) ? await planFromGraph(options, source) : named;
  const { result, extracted, measured } = await warmAndExtract(plan, context, filling);
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

async function warmAndExtract(plan: WarmPlan, context: Context, { services, cache, prepared }: Filling) {
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
    progress: (done, all) => platform.log.progress(`downloading ${done} of ${all}`),
  });
  const measured = { bytes: result.bytes, seconds: (performance.now() - start) / 1000 };
  const extracted = prepared && (await extractOrLeave(plan, context, { cache, prepared }));
  return { result, extracted, measured };
}

/** Without a way to take go's locks the trees are left to go, which makes those that it needs. */
async function extractOrLeave(
  plan: WarmPlan,
  { platform, signal }: Context,
  { cache, prepared }: { cache: string; prepared: PreparedTrees },
): Promise<number> {
  try {
    return await extractAll(plan, { cache, env: platform.env, signal, prepared });
  } catch (error) {
    const isLock = error instanceof ModwharfError && ["TOOL_MISSING", "NOT_SUPPORTED"].includes(error.code);
    if (!isLock) throw error;
    platform.log.warn(`source trees are left to go: ${error.message}`);
    return 0;
  }
}

function planOptions(context: Context, services: ModuleServices): PlanOptions {
  const { inputs, cwd, platform } = context;
  return {
    inputs,
    cwd,
    workspace: platform.env.GOWORK !== "off",
    vouch: vouchOptions(context, services, []),
    gonoproxy: services.go.gonoproxy,
  };
}

async function fillRemote(context: Context, { services, workDir, start }: Task): Promise<Report> {
  const { inputs, platform, signal } = context;
  const url = inputs.remote!;
  if (!/^https?:\/\//.test(url)) {
    throw new ModwharfError("USAGE", "the remote is no proxy's address", {
      subject: "remote",
      expected: "an http or https URL",
      actual: publicUrl(url),
    });
  }
  const options = planOptions(context, services);
  const named = await planFromManifests(options);
  const { gomodcache } = services.go;
  const source = moduleSource({ gomodcache, client: services.client, workDir });
  const plan = needsGraph(named) ? await planFromGraph(options, source) : named;
  const outcomes = await warmRemote({
    plan,
    client: services.client,
    concurrency: inputs.concurrency,
    signal,
    progress: (done, all) => platform.log.progress(`proving ${done} of ${all}`),
  });
  const seconds = (performance.now() - start) / 1000;
  return remoteReport({ url: publicUrl(url), plan, outcomes, seconds });
}

/** GitHub's post step: saves what the main step decided to, if the job left it whole. */
async function post({ platform, cwd }: Context, state: Record<string, unknown>): Promise<Report> {
  const order = await readOrder(String(state.order));
  return savedReport(await saveModules(platform.cache!, cwd, order), order.key);
}
