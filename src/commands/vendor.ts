import { relative, resolve } from "node:path";
import { temporaryDirectory } from "../base/files.ts";
import { loadProject } from "../modgraph/project.ts";
import { formatModuleVersion } from "../module/module-version.ts";
import type { Report } from "../report/report.ts";
import { differenceFindings } from "../vendor/findings.ts";
import { checkVendor, createVendor, type VendorFacts, type VendorOptions } from "../vendor/vendor.ts";
import { type CommandContext, defineCommand } from "./command.ts";
import { formatInput } from "./common-inputs.ts";
import type { ValuesOf } from "./inputs.ts";
import { goproxyInput } from "./modules/inputs.ts";
import { openModuleServices } from "./modules/services.ts";
import { countText } from "./quantities.ts";
import { withGoEnvFile } from "./warm/go-env.ts";

const inputs = [
  {
    name: "dir",
    type: "string",
    placeholder: "DIR",
    default: ".",
    doc: "The directory of go.mod, or of go.work for a workspace's common vendor directory",
  },
  {
    name: "check",
    type: "boolean",
    default: "false",
    doc: "Write nothing; list each difference between the vendor directory and what it should be, and exit 1 on any",
  },
  { ...goproxyInput, doc: "Proxies for what the module cache lacks, as in GOPROXY, which is the default" },
  formatInput,
] as const;

type Context = CommandContext<ValuesOf<typeof inputs>>;

export const vendor = defineCommand({
  name: "vendor",
  description: `
Creates vendor/ and its modules.txt, byte for byte as \`go mod vendor\` of go 1.26 does (\`go work vendor\` where a
go.work stands, unless GOWORK=off), without a Go toolchain. Every module is checked against go.sum before a file of it
is used, and the old directory stays until the new one is complete. With \`check\` nothing is written: the command fails
when the directory differs, and names each file and line.`,
  inputs,
  outputs: [
    { name: "vendor", doc: "Path of the vendor directory", from: (data) => data.vendor as string },
    { name: "modules", doc: "Number of modules in it", from: (data) => String(data.modules) },
    { name: "files", doc: "Number of files without modules.txt", from: (data) => String(data.files) },
    { name: "differences", doc: "Number of differences found by check", from: differenceCount },
  ],
  permissions: { github: ["contents: read"], gitlab: [] },
  faces: {
    action: {},
    component: {
      stage: "test",
      rules: ['$CI_PIPELINE_SOURCE == "merge_request_event"', "$CI_COMMIT_BRANCH"],
    },
  },
  examples: ["modwharf vendor", "modwharf vendor --check --format codequality=gl-code-quality-report.json"],
  run: async (given) => {
    const context = await withGoEnvFile(given);
    const { inputs, cwd, platform, signal } = context;
    const work = await temporaryDirectory();
    try {
      const dir = resolve(cwd, inputs.dir);
      const project = await loadProject(dir, { workspace: platform.env.GOWORK !== "off" });
      const source = openModuleServices(context, { goproxy: inputs.goproxy }).source(work.path);
      const options = { project, source, signal };
      return inputs.check ? await check(options, context) : describe(await createVendor(options), context);
    } finally {
      await work.dispose();
    }
  },
});

function differenceCount(data: Record<string, unknown>): string | undefined {
  return data.differences === undefined ? undefined : String(data.differences);
}

async function check(options: VendorOptions, context: Context): Promise<Report> {
  const { differences, ...facts } = await checkVendor(options);
  const findings = differenceFindings(differences, facts.dir, context.cwd);
  const report = describe(facts, context);
  const verdict =
    differences.length === 0
      ? `vendor is as it should be: ${report.data.files} files of ${report.data.modules} modules`
      : `vendor differs in ${countText(differences.length, "place")}`;
  return { ...report, summary: verdict, findings, data: { ...report.data, differences: differences.length } };
}

function describe({ dir, modules, files, local }: VendorFacts, { cwd }: Context): Report {
  return {
    command: "vendor",
    summary: `vendored ${files} files of ${modules} modules`,
    findings: [],
    tables: [],
    data: { vendor: relative(cwd, dir), modules, files, local: local.map(formatModuleVersion) },
  };
}
