import type { ModuleSet } from "../manifest/module-set.ts";
import { type MirrorOutcome, mirrorModules } from "../mirror/mirror.ts";
import { ModulePatterns } from "../mirror/rules.ts";
import type { Report, Table } from "../report/report.ts";
import type { Store } from "../store/store.ts";
import { type CommandContext, defineCommand } from "./command.ts";
import { awsInputs, formatInput } from "./common-inputs.ts";
import type { ValuesOf } from "./inputs.ts";
import {
  allowInput,
  allowUnverifiedInput,
  concurrencyInput,
  denyInput,
  goproxyInput,
  manifestInput,
  sumdbInput,
  toolchainInput,
  wholeGraphInput,
} from "./modules/inputs.ts";
import { localFinding, refusalFinding } from "./modules/refusals.ts";
import { openModuleServices, vouchOptions } from "./modules/services.ts";
import { readTidySet } from "./modules/tidy-set.ts";
import { bytesText, countText } from "./quantities.ts";
import { openStoreUrl } from "./stores.ts";
import { goproxyOf, withGoEnvFile } from "./warm/go-env.ts";

const inputs = [
  manifestInput,
  goproxyInput,
  {
    name: "to",
    type: "string",
    required: true,
    placeholder: "STORE",
    doc: "Where to copy to: file:DIR, s3://BUCKET/PREFIX, gitlab:GROUP/PROJECT",
  },
  allowInput,
  denyInput,
  sumdbInput,
  allowUnverifiedInput,
  toolchainInput,
  wholeGraphInput,
  concurrencyInput,
  ...awsInputs,
  formatInput,
] as const;

type Context = CommandContext<ValuesOf<typeof inputs>>;

export const mirror = defineCommand({
  name: "mirror",
  description: `
Copies the third-party modules of manifests from module proxies into a store, so that builds depend on nobody else.
Each module is checked against go.sum and the checksum database before it is stored; a module that nobody vouches for is
refused, and less checking has to be asked for in so many words (\`sumdb: off\`, \`allow-unverified\`). GONOSUMDB,
GONOPROXY and GOPRIVATE are respected: what they keep from proxies is left out.

Versions that are there with the same hashes stay as they are, so a run that broke off is finished by the next. Without
named manifests everything that \`go mod tidy\` reads is copied. Modules that take part in the module graph only are
stored as their go.mod alone.`,
  inputs,
  outputs: [
    { name: "copied", doc: "Number of versions copied", from: (data) => String(data.copied) },
    {
      name: "unchanged",
      doc: "Number of versions that were there already",
      from: (data) => String(data.unchanged),
    },
    { name: "refused", doc: "Number of versions refused", from: (data) => String(data.refused) },
    {
      name: "goproxy",
      doc: "What consumers put in GOPROXY",
      from: (data) => data.goproxy as string | undefined,
    },
  ],
  permissions: {
    github: ["contents: read", "id-token: write for S3 through OIDC"],
    gitlab: ["a token that may write packages of the registry project"],
  },
  faces: {
    action: {},
    component: {
      stage: "deploy",
      rules: ["$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"],
      resourceGroup: "modwharf-mirror",
    },
  },
  examples: [
    "modwharf mirror --to file:./mirror",
    "modwharf mirror go.sum tools/go.sum --to s3://modules/mirror --deny 'golang.org/x/net@<v0.23.0'",
  ],
  run,
});

async function run(given: Context): Promise<Report> {
  const context = await withGoEnvFile(given);
  const { inputs, platform, signal } = context;
  const store = openStoreUrl(inputs.to, context);
  const rules = { allow: new ModulePatterns(inputs.allow), deny: new ModulePatterns(inputs.deny) };
  const goproxy = await goproxyOf(context, inputs.goproxy);
  const services = openModuleServices(context, { ...inputs, goproxy });
  const vouch = vouchOptions(context, services, inputs["allow-unverified"]);
  try {
    const set = await readTidySet(context, services, inputs);
    const outcomes = await mirrorModules({
      set,
      client: services.client,
      store,
      rules,
      vouch,
      gonoproxy: services.go.gonoproxy,
      concurrency: inputs.concurrency,
      signal,
      progress: (done, all) => platform.log.progress(`mirroring ${done} of ${all}`),
    });
    return mirrorReport(set, outcomes, store);
  } finally {
    await store.close();
  }
}

/** As many rows as a person reads; programs find all in the report's data. */
const NAMED = 50;

/** What was copied or left out: whole versions before those that are a go.mod alone, of which there are many. */
function mirroredTable(outcomes: readonly MirrorOutcome[]): Table {
  const shown = outcomes.filter(({ status }) => status !== "unchanged" && status !== "refused");
  const [whole, goMods] = [
    shown.filter(({ needed }) => needed.needs === "zip"),
    shown.filter(({ needed }) => needed.needs === "mod"),
  ];
  const rows = [...whole, ...goMods].map(({ needed, status, vouchedBy }) => [
    needed.module.path,
    needed.needs === "mod" ? `${needed.module.version}/go.mod` : needed.module.version,
    status,
    vouchedBy.join(", "),
  ]);
  const rest = rows.length - NAMED;
  return {
    title: "Mirrored",
    columns: ["module", "version", "status", "vouched for by"],
    rows: rest <= 0 ? rows : [...rows.slice(0, NAMED), [`and ${rest} more`, "", "", ""]],
  };
}

function mirrorReport(set: ModuleSet, outcomes: readonly MirrorOutcome[], store: Store): Report {
  const count = (status: MirrorOutcome["status"]) => outcomes.filter((one) => one.status === status).length;
  const zipBytes = outcomes.reduce((sum, one) => sum + one.zipBytes, 0);
  const [copied, unchanged, refused, left] = [
    count("copied"),
    count("unchanged"),
    count("refused"),
    count("private"),
  ];
  const unverified = outcomes.filter(
    ({ status, vouchedBy }) => status !== "refused" && status !== "private" && vouchedBy.length === 0,
  );
  return {
    command: "mirror",
    summary: `copied ${countText(copied, "version")} (${bytesText(zipBytes)}) into ${store.url}; ${unchanged} unchanged, ${refused} refused${left > 0 ? `, ${left} private` : ""}${unverified.length > 0 ? `, ${unverified.length} unverified` : ""}`,
    findings: [
      ...outcomes.flatMap(({ needed, status, reason }) =>
        status === "refused" ? [refusalFinding(needed.module, needed.from, reason!)] : [],
      ),
      ...set.localReplaces.map(localFinding),
    ],
    tables: [mirroredTable(outcomes)],
    data: {
      store: store.url,
      ...(store.goproxyUrl && { goproxy: store.goproxyUrl }),
      copied,
      unchanged,
      refused,
      private: left,
      unverified: unverified.length,
      zipBytes,
      modules: outcomes.map(({ needed, status, reason, vouchedBy }) => ({
        module: needed.module.path,
        version: needed.module.version,
        needs: needed.needs,
        status,
        vouchedBy,
        from: needed.from,
        ...(reason && { reason }),
      })),
      localReplaces: set.localReplaces.map(({ module, directory, from }) => ({
        module: module.path,
        directory,
        from,
      })),
    },
    metrics: [
      { name: "mirror_copied", help: "Versions copied", type: "gauge", value: copied },
      {
        name: "mirror_copied_zips",
        help: "Size of the copied zips",
        type: "gauge",
        unit: "bytes",
        value: zipBytes,
      },
    ],
  };
}
