import { formatModuleVersion, type ModuleVersion } from "../../module/module-version.ts";
import { display } from "../../module/unicode/quote.ts";
import type { Finding, Report } from "../../report/report.ts";

export interface Verified {
  /** The directory or the store's URL. */
  readonly subject: string;
  /** What was looked at, without the verdict. */
  readonly summary: string;
  /** Number of module versions or files that were compared. */
  readonly checked: number;
  /** Content that is not what it has to be: ends with exit code 4. */
  readonly altered: readonly Finding[];
  /** What should be there and is not, or is there and should not: exit code 1. */
  readonly missing: readonly Finding[];
  /** What those are about, where one of them is about several. */
  readonly differences?: readonly string[];
  /** What nothing vouches for: listed, and no failure. */
  readonly unverified: readonly Finding[];
  /** Versions that no go.sum lists; the report names a few and counts all. */
  readonly unlisted?: readonly ModuleVersion[];
}

/** The report of a verification; the field names of its data are part of the contract. */
export function verifyReport(verified: Verified): Report {
  const { subject, summary, checked, altered, missing, unlisted = [] } = verified;
  const subjects = (findings: readonly Finding[]) => findings.map((finding) => finding.subject);
  const unverified = [...subjects(verified.unverified), ...unlisted.map(formatModuleVersion)];
  const differences = verified.differences ?? subjects(missing);
  const parts = [
    altered.length > 0 && `${altered.length} altered`,
    differences.length > 0 && `${differences.length} missing or superfluous`,
    unverified.length > 0 && `${unverified.length} not to be verified`,
  ].filter((part) => part !== false);
  return {
    command: "verify",
    summary: `${summary}: ${parts.length === 0 ? "all as go.sum says" : parts.join(", ")}`,
    findings: [...altered, ...missing, ...verified.unverified, ...unlistedFindings(unlisted)],
    blockedAs: altered.length > 0 ? "integrity" : "findings",
    tables: [],
    data: {
      subject,
      checked,
      altered: subjects(altered),
      differences,
      unverified,
    },
    metrics: [
      { name: "verify_checked", help: "Versions or files that were compared", type: "gauge", value: checked },
      { name: "verify_altered", help: "Altered files", type: "gauge", value: altered.length },
    ],
  };
}

export function missingFinding(module: ModuleVersion, what: string): Finding {
  return {
    rule: "module-missing",
    level: "error",
    blocking: true,
    message: `${formatModuleVersion(module)}: ${what}`,
    fix: "run `modwharf warm`, or `modwharf mirror` for a store",
    subject: formatModuleVersion(module),
  };
}

export function extraFinding(subject: string, why: string): Finding {
  return {
    rule: "unverified",
    level: "note",
    blocking: false,
    message: `${display(subject)} cannot be verified: ${why}`,
    subject,
  };
}

/** As many as a person reads. */
const NAMED = 20;

/** Versions that no go.sum lists; what several projects share holds thousands that are none of this one's. */
function unlistedFindings(modules: readonly ModuleVersion[]): Finding[] {
  const names = modules.map(formatModuleVersion);
  if (names.length <= NAMED)
    return names.map((name) => extraFinding(name, "no go.sum that was read lists it"));
  const finding = extraFinding(`${names.length} versions`, "no go.sum that was read lists them");
  return [{ ...finding, detail: [...names.slice(0, NAMED), `and ${names.length - NAMED} more`].join("\n") }];
}
