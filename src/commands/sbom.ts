import { resolve } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { temporaryDirectory } from "../base/files.ts";
import { checkOutputFile, writeOutputFile } from "../base/output-file.ts";
import { readManifests } from "../manifest/read.ts";
import { type Bill, billOf } from "../manifest/sbom/bill.ts";
import type { ModuleSource } from "../modgraph/module-source.ts";
import type { Env } from "../platform/platform.ts";
import type { Report } from "../report/report.ts";
import { type CommandContext, defineCommand } from "./command.ts";
import { formatInput } from "./common-inputs.ts";
import type { ValuesOf } from "./inputs.ts";
import { goproxyInput, manifestInput } from "./modules/inputs.ts";
import { localFinding } from "./modules/refusals.ts";
import { openModuleServices } from "./modules/services.ts";
import { countText } from "./quantities.ts";
import { goproxyOf, withGoEnvFile } from "./warm/go-env.ts";

const inputs = [
  manifestInput,
  {
    name: "standard",
    type: "enum",
    values: ["cyclonedx", "spdx"],
    default: "cyclonedx",
    doc: "The standard of the bill of materials",
  },
  {
    name: "spec-version",
    type: "enum",
    values: ["1.4", "1.5", "1.6", "1.7", "2.3"],
    doc: "The standard's version: CycloneDX 1.4 to 1.7 (default 1.6), SPDX 2.3",
  },
  {
    name: "output",
    type: "string",
    short: "o",
    placeholder: "FILE",
    doc: "Where the bill goes; sbom.cdx.json or sbom.spdx.json when absent",
  },
  goproxyInput,
  formatInput,
] as const;

type Context = CommandContext<ValuesOf<typeof inputs>>;

export const sbom = defineCommand({
  name: "sbom",
  description: `
Writes a software bill of materials of the modules that the manifests name, as CycloneDX or SPDX JSON: each module with
its package URL and go.sum's h1 hash in hexadecimal. The same modules give the same bytes: there is no time in it unless
SOURCE_DATE_EPOCH says one. Proxies are asked only where go.mod alone does not list what is built: below go 1.17 and in
workspaces, and then for go.mod files that the module cache lacks.`,
  inputs,
  outputs: [
    { name: "sbom", doc: "Path of the bill of materials", from: (data) => data.output as string },
    { name: "modules", doc: "Number of modules in it", from: (data) => String(data.modules) },
  ],
  permissions: { github: ["contents: read"], gitlab: [] },
  faces: {
    action: {},
    component: {
      stage: "build",
      rules: ["$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", "$CI_COMMIT_TAG"],
      artifacts: ["sbom.*.json"],
    },
  },
  examples: ["modwharf sbom -o sbom.cdx.json", "modwharf sbom go.mod --standard spdx"],
  run,
});

async function run(given: Context): Promise<Report> {
  const context = await withGoEnvFile(given);
  const { inputs, cwd, platform, version } = context;
  const format = await formatter(inputs);
  const output = inputs.output ?? (inputs.standard === "spdx" ? "sbom.spdx.json" : "sbom.cdx.json");
  await checkOutputFile(resolve(cwd, output));
  const work = await temporaryDirectory();
  try {
    const source = lazySource(context, work.path);
    const workspace = platform.env.GOWORK !== "off";
    const set = await readManifests(inputs.manifests, { cwd, source, workspace });
    const bill = billOf(set, { time: sourceDate(platform.env), tool: { name: "modwharf", version } });
    await writeOutputFile(resolve(cwd, output), format(bill));
    const withoutHash = bill.items.filter(({ sha256 }) => sha256 === undefined).length;
    return {
      command: "sbom",
      summary: `${countText(bill.items.length, "module")} in ${output}${withoutHash > 0 ? `, ${withoutHash} without a hash in go.sum` : ""}`,
      findings: set.localReplaces.map(localFinding),
      tables: [],
      data: {
        output,
        standard: inputs.standard,
        modules: bill.items.length,
        withoutHash,
        local: bill.local.length,
      },
    };
  } finally {
    await work.dispose();
  }
}

/** Each standard's code is loaded when it is wanted. Throws USAGE for a version of the other one. */
async function formatter({
  standard,
  "spec-version": wanted,
}: Context["inputs"]): Promise<(bill: Bill) => string> {
  if (standard === "spdx" && (wanted ?? "2.3") === "2.3")
    return (await import("../manifest/sbom/spdx.ts")).formatSpdx;
  if (standard === "cyclonedx" && wanted !== "2.3") {
    const { formatCycloneDx } = await import("../manifest/sbom/cyclonedx.ts");
    return (bill) => formatCycloneDx(bill, wanted ?? "1.6");
  }
  throw new ModwharfError("USAGE", "the standard has no such version", {
    subject: `--spec-version ${wanted}`,
    expected: standard === "spdx" ? "2.3" : "1.4, 1.5, 1.6 or 1.7",
  });
}

/** Asks nobody, and needs no GOPROXY, until the first go.mod of a dependency is wanted. */
function lazySource(context: Context, workDir: string): ModuleSource {
  let opened: Promise<ModuleSource> | undefined;
  const open = async () => {
    const goproxy = await goproxyOf(context, context.inputs.goproxy);
    return openModuleServices(context, { goproxy }).source(workDir);
  };
  const source = () => {
    opened ??= open();
    return opened;
  };
  return {
    mod: async (module) => (await source()).mod(module),
    zip: async (module) => (await source()).zip(module),
  };
}

/** SOURCE_DATE_EPOCH (reproducible-builds.org): seconds since 1970. Throws USAGE for anything else. */
function sourceDate({ SOURCE_DATE_EPOCH: epoch }: Env): Date | undefined {
  if (!epoch) return undefined;
  if (/^\d{1,12}$/.test(epoch)) return new Date(Number(epoch) * 1000);
  throw new ModwharfError("USAGE", "SOURCE_DATE_EPOCH is malformed", {
    expected: "seconds since 1970",
    actual: JSON.stringify(epoch),
  });
}
