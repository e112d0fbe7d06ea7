import { copyFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { buildModule } from "../artifact/build.ts";
import { ModwharfError } from "../base/errors.ts";
import { readIfPresent, temporaryDirectory } from "../base/files.ts";
import { checkOutputFile, writeOutputFile } from "../base/output-file.ts";
import { hashGoMod } from "../dirhash/h1.ts";
import { modulePath } from "../modfile/module-path.ts";
import { autoQuote } from "../modfile/quote.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import type { Finding, Report } from "../report/report.ts";
import { openRepository } from "../source/repository.ts";
import { resolveTag } from "../source/tags.ts";
import { checkZipVersion } from "../zip/check.ts";
import { createZipFromDir, type LeftOutFile } from "../zip/create-from-dir.ts";
import { type CommandContext, defineCommand } from "./command.ts";
import {
  formatInput,
  moduleInput,
  repoInput,
  retractedInput,
  subdirInput,
  versionInput,
} from "./common-inputs.ts";
import type { ValuesOf } from "./inputs.ts";
import { warningFindings } from "./publish/warnings.ts";
import { bytesText } from "./quantities.ts";

const inputs = [
  repoInput,
  { name: "tag", type: "string", placeholder: "TAG", doc: "The tag to build: v1.2.3, sub/v1.2.3" },
  {
    name: "dir",
    type: "string",
    placeholder: "DIR",
    doc: "Build from a directory instead of a tag; needs module and version",
  },
  moduleInput,
  versionInput,
  {
    name: "output",
    type: "string",
    short: "o",
    placeholder: "FILE",
    doc: "Where the zip goes; NAME-VERSION.zip in the current directory when absent",
  },
  subdirInput,
  retractedInput,
  formatInput,
] as const;

type Context = CommandContext<ValuesOf<typeof inputs>>;

export const zip = defineCommand({
  name: "zip",
  description: `
Builds the module zip that \`go\` itself would make of a tag (or of a directory) and prints its hashes as go.sum has
them. A tag is read as \`go\` reads it: under an empty git configuration, without touching the repository or its work
tree, so uncommitted changes and local attributes never get in.`,
  inputs,
  outputs: [
    { name: "module", doc: "The module path", from: (data) => data.module as string },
    { name: "version", doc: "The version", from: (data) => data.version as string },
    { name: "h1", doc: "The zip's hash as in go.sum", from: (data) => data.h1 as string },
    { name: "go-mod-h1", doc: "The go.mod hash as in go.sum", from: (data) => data.goModH1 as string },
    { name: "zip", doc: "Path of the zip", from: (data) => data.output as string },
  ],
  permissions: { github: ["contents: read"], gitlab: [] },
  faces: {
    action: "reached through the root action's command input",
    component: "a job that only builds a zip publishes nothing; use publish",
  },
  examples: [
    "modwharf zip --tag v1.2.3 -o module.zip",
    "modwharf zip --dir . --module example.com/mod --version v1.2.3",
  ],
  run: async (context) => {
    const { tag, dir, version } = context.inputs;
    if ((tag === undefined) === (dir === undefined)) {
      throw new ModwharfError("USAGE", "zip takes a tag or a directory", {
        expected: "--tag TAG, or --dir DIR with --module and --version",
        actual: tag === undefined ? "neither" : "both",
      });
    }
    if (tag === undefined) return fromDir(context, dir!);
    if (version === undefined) return fromTag(context, tag);
    throw new ModwharfError("USAGE", "a tag says itself which version it is", {
      subject: `--version ${version}`,
      expected: `--tag ${tag} alone`,
      fix: "leave --version out, or name the other tag",
    });
  },
});

interface Built {
  module: ModuleVersion;
  h1: string;
  goModH1: string;
  files: number;
  bytes: number;
  zipBytes: number;
  omitted: readonly LeftOutFile[];
  output: string;
}

async function fromTag({ inputs, cwd, platform }: Context, tag: string): Promise<Report> {
  const repository = await openRepository({ dir: resolve(cwd, inputs.repo), env: platform.env });
  const work = await temporaryDirectory();
  try {
    const options = {
      modulePath: inputs.module,
      allowSubdirMismatch: inputs["allow-subdir-mismatch"],
      allowRetracted: inputs["allow-retracted"],
    };
    const tagged = await resolveTag(repository, tag, options);
    const output = outputPath({ inputs, cwd }, tagged);
    await checkOutputFile(output);
    const built = await buildModule(repository, tagged, { workDir: work.path });
    const { verified, files, bytes, omitted } = built;
    await writeOutputFile(output, (temporary) => copyFile(verified.zipFile, temporary));
    const { module, h1, goModH1, zipBytes } = verified;
    const report = describe({ module, h1, goModH1, files, bytes, zipBytes, omitted, output });
    return { ...report, findings: warningFindings(built) };
  } finally {
    await Promise.all([work.dispose(), repository.close()]);
  }
}

async function fromDir({ inputs, cwd }: Context, given: string): Promise<Report> {
  const { module: path, version } = inputs;
  if (path === undefined || version === undefined) {
    throw new ModwharfError("USAGE", "a directory does not say which version it is", {
      expected: "--module PATH and --version V",
      actual: path === undefined ? "no --module" : "no --version",
    });
  }
  const dir = resolve(cwd, given);
  const module = { path, version };
  const output = outputPath({ inputs, cwd }, module);
  checkZipVersion(module);
  await checkOutputFile(output);
  const { h1, files, bytes, zipBytes, omitted } = await createZipFromDir(module, dir, output);
  const goMod = (await readIfPresent(join(dir, "go.mod"))) ?? Buffer.from(`module ${autoQuote(path)}\n`);
  const report = describe({ module, h1, goModH1: hashGoMod(goMod), files, bytes, zipBytes, omitted, output });
  return { ...report, findings: pathFindings(module, goMod) };
}

/** Go takes a module whose go.mod has another path only in the place of one (replace), so it may be meant. */
function pathFindings({ path, version }: ModuleVersion, goMod: Buffer): Finding[] {
  const declared = modulePath(goMod);
  if (declared === path) return [];
  return [
    {
      rule: "module-path",
      level: "warning",
      blocking: false,
      message: `go.mod declares ${declared === "" ? "no module path" : `the module ${declared}`}, not ${path}: go takes such a zip only for a replacement`,
      fix: declared === "" ? `add the line: module ${path}` : `give --module ${declared}, or correct go.mod`,
      subject: `${path}@${version}`,
      file: "go.mod",
      module: path,
    },
  ];
}

function outputPath(
  { inputs, cwd }: Pick<Context, "inputs" | "cwd">,
  { path, version }: ModuleVersion,
): string {
  return resolve(cwd, inputs.output ?? `${basename(path)}-${version}.zip`);
}

function describe(built: Built): Report {
  const { module, omitted, ...numbers } = built;
  const { path, version } = module;
  return {
    command: "zip",
    summary: `${path}@${version}: ${built.files} files, ${bytesText(built.bytes)}, zipped ${bytesText(built.zipBytes)} into ${built.output}`,
    findings: [],
    tables: [
      {
        title: "go.sum",
        columns: ["module", "version", "hash"],
        rows: [
          [path, version, built.h1],
          [path, `${version}/go.mod`, built.goModH1],
        ],
      },
      ...(omitted.length === 0
        ? []
        : [
            {
              title: "Left out",
              columns: ["file", "reason"],
              rows: leftOut(omitted),
            },
          ]),
    ],
    data: { module: path, version, ...numbers, omitted },
  };
}

/** As many as a person reads; --json has all of them. */
const LISTED = 20;

function leftOut(omitted: readonly LeftOutFile[]): string[][] {
  const rows = omitted.slice(0, LISTED).map(({ path, reason }) => [path, reason]);
  return omitted.length <= LISTED
    ? rows
    : [...rows, [`and ${omitted.length - LISTED} more`, "--json names all"]];
}
