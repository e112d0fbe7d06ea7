import type { GoreleaseCase } from "./cases.ts";
import type { Verdict } from "./judge-case.ts";

/** Why a case is not held against the gate; undefined when it is. */
export function exclusionOf({ params, name }: GoreleaseCase): string | undefined {
  if (params.skip !== undefined) return "skipped by gorelease itself";
  if (params.vcs === "hg") return "another version control system";
  const base = params.base ?? "";
  if (base.includes("@") || base.startsWith("example.com/")) return "base of another module path";
  if (base !== "" && base !== "none" && !/^v\d+\.\d+\.\d+(-[\w.]+)?$/.test(base))
    return "version query as base";
  const major = /\/v(\d+)$/.exec(params.mod ?? "")?.[1];
  if (major !== undefined && base.startsWith("v") && !base.startsWith(`v${major}.`))
    return "base of another module path";
  if (name === "errors/base_higher" || name === "errors/same_base_release") return undefined;
  return undefined;
}

export type Group =
  | "go.mod and semver"
  | "module graph and go.sum"
  | "exported names"
  | "undefined identifiers"
  | "types";

export function groupOf({ name, want }: GoreleaseCase): Group {
  if (/## errors in (?:release|base) version/.test(want)) return "undefined identifiers";
  if (/^(?:generics\/changed|private\/|internalcompat)/.test(name)) return "types";
  if (/^(?:tidy|retract|require|transitive|cycle|replace_exclude)\//.test(name))
    return "module graph and go.sum";
  if (
    /: (?:added|removed)$|package (?:added|removed)|^(?:alreadyexists|main|regress|empty|nomod|generics)\//m.test(
      `${name}\n${want}`,
    )
  ) {
    return "exported names";
  }
  return "go.mod and semver";
}

/** Undefined when both say the same; else what differs, in a few words. */
export function disagreement(given: GoreleaseCase, verdict: Verdict): string | undefined {
  const { params, want } = given;
  const fails = params.error === "true" || params.success === "false" || params.success === "0";
  const { against, next } = verdict;
  const cannot = next !== undefined && (next.version === undefined || next.bump === "major");
  const ours = against.length > 0 || cannot;
  if (ours !== fails) {
    return fails
      ? `gorelease objects (${firstObjection(want)}), the gate does not`
      : `the gate objects (${[...new Set(against)].join(", ") || next?.reasons.join("; ")}), gorelease does not`;
  }
  const suggested = /^Suggested version: (\S+)(?: \(with tag (\S+)\))?/m.exec(want);
  if (suggested !== null && next !== undefined) {
    const [, version, tag = version] = suggested;
    if (next.version !== version || next.tag !== tag) return `suggests ${next.tag}, gorelease ${tag}`;
  }
  return params.error === "true" ? undefined : apiDisagreement(want, verdict);
}

function firstObjection(want: string): string {
  const lines = want.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return (lines.at(-1) ?? "").slice(0, 120);
}

/** The names that gorelease lists as added, removed or changed have to be ours too, by package. */
function apiDisagreement(want: string, { api }: Verdict): string | undefined {
  const theirs = new Set<string>();
  let pkg = "";
  for (const line of want.split("\n")) {
    const heading = /^# (\S+\.\S+)$/.exec(line);
    if (heading !== null) pkg = heading[1]!;
    // Type parameters are part of gorelease's name for a member, not of ours.
    const found = /^(?:(package) |(\S+): )(added|removed|changed)/.exec(line.replace(/\[[^\]]*\]/, ""));
    if (found !== null && pkg !== "") theirs.add(`${pkg} ${found[2] ?? ""} ${found[3]}`);
  }
  const ours = new Set(
    api
      .filter((change) => !["value-changed", "unreadable", "undefined"].includes(change.kind))
      .map(
        ({ importPath, name, kind }) =>
          `${importPath} ${name} ${kind.replace("package-", "").replace("interface-grew", "added")}`,
      ),
  );
  const missing = [...theirs].filter((entry) => !ours.has(entry));
  const extra = [...ours].filter((entry) => !theirs.has(entry));
  if (missing.length + extra.length === 0) return undefined;
  return `API: ${[...missing.map((entry) => `not seen: ${entry}`), ...extra.map((entry) => `only ours: ${entry}`)].join("; ")}`;
}
