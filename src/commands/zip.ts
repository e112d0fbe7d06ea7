import { copyFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { buildModule } from "../artifact/build.ts";
import { ModwharfError } from "../base/errors.ts";
import { checkWritable, readIfPresent, temporaryDirectory, writeFileAtomic } from "../base/files.ts";
import { hashGoMod } from "../dirhash/h1.ts";
import { autoQuote } from "../modfile/quote.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import type { Report } from "../report/report.ts";
import { openRepository } from "../source/repository.ts";
import { resolveTag } from "../source/tags.ts";
import type { FileProblem } from "../zip/check.ts";
import { createZipFromDir } from "../zip/create-from-dir.ts";
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
    const { tag, dir } = context.inputs;
    if ((tag === undefined) === (dir === undefined)) {
      throw new ModwharfError("USAGE", "zip takes a tag or a directory", {
        expected: "--tag TAG, or --dir DIR with --module and --version",
        actual: tag === undefined ? "neither" : "both",
      });
    }
    return tag === undefined ? fromDir(context, dir!) : fromTag(context, tag);
  },
});

interface Built {
  module: ModuleVersion;
  h1: string;
  goModH1: string;
  files: number;
  bytes: number;
  zipBytes: number;
  omitted: readonly FileProblem[];
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
    await checkWritable(output);
    const built = await buildModule(repository, tagged, { workDir: work.path });
    const { verified, files, bytes, omitted } = built;
    await writeFileAtomic(output, (temporary) => copyFile(verified.zipFile, temporary));
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
  const { h1, files, bytes, zipBytes, omitted } = await createZipFromDir(module, dir, output);
  const goMod = (await readIfPresent(join(dir, "go.mod"))) ?? Buffer.from(`module ${autoQuote(path)}\n`);
  return describe({ module, h1, goModH1: hashGoMod(goMod), files, bytes, zipBytes, omitted, output });
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
              rows: omitted.map((file) => [file.path, file.reason]),
            },
          ]),
    ],
    data: { module: path, version, ...numbers, omitted },
  };
}
