import { join, relative, sep } from "node:path";
import { formatModuleVersion } from "../module/module-version.ts";
import { display } from "../module/unicode/quote.ts";
import type { Finding } from "../report/report.ts";
import type { VendorDifference } from "./compare.ts";

const fix = "run modwharf vendor (or go mod vendor) and commit the result, after finding out who changed it";

/** Rules of .gitignore such as `bin/` or `*.exe` hold in vendor too. */
const missingFix =
  "run modwharf vendor (or go mod vendor) and commit the result; if git ignores it: git add -f";

const lineEndsFix =
  "keep git from rewriting vendored files: put `vendor/** -text` into .gitattributes, run modwharf vendor and commit the result";

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
        message: `${name} is not the file of ${formatModuleVersion(difference.module)}${difference.inLineEndsOnly ? ": its line ends differ" : ""}`,
        ...(difference.inLineEndsOnly ? { fix: lineEndsFix } : {}),
      };
    case "missing":
      return {
        ...common,
        rule: "vendor-missing",
        message: `${name} of ${formatModuleVersion(difference.module)} is missing`,
        fix: missingFix,
      };
    case "extra":
      return { ...common, rule: "vendor-extra", message: `${name} belongs to no vendored package` };
    case "irregular":
      return { ...common, rule: "vendor-irregular", message: `${name} is no file but a ${difference.mode}` };
    case "absent":
      return {
        ...common,
        rule: difference.path === "" ? "vendor-missing" : "vendor-modules-txt",
        message: difference.path === "" ? "there is no vendored file" : "modules.txt is missing",
        subject: difference.path === "" ? "vendor" : subject,
        fix: missingFix,
      };
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
