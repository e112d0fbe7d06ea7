import type { LocalReplace } from "../../manifest/module-set.ts";
import { formatModuleVersion, type ModuleVersion } from "../../module/module-version.ts";
import type { Finding } from "../../report/report.ts";

/** File and line of a manifest's `go.mod:12`. */
function placeOf(from: string): Pick<Finding, "file" | "line"> {
  const [, file, line] = /^(.*):(\d+)$/.exec(from) ?? [undefined, from, undefined];
  return { file: file!, ...(line === undefined ? {} : { line: Number(line) }) };
}

/** A module that was not taken; fails the command. */
export function refusalFinding(module: ModuleVersion, from: string, reason: string): Finding {
  return {
    rule: "module-refused",
    level: "error",
    blocking: true,
    message: reason,
    subject: formatModuleVersion(module),
    ...placeOf(from),
  };
}

/** A module that a directory stands in for: nobody can copy or verify it. */
export function localFinding({ module, directory, from }: LocalReplace): Finding {
  return {
    rule: "module-replaced-locally",
    level: "note",
    blocking: false,
    message: `${formatModuleVersion(module)} is replaced by the directory ${directory}: it is neither fetched nor verified`,
    subject: formatModuleVersion(module),
    ...placeOf(from),
  };
}
