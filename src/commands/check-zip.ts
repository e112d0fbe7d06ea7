import { ModwharfError } from "../base/errors.ts";
import type { Finding } from "../report/report.ts";
import { checkZip, type FileProblem } from "../zip/check.ts";
import { hashZip } from "../zip/hash.ts";
import { defineCommand } from "./command.ts";
import { formatInput, moduleInput, versionInput } from "./common-inputs.ts";
import { findInputFile } from "./input-file.ts";
import { countText } from "./quantities.ts";

const inputs = [
  { name: "file", type: "string", positional: 0, required: true, placeholder: "FILE", doc: "The module zip" },
  { ...moduleInput, required: true, doc: "The module path that the zip claims to be" },
  { ...versionInput, required: true },
  formatInput,
] as const;

export const checkZipCommand = defineCommand({
  name: "check-zip",
  description: `
Applies every rule that \`go\` applies to a module zip before it uses one, reads every file to the end (sizes and CRCs
may lie), and prints the hash. Exit code 1 when \`go\` would refuse the zip; each offending file is named.`,
  inputs,
  outputs: [
    {
      name: "h1",
      doc: "The zip's hash as in go.sum; empty when it was refused",
      from: (data) => data.h1 as string | undefined,
    },
  ],
  permissions: { github: [], gitlab: [] },
  faces: {
    action: "reached through the root action's command input",
    component: "for hand-made zips on a workstation; publish checks by itself",
  },
  examples: ["modwharf check-zip module.zip --module example.com/mod --version v1.2.3"],
  run: async ({ inputs, cwd }) => {
    const { path: file, found } = await findInputFile(inputs.file, cwd);
    if (found.isDirectory()) {
      throw new ModwharfError("USAGE", "this is no zip", {
        subject: file,
        expected: "a module zip",
        actual: "a folder",
        fix: "name the zip; modwharf zip --dir makes one of a folder",
      });
    }
    const { module, version } = inputs;
    const { valid, omitted, invalid, sizeError } = checkZip({ path: module, version }, file);
    const findings = invalid.map((problem) => asFinding(module, problem));
    if (sizeError !== undefined)
      findings.push(asFinding(module, { path: inputs.file, rule: "total-size", reason: sizeError }));
    const h1 = findings.length === 0 ? await hashZip(file) : undefined;
    const verdict =
      h1 === undefined
        ? `go would refuse it: ${countText(findings.length, "problem")}`
        : `a valid module zip, ${h1}`;
    return {
      command: "check-zip",
      summary: `${inputs.file}: ${verdict}`,
      findings,
      tables: [],
      data: {
        module,
        version,
        files: valid.length,
        omitted,
        invalid,
        ...(sizeError && { sizeError }),
        ...(h1 && { h1 }),
      },
    };
  },
});

function asFinding(
  module: string,
  { path, rule, reason }: Omit<FileProblem, "rule"> & { rule: string },
): Finding {
  return {
    rule: `zip-${rule}`,
    level: "error",
    blocking: true,
    message: `${path}: ${reason}`,
    subject: path,
    module,
  };
}
