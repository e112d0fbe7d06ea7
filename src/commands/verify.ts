import { resolve } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { temporaryDirectory } from "../base/files.ts";
import type { ModuleSet } from "../manifest/module-set.ts";
import { readManifests } from "../manifest/read.ts";
import type { Report } from "../report/report.ts";
import { parseStoreUrl } from "../store/store-url.ts";
import { type CommandContext, defineCommand } from "./command.ts";
import { awsInputs, formatInput } from "./common-inputs.ts";
import { findInputFile } from "./input-file.ts";
import type { ValuesOf } from "./inputs.ts";
import { goproxyInput } from "./modules/inputs.ts";
import { goSettings, openModuleServices } from "./modules/services.ts";
import { openStoreUrl } from "./stores.ts";
import { verifyModuleCache } from "./verify/cache.ts";
import { verifyStore } from "./verify/store.ts";
import { verifyVendorDirectory } from "./verify/vendor.ts";
import { withGoEnvFile } from "./warm/go-env.ts";

const inputs = [
  {
    name: "what",
    type: "enum",
    values: ["cache", "vendor", "store"],
    required: true,
    positional: 0,
    placeholder: "WHAT",
    doc: "What to verify: a module cache, a vendor directory or a store",
  },
  {
    name: "target",
    type: "string",
    positional: 1,
    placeholder: "DIR|STORE",
    doc: "The module cache (default GOMODCACHE), the vendor directory (default vendor), or the STORE",
  },
  {
    name: "go-sum",
    type: "list",
    placeholder: "FILE",
    doc: "Hold it against these go.sum files, such as those of a trusted commit, in place of the project's own manifests; for a vendor directory beside its own go.sum",
  },
  { ...goproxyInput, doc: "Where the modules of a vendor directory come from that the module cache lacks" },
  ...awsInputs,
  formatInput,
] as const;

type Context = CommandContext<ValuesOf<typeof inputs>>;

const countOf = (name: string) => (data: Record<string, unknown>) =>
  data[name] === undefined ? undefined : String((data[name] as unknown[]).length);

export const verify = defineCommand({
  name: "verify",
  description: `
Holds what a build is about to use against go.sum, without a Go toolchain and in one pass: every zip, go.mod, ziphash and
extracted tree of a module cache; every file of a vendor directory; every version of a store. It names each modified,
missing and superfluous file, and lists what cannot be verified (local replaces, versions that no go.sum lists).

It catches what \`go build -mod=vendor\`, \`go build\` beside a stale \`.ziphash\` and \`go mod verify\` each let pass. Altered
content ends with exit code 4, other differences with 1. Nothing is changed; \`modwharf warm\` mends a module cache.`,
  inputs,
  outputs: [
    {
      name: "checked",
      doc: "Number of module versions, or of vendored files, that were compared",
      from: (data) => (data.checked === undefined ? undefined : String(data.checked)),
    },
    { name: "altered", doc: "Number of altered files", from: countOf("altered") },
    { name: "differences", doc: "Number of missing or superfluous files", from: countOf("differences") },
    { name: "unverified", doc: "Number of things that nothing vouches for", from: countOf("unverified") },
  ],
  permissions: {
    github: ["contents: read"],
    gitlab: ["for a store: a token that may read its packages"],
  },
  faces: {
    action: {},
    component: {
      stage: "test",
      rules: ['$CI_PIPELINE_SOURCE == "merge_request_event"', "$CI_COMMIT_BRANCH"],
    },
  },
  examples: [
    "modwharf verify cache",
    "modwharf verify vendor --format codequality=gl-code-quality-report.json",
    "modwharf verify store file:./registry --go-sum go.sum",
  ],
  run: async (given) => {
    const context = await withGoEnvFile(given);
    switch (context.inputs.what) {
      case "cache":
        return await verifyModuleCache(await cacheDir(context), await setOf(context));
      case "vendor":
        return await runVendor(context);
      default:
        return await runStore(context);
    }
  },
});

async function cacheDir(context: Context): Promise<string> {
  return await existingFolder(context.inputs.target ?? goSettings(context).gomodcache, context.cwd);
}

/** As an absolute path. A folder that is not there is an error, not one that lacks every module. */
async function existingFolder(named: string, cwd: string): Promise<string> {
  const { path, found } = await findInputFile(named, cwd);
  if (found.isDirectory()) return path;
  throw new ModwharfError("FILE_UNREADABLE", "this is no folder", {
    subject: path,
    expected: "a folder",
    actual: "a file",
    fix: "check the path",
  });
}

async function setOf({ inputs, cwd, platform }: Context): Promise<ModuleSet> {
  return await readManifests(inputs["go-sum"], { cwd, workspace: platform.env.GOWORK !== "off" });
}

async function runVendor(context: Context): Promise<Report> {
  const { inputs, cwd, platform } = context;
  const work = await temporaryDirectory();
  try {
    const source = openModuleServices(context, { goproxy: inputs.goproxy }).source(work.path);
    return await verifyVendorDirectory(
      {
        dir: resolve(cwd, inputs.target ?? "vendor"),
        source,
        workspace: platform.env.GOWORK !== "off",
        goSum: inputs["go-sum"].map((file) => resolve(cwd, file)),
      },
      cwd,
    );
  } finally {
    await work.dispose();
  }
}

async function runStore(context: Context): Promise<Report> {
  const { inputs, cwd, signal } = context;
  if (inputs.target === undefined) {
    throw new ModwharfError("USAGE", "no store is named", {
      subject: "target",
      expected: "a STORE such as file:./registry or s3://bucket/prefix",
    });
  }
  const location = parseStoreUrl(inputs.target, cwd);
  if (location.kind === "file") await existingFolder(location.root, cwd);
  const store = openStoreUrl(inputs.target, context);
  try {
    return await verifyStore(store, await setOf(context), signal);
  } finally {
    await store.close();
  }
}
