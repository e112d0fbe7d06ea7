import type { LevelSetting, RuleLevel } from "./policy.ts";
import type { Rule } from "./rule.ts";

export type PresetName = "strict" | "library" | "service";

/** What differs from the rules' own levels when other modules import the repository's. */
const LIBRARY: Readonly<Record<string, RuleLevel>> = {
  "replace-fork": "error",
  "exclude-directive": "error",
  "require-pseudo-version": "error",
  "require-prerelease": "error",
  "go-work-committed": "warning",
  "retract-without-rationale": "error",
};

/** The same for programs: nothing imports them, so their exported names and the way they replace are their own. */
const SERVICE: Readonly<Record<string, RuleLevel>> = {
  "exported-removed": "note",
  "exported-changed": "note",
  "exported-value-changed": "off",
  "version-bump": "note",
  "replace-fork": "note",
  "exclude-directive": "note",
  "module-path-directory": "warning",
};

/** Rules that a strict policy still only reports, since they tell of ordinary states. */
const NEVER_STRICT = new Set(["policy-changed", "exported-value-changed"]);

/** The levels of a preset, as settings that a policy's own come after. */
export function presetLevels(name: PresetName, rules: readonly Rule[]): LevelSetting[] {
  if (name !== "strict") return settings(name === "library" ? LIBRARY : SERVICE);
  const raised = rules
    .filter((rule) => rule.level !== "off" && !NEVER_STRICT.has(rule.id))
    .map((rule): [string, RuleLevel] => [rule.id, rule.level === "note" ? "warning" : "error"]);
  return settings({ ...Object.fromEntries(raised), "go-work-committed": "error" });
}

function settings(levels: Readonly<Record<string, RuleLevel>>): LevelSetting[] {
  return Object.entries(levels).map(([rule, level]) => ({ rule, level, paths: [] }));
}
