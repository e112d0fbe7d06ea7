import { isIntegrityError, ModwharfError, messageOf } from "../../base/errors.ts";
import type { CacheProblem } from "../../modcache/verify.ts";
import { formatModuleVersion, type ModuleVersion } from "../../module/module-version.ts";
import { display } from "../../module/unicode/quote.ts";
import type { Finding } from "../../report/report.ts";

/** One thing in a cache that is not what go.sum says: an error where it stays, a warning where it is mended. */
export function problemFinding(problem: CacheProblem, where: string): Finding {
  const { part, file, reason, expected, actual, repaired } = problem;
  const sides = [expected && `expected ${expected}`, actual && `got ${actual}`].filter(Boolean).join(", ");
  const mended = part === "ziphash" ? "written anew" : "removed";
  return {
    rule: `cache-${part}`,
    level: repaired ? "warning" : "error",
    blocking: !repaired,
    message: `${where}: ${display(file)} is ${reason}${repaired ? `, and was ${mended}` : ""}${sides === "" ? "" : `: ${display(sides)}`}`,
    subject: file,
    ...(repaired
      ? {}
      : { fix: "delete it (`modwharf warm` does, and downloads it again), and find out who changed it" }),
  };
}

/** A version that could not be had, or is not what it should be. */
export function failureFinding(module: ModuleVersion, error: unknown, from: string): Finding {
  const ours = error instanceof ModwharfError ? error : undefined;
  const [, file, line] = /^(.*):(\d+)$/.exec(from) ?? [];
  return {
    rule: (ours?.code ?? "INTERNAL").toLowerCase().replaceAll("_", "-"),
    level: "error",
    blocking: true,
    message: `${formatModuleVersion(module)}: ${messageOf(error)}`,
    subject: formatModuleVersion(module),
    ...(file && { file, line: Number(line) }),
  };
}

/** One finding for failures that are not shown by themselves. */
export function moreFailures(modules: readonly ModuleVersion[]): Finding {
  return {
    rule: "more-failures",
    level: "error",
    blocking: true,
    message: `${modules.length} more module versions could not be had; the JSON output has the reason of each`,
    subject: "more failures",
    detail: modules.map(formatModuleVersion).join("\n"),
  };
}

/** A module that no proxy is asked for. */
export function ownFinding(module: ModuleVersion, from: string): Finding {
  const [, file, line] = /^(.*):(\d+)$/.exec(from) ?? [];
  return {
    rule: "module-left-to-go",
    level: "note",
    blocking: false,
    message: `${formatModuleVersion(module)} matches GONOPROXY, so only go itself can fetch it`,
    subject: formatModuleVersion(module),
    ...(file && { file, line: Number(line) }),
  };
}

/** The exit class of what failed: one altered file counts for more than servers that do not answer. */
export function failureClass(errors: readonly unknown[]): "integrity" | "remote" | "findings" {
  if (errors.some(isIntegrity)) return "integrity";
  return errors.some((error) => error instanceof ModwharfError && error.exitCode === 3)
    ? "remote"
    : "findings";
}

function isIntegrity(error: unknown): boolean {
  // Served in the place of something with a hash: a zip that is none is an altered one.
  return isIntegrityError(error) || (error instanceof ModwharfError && error.code === "ZIP_INVALID");
}
