import { temporaryDirectory } from "../base/files.ts";
import type { Report } from "../report/report.ts";
import { defineCommand } from "./command.ts";
import { openModuleServices } from "./modules/services.ts";
import type { CiCacheFacts } from "./warm/ci-cache.ts";
import { fill } from "./warm/fill.ts";
import { fillRemote } from "./warm/fill-remote.ts";
import { goproxyOf, withGoEnvFile } from "./warm/go-env.ts";
import { inputs, PROJECT_CACHE, type WarmContext } from "./warm/inputs.ts";
import { readOrder, saveModules } from "./warm/save.ts";
import { savedReport } from "./warm/saved-report.ts";

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

async function run(given: WarmContext): Promise<Report> {
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
function withoutDirect(context: WarmContext): WarmContext {
  const { platform } = context;
  return { ...context, platform: { ...platform, env: { ...platform.env, GONOPROXY: "none" } } };
}

/** GitHub's post step: saves what the main step decided to, if the job left it whole. */
async function post({ platform, cwd }: WarmContext, state: Record<string, unknown>): Promise<Report> {
  const order = await readOrder(String(state.order));
  return savedReport(await saveModules(platform.cache!, cwd, order), order.key);
}
