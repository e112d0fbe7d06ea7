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

/** More missing files of one module are one finding: the module was not vendored, or git ignores its folder. */
const MISSING_APART = 5;

/** As many of those as a person reads; programs find all names in the data of `verify vendor`. */
const NAMED = 20;

/** Differences as findings, in their order; many missing files of one module as one. */
export function differenceFindings(
  differences: readonly VendorDifference[],
  dir: string,
  root: string,
): Finding[] {
  const missing = missingByModule(differences);
  return differences.flatMap((difference) => {
    const finding = differenceFinding(difference, dir, root);
    if (difference.kind !== "missing") return [finding];
    const name = formatModuleVersion(difference.module);
    const all = missing.get(name)!;
    if (all.length <= MISSING_APART) return [finding];
    return difference === all[0] ? [missingModuleFinding(finding, name, all)] : [];
  });
}

function missingByModule(differences: readonly VendorDifference[]): Map<string, VendorDifference[]> {
  const groups = new Map<string, VendorDifference[]>();
  for (const difference of differences) {
    if (difference.kind !== "missing") continue;
    const name = formatModuleVersion(difference.module);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [difference]);
    else group.push(difference);
  }
  return groups;
}

function missingModuleFinding(first: Finding, name: string, all: readonly VendorDifference[]): Finding {
  const names = all.slice(0, NAMED).map(({ path }) => display(path));
  if (all.length > NAMED) names.push(`and ${all.length - NAMED} more`);
  return {
    ...first,
    message: `${all.length} files of ${name} are missing`,
    detail: names.join("\n"),
    subject: name,
  };
}

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
