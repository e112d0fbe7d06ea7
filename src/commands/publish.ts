import { resolve } from "node:path";
import { type BuiltModule, buildModule } from "../artifact/build.ts";
import { ModwharfError } from "../base/errors.ts";
import { temporaryDirectory } from "../base/files.ts";
import { checkOutputFile } from "../base/output-file.ts";
import { formatModuleVersion } from "../module/module-version.ts";
import type { Report } from "../report/report.ts";
import { requireOnBranch } from "../source/history.ts";
import { openRepository, type Repository } from "../source/repository.ts";
import { requireSignedTag } from "../source/signature.ts";
import type { TaggedModule } from "../source/tags.ts";
import type { Store } from "../store/store.ts";
import { type CommandContext, defineCommand } from "./command.ts";
import {
  awsInputs,
  formatInput,
  moduleInput,
  repoInput,
  retractedInput,
  subdirInput,
} from "./common-inputs.ts";
import type { ValuesOf } from "./inputs.ts";
import { publishToAll } from "./publish/fan-out.ts";
import { writeReceipt } from "./publish/receipt.ts";
import { makeReleases } from "./publish/release-notes.ts";
import { type PublishResult, publishedModule, publishReport, refusedReport } from "./publish/report.ts";
import { selectModules } from "./publish/selection.ts";
import { openStores } from "./stores.ts";

const RECEIPT = "modwharf-receipt.json";

const inputs = [
  repoInput,
  {
    name: "tag",
    type: "string",
    placeholder: "TAG",
    doc: "The tag to publish; in CI the tag that triggered the job",
  },
  {
    name: "tags-at",
    type: "string",
    placeholder: "REV",
    doc: "Publish every module tagged at this revision, in dependency order",
  },
  {
    name: "rev",
    type: "string",
    placeholder: "REV",
    doc: "Publish an untagged revision under its pseudo-version",
  },
  {
    name: "to",
    type: "list",
    required: true,
    placeholder: "STORE",
    doc: "Where to publish: file:DIR, s3://BUCKET/PREFIX, gitlab:GROUP/PROJECT",
  },
  moduleInput,
  {
    name: "dry-run",
    type: "boolean",
    default: "false",
    doc: "Build, check and compare with the stores, and write nothing",
  },
  {
    name: "require-signed-tag",
    type: "boolean",
    default: "false",
    doc: "Refuse a tag without a good GPG or SSH signature",
  },
  {
    name: "allowed-signers",
    type: "string",
    placeholder: "FILE",
    doc: "OpenSSH allowed_signers file for SSH signatures",
  },
  {
    name: "require-branch",
    type: "string",
    placeholder: "NAME",
    doc: "Refuse a commit that is not part of this branch",
  },
  {
    name: "receipt",
    type: "string",
    placeholder: "FILE",
    // A job's files are gone with it unless they are artifacts, and those are named beforehand.
    defaultOn: { component: RECEIPT },
    doc: "Write what was published where, as JSON",
  },
  {
    name: "release",
    type: "boolean",
    default: "false",
    doc: "Create or update the platform's release of the tag",
  },
  ...awsInputs,
  subdirInput,
  retractedInput,
  formatInput,
] as const;

type Context = CommandContext<ValuesOf<typeof inputs>>;

const first = (data: Record<string, unknown>) => (data.modules as Record<string, unknown>[])[0];

export const publish = defineCommand({
  name: "publish",
  description: `
Builds the module of a tag as \`go\` would see it and publishes zip, go.mod, info and version list into one or more
stores; afterwards it reads everything back the way a consumer does and compares the hashes.

A version never changes: publishing the same content again writes nothing (\`unchanged\`); other content under an
existing version is refused with both hashes named (exit code 4). An interrupted run leaves no visible half version, and
the next run completes it. All modules are built and checked before the first one is written.`,
  inputs,
  outputs: [
    {
      name: "module",
      doc: "Path of the (first) published module",
      from: (data) => first(data)?.module as string,
    },
    { name: "version", doc: "Its version", from: (data) => first(data)?.version as string },
    { name: "h1", doc: "Its hash as in go.sum", from: (data) => first(data)?.h1 as string },
    {
      name: "go-mod-h1",
      doc: "The hash of its go.mod as in go.sum",
      from: (data) => first(data)?.goModH1 as string,
    },
    {
      name: "go-sum",
      doc: "Its two go.sum lines, separated by a newline",
      from: (data) => (first(data)?.goSum as string[] | undefined)?.join("\n"),
    },
    { name: "goproxy", doc: "What consumers put in GOPROXY", from: (data) => first(data)?.goproxy as string },
    {
      name: "receipt",
      doc: "Path of the receipt, when one was asked for",
      from: (data) => data.receipt as string,
    },
    {
      name: "modules",
      doc: "All published modules as a JSON array",
      from: (data) => JSON.stringify(data.modules),
    },
  ],
  permissions: {
    github: ["contents: read (write with release: true)", "id-token: write for S3 through OIDC"],
    gitlab: [
      "a job token that the registry project's allowlist admits, from a user with the Developer role there",
    ],
  },
  faces: {
    action: {},
    component: {
      stage: "deploy",
      rules: ["$CI_COMMIT_TAG"],
      resourceGroup: "modwharf-publish",
      artifacts: [RECEIPT],
      selfTest: { rev: "HEAD", module: "example.com/self-test", to: "file:./registry", "dry-run": true },
    },
  },
  examples: [
    "modwharf publish --tag v1.2.3 --to file:./registry",
    "modwharf publish --tags-at HEAD --to s3://modules/goproxy?region=eu-central-1 --receipt receipt.json",
    "modwharf publish --tag v1.2.3 --to gitlab:platform/goproxy --require-signed-tag --require-branch main",
  ],
  run,
});

async function run(context: Context): Promise<Report> {
  const { inputs, cwd, platform } = context;
  if (inputs["allowed-signers"] !== undefined && !inputs["require-signed-tag"]) {
    throw new ModwharfError("USAGE", "allowed-signers asks for no signature by itself", {
      expected: "--allowed-signers together with --require-signed-tag",
      actual: "no --require-signed-tag",
      fix: "add --require-signed-tag, or leave --allowed-signers out",
    });
  }
  // Bad store URLs and missing credentials show before any work is done.
  const stores = openStores(inputs.to, context);
  if (inputs.receipt !== undefined && !inputs["dry-run"]) await checkOutputFile(resolve(cwd, inputs.receipt));
  const repository = await openRepository({ dir: resolve(cwd, inputs.repo), env: platform.env });
  const work = await temporaryDirectory();
  try {
    const { modules, cycles, refused } = await selectModules(repository, inputs, platform.trigger);
    if (refused.length > 0) return refusedReport(refused);
    for (const tagged of modules) await checkOrigin(context, repository, tagged);
    const built = await buildAll(context, { repository, modules, workDir: work.path });
    return await conclude(context, await publishAll(context, { modules, built, stores }), cycles);
  } finally {
    await Promise.all([work.dispose(), repository.close(), ...stores.map((store) => store.close())]);
  }
}

/** The conditions that the user puts on what may be published at all. */
async function checkOrigin(
  { inputs, cwd, platform }: Context,
  repository: Repository,
  tagged: TaggedModule,
): Promise<void> {
  const branch = inputs["require-branch"];
  if (inputs["require-signed-tag"]) {
    const signers = inputs["allowed-signers"];
    await requireSignedTag(repository, tagged, {
      env: platform.env,
      allowedSigners: signers && resolve(cwd, signers),
    });
  }
  if (branch !== undefined) {
    await requireOnBranch(
      repository,
      { commit: tagged.commit.id, subject: tagged.tag ?? tagged.commit.id },
      branch,
    );
  }
}

interface BuildTask {
  repository: Repository;
  modules: readonly TaggedModule[];
  workDir: string;
}

async function buildAll(
  { platform, signal }: Context,
  { repository, modules, workDir }: BuildTask,
): Promise<BuiltModule[]> {
  const built: BuiltModule[] = [];
  for (const tagged of modules) {
    signal.throwIfAborted();
    platform.log.progress(`building ${formatModuleVersion(tagged)}`);
    built.push(await buildModule(repository, tagged, { workDir }));
  }
  return built;
}

interface PublishTask {
  modules: readonly TaggedModule[];
  built: readonly BuiltModule[];
  stores: readonly Store[];
}

async function publishAll(
  { inputs, platform, signal }: Context,
  { modules, built, stores }: PublishTask,
): Promise<PublishResult[]> {
  const goproxy = stores.map((store) => store.goproxyUrl).find((url) => url !== undefined);
  const results: PublishResult[] = [];
  for (const [i, one] of built.entries()) {
    signal.throwIfAborted();
    platform.log.progress(`publishing ${formatModuleVersion(one.verified.module)}`);
    const outcomes = await publishToAll(one.verified, stores, inputs["dry-run"]).catch((error: unknown) => {
      throw afterOthers(error, inputs["dry-run"] ? [] : results);
    });
    results.push({ tagged: modules[i]!, built: one, stores: outcomes, goproxy });
  }
  return results;
}

/** The failure of one module, naming those before it that are in the stores already. */
function afterOthers(error: unknown, results: readonly PublishResult[]): unknown {
  if (!(error instanceof ModwharfError) || results.length === 0) return error;
  const before = results.map(({ built }) => formatModuleVersion(built.verified.module)).join(", ");
  const { code, what, subject, expected, actual, fix, at } = error;
  const told = [actual, `published before it: ${before}`].filter((text) => text !== undefined).join("\n");
  return new ModwharfError(code, what, { subject, expected, actual: told, fix, at, cause: error });
}

async function conclude(
  { inputs, cwd, platform, version }: Context,
  results: readonly PublishResult[],
  cycles: readonly (readonly string[])[],
): Promise<Report> {
  const report = publishReport(results, cycles);
  const modules = results.map(publishedModule);
  if (inputs["dry-run"]) return report;
  if (inputs.receipt !== undefined) {
    const facts = { tool: `modwharf ${version}`, runUrl: platform.trigger.runUrl, modules };
    await writeReceipt(resolve(cwd, inputs.receipt), facts);
    report.data.receipt = inputs.receipt;
  }
  if (inputs.release) report.data.releases = await makeReleases(platform, modules);
  return report;
}
