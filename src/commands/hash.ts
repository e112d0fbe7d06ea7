import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { readIfPresent } from "../base/files.ts";
import { hashDir } from "../dirhash/dir.ts";
import { hashGoMod } from "../dirhash/h1.ts";
import { checkModuleVersion } from "../module/module-version.ts";
import { hashZip } from "../zip/hash.ts";
import { defineCommand } from "./command.ts";
import { formatInput, moduleInput, versionInput } from "./common-inputs.ts";

const inputs = [
  {
    name: "file",
    type: "string",
    positional: 0,
    required: true,
    placeholder: "FILE",
    doc: "A module zip, a go.mod or .mod file, or an extracted module's directory",
  },
  moduleInput,
  versionInput,
  formatInput,
] as const;

export const hash = defineCommand({
  name: "hash",
  description: `
Prints the hash that go.sum would have: of a module zip, of a go.mod file (for the \`/go.mod\` line), or of a directory
that holds an extracted module, for which the module and version are needed since they are part of every hashed name.`,
  inputs,
  outputs: [{ name: "h1", doc: "The hash as in go.sum", from: (data) => data.h1 as string }],
  permissions: { github: [], gitlab: [] },
  faces: {
    action: "reached through the root action's command input",
    component: "a job of its own for one hash makes no sense",
  },
  examples: [
    "modwharf hash module.zip",
    "modwharf hash go.mod",
    "modwharf hash ./tree --module example.com/mod --version v1.2.3",
  ],
  run: async ({ inputs, cwd }) => {
    const file = resolve(cwd, inputs.file);
    const { kind, h1 } = await hashOf(file, inputs);
    return {
      command: "hash",
      summary: h1,
      findings: [],
      tables: [],
      data: { file: inputs.file, kind, h1 },
    };
  },
});

async function hashOf(
  file: string,
  { module, version }: { module: string | undefined; version: string | undefined },
) {
  const found = await stat(file).catch((error: unknown) => {
    throw new ModwharfError("FILE_UNREADABLE", "cannot read the file or directory", {
      subject: file,
      cause: error,
    });
  });
  if (found.isDirectory()) {
    if (module === undefined || version === undefined) {
      throw new ModwharfError("USAGE", "a directory's hash covers the module's path and version", {
        subject: file,
        expected: "--module PATH and --version V",
      });
    }
    checkModuleVersion({ path: module, version });
    return { kind: "directory", h1: hashDir(file, `${module}@${version}`) };
  }
  if (basename(file) === "go.mod" || file.endsWith(".mod")) {
    return { kind: "go.mod", h1: hashGoMod((await readIfPresent(file)) ?? Buffer.alloc(0)) };
  }
  return { kind: "zip", h1: await hashZip(file) };
}
