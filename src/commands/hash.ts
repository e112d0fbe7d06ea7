import { basename } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { readIfPresent } from "../base/files.ts";
import { hashDir } from "../dirhash/dir.ts";
import { hashGoMod } from "../dirhash/h1.ts";
import { checkZipVersion } from "../zip/check.ts";
import { hashZip } from "../zip/hash.ts";
import { defineCommand } from "./command.ts";
import { formatInput, moduleInput, versionInput } from "./common-inputs.ts";
import { findInputFile } from "./input-file.ts";
import type { ValuesOf } from "./inputs.ts";

const inputs = [
  {
    name: "file",
    type: "string",
    positional: 0,
    required: true,
    placeholder: "FILE",
    doc: "A module zip, a go.mod or .mod file, or an extracted module's directory",
  },
  { ...moduleInput, doc: "The module path, for a directory" },
  { ...versionInput, doc: "The module's version, for a directory: v1.2.3, v1.2.3-rc.1, v2.0.0+incompatible" },
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
    const { kind, h1 } = await hashOf(inputs, cwd);
    return {
      command: "hash",
      summary: h1,
      findings: [],
      tables: [],
      data: { file: inputs.file, kind, h1 },
    };
  },
});

async function hashOf({ file: named, module, version }: ValuesOf<typeof inputs>, cwd: string) {
  const { path: file, found } = await findInputFile(named, cwd);
  if (found.isDirectory()) {
    if (module === undefined || version === undefined) {
      throw new ModwharfError("USAGE", "a directory's hash covers the module's path and version", {
        subject: file,
        expected: "--module PATH and --version V",
      });
    }
    checkZipVersion({ path: module, version });
    return { kind: "directory", h1: hashDir(file, `${module}@${version}`) };
  }
  if (module !== undefined || version !== undefined) {
    throw new ModwharfError("USAGE", "a file's hash does not depend on --module and --version", {
      subject: file,
      expected: "a directory beside them, or the file alone",
      fix: "leave them out; modwharf check-zip says whether a zip is that module",
    });
  }
  if (basename(file) === "go.mod" || file.endsWith(".mod")) {
    return { kind: "go.mod", h1: hashGoMod((await readIfPresent(file)) ?? Buffer.alloc(0)) };
  }
  return { kind: "zip", h1: await hashZip(file) };
}
