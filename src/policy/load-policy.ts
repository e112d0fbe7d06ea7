import { createHash } from "node:crypto";
import { ModwharfError } from "../base/errors.ts";
import { emptyPolicy, type LevelSetting, type Policy, type RuleLevel } from "./policy.ts";
import type { PolicyFile } from "./policy-file.ts";
import { meaningProblems } from "./policy-meaning.ts";
import { policySchema } from "./policy-schema.ts";
import { presetLevels } from "./presets.ts";
import type { Rule } from "./rule.ts";
import { readYaml, type YamlFile, yamlError } from "./yaml-file.ts";

export interface PolicySource {
  /** Path or URL of the file, for messages and for what it extends. */
  file: string;
  text: string;
}

export interface LoadPolicyOptions {
  rules: readonly Rule[];
  /** Reads what a policy extends: `from` as written, beside `base`. */
  read(from: string, base: string): Promise<{ file: string; bytes: Uint8Array }>;
}

/** A policy that extends one that extends one …: longer chains are a circle or a mistake. */
const MAX_EXTENDS = 5;

/**
 * Reads a policy file and all that it extends; what stands nearer wins, lists add up.
 *
 * Throws POLICY_INVALID with line and column (unknown keys with a suggestion), and HASH_MISMATCH when an extended
 * file is not the one that was pinned.
 */
export async function loadPolicy(
  source: PolicySource,
  options: LoadPolicyOptions,
  depth = 0,
): Promise<Policy> {
  const yaml = await readYaml(source.text, policySchema(options.rules));
  const problems = yaml.problems.length > 0 ? yaml.problems : meaningProblems(yaml, options.rules);
  if (problems.length > 0) throw yamlError(source.file, problems, "the policy file cannot be used");
  const file = yaml.value as PolicyFile;
  const parent =
    file.extends === undefined
      ? emptyPolicy()
      : await loadParent(source.file, file.extends, { ...options, depth: depth + 1 });
  return merge(parent, { ...toPolicy(file, { yaml, file: source.file }, options.rules), file: source.file });
}

async function loadParent(
  base: string,
  { from, sha256 }: { from: string; sha256: string },
  { depth, ...options }: LoadPolicyOptions & { depth: number },
): Promise<Policy> {
  if (depth > MAX_EXTENDS) {
    throw new ModwharfError("POLICY_INVALID", "policies extend one another too often", {
      subject: base,
      expected: `at most ${MAX_EXTENDS} steps`,
      fix: "let the policy extend the last one directly",
    });
  }
  const { file, bytes } = await options.read(from, base);
  const actual = createHash("sha256").update(bytes).digest("hex");
  if (actual !== sha256) {
    throw new ModwharfError("HASH_MISMATCH", "the extended policy is not the one that was pinned", {
      subject: file,
      expected: `sha256 ${sha256}`,
      actual,
      fix: `review what changed there, then pin the new hash in ${base}`,
    });
  }
  return loadPolicy({ file, text: new TextDecoder().decode(bytes) }, options, depth);
}

function toPolicy(
  file: PolicyFile,
  source: { yaml: YamlFile; file: string },
  rules: readonly Rule[],
): Policy {
  const policy = emptyPolicy();
  if (file.preset !== undefined) policy.levels.push(...presetLevels(file.preset, rules));
  policy.levels.push(
    ...Object.entries(file.rules ?? {}).flatMap(([rule, setting]) => levelsOf(rule, setting)),
  );
  policy.waivers = (file.waivers ?? []).map((waiver, i) => ({
    ...waiver,
    subject: waiver.subject,
    paths: waiver.paths ?? [],
    file: source.file,
    line: source.yaml.placeOf(["waivers", i]).line,
  }));
  policy.go.minimum = file.go?.minimum;
  policy.go.maximum = file.go?.maximum;
  policy.go.toolchain = file.go?.toolchain ?? "allow";
  policy.dependencies = {
    allow: file.dependencies?.allow?.map((entry) =>
      typeof entry === "string" ? { module: entry, versions: "*" } : { versions: "*", ...entry },
    ),
    deny: (file.dependencies?.deny ?? []).map((entry) => ({
      ...entry,
      versions: entry.versions ?? "*",
      alternative: entry.alternative,
    })),
    private: (file.dependencies?.private ?? []).join(","),
    endOfLife: (file.dependencies?.endOfLife ?? []).map((entry) => ({
      ...entry,
      versions: entry.versions ?? "*",
      reason: entry.reason,
    })),
  };
  policy.licences = { allow: file.licences?.allow, exceptions: file.licences?.exceptions ?? [] };
  policy.metadata.required = file.metadata?.required ?? [];
  policy.vulnerabilities = {
    sources: file.vulnerabilities?.sources ?? [],
    api: file.vulnerabilities?.api,
    onFailure: file.vulnerabilities?.onFailure,
    ignore: file.vulnerabilities?.ignore ?? [],
  };
  return policy;
}

function levelsOf(
  rule: string,
  setting: RuleLevel | { level?: RuleLevel; paths?: Record<string, RuleLevel> },
): LevelSetting[] {
  if (typeof setting === "string") return [{ rule, level: setting, paths: [] }];
  const own = setting.level === undefined ? [] : [{ rule, level: setting.level, paths: [] as string[] }];
  const byPath = Object.entries(setting.paths ?? {}).map(([path, level]) => ({ rule, level, paths: [path] }));
  return [...own, ...byPath];
}

function merge(parent: Policy, own: Policy): Policy {
  const both = (a: string, b: string) => [a, b].filter((text) => text !== "").join(",");
  return {
    file: own.file,
    levels: [...parent.levels, ...own.levels],
    waivers: [...parent.waivers, ...own.waivers],
    go: {
      minimum: own.go.minimum ?? parent.go.minimum,
      maximum: own.go.maximum ?? parent.go.maximum,
      toolchain: parent.go.toolchain === "forbid" ? "forbid" : own.go.toolchain,
    },
    dependencies: {
      allow: union(parent.dependencies.allow, own.dependencies.allow),
      deny: [...parent.dependencies.deny, ...own.dependencies.deny],
      private: both(parent.dependencies.private, own.dependencies.private),
      endOfLife: [...parent.dependencies.endOfLife, ...own.dependencies.endOfLife],
    },
    licences: {
      allow: union(parent.licences.allow, own.licences.allow),
      exceptions: [...own.licences.exceptions, ...parent.licences.exceptions],
    },
    metadata: { required: [...new Set([...parent.metadata.required, ...own.metadata.required])] },
    vulnerabilities: {
      sources: [...parent.vulnerabilities.sources, ...own.vulnerabilities.sources],
      api: own.vulnerabilities.api ?? parent.vulnerabilities.api,
      onFailure: own.vulnerabilities.onFailure ?? parent.vulnerabilities.onFailure,
      ignore: [...parent.vulnerabilities.ignore, ...own.vulnerabilities.ignore],
    },
  };
}

function union<T>(a: T[] | undefined, b: T[] | undefined): T[] | undefined {
  return a === undefined ? b : b === undefined ? a : [...a, ...b];
}
