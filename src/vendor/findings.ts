import { join, relative, sep } from "node:path";
import { formatModuleVersion } from "../module/module-version.ts";
import { display } from "../module/unicode/quote.ts";
import type { Finding } from "../report/report.ts";
import type { VendorDifference } from "./compare.ts";

const fix = "run modwharf vendor (or go mod vendor) and commit the result, after finding out who changed it";

/** A difference as a finding; `file` is relative to `root`, the project's. */
export function differenceFinding(difference: VendorDifference, dir: string, root: string): Finding {
  const file = relative(root, join(dir, difference.path)).split(sep).join("/");
  const subject = difference.path;
  const common = { level: "error", blocking: true, file, fix, subject } as const;
  const name = display(difference.path);
  switch (difference.kind) {
    case "modified":
      return {
        ...common,
        rule: "vendor-modified",
        message: `${name} is not the file of ${formatModuleVersion(difference.module)}`,
      };
    case "missing":
      return {
        ...common,
        rule: "vendor-missing",
        message: `${name} of ${formatModuleVersion(difference.module)} is missing`,
      };
    case "extra":
      return { ...common, rule: "vendor-extra", message: `${name} belongs to no vendored package` };
    case "irregular":
      return { ...common, rule: "vendor-irregular", message: `${name} is no file but a ${difference.mode}` };
    case "line":
      return { ...common, rule: "vendor-modules-txt", ...lineFinding(difference) };
  }
}

type LineOnly = Extract<VendorDifference, { kind: "line" }>;

function lineFinding({ line, expected, actual }: LineOnly): Pick<Finding, "line" | "message" | "subject"> {
  const shown = (text: string) => JSON.stringify(display(text).slice(0, 200));
  const message =
    expected === undefined
      ? `superfluous line ${shown(actual ?? "")}`
      : actual === undefined
        ? `missing line ${shown(expected)}`
        : `expected ${shown(expected)}, got ${shown(actual)}`;
  return { line, message: `modules.txt: ${message}`, subject: `modules.txt ${expected ?? actual}` };
}
