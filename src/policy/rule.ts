import type { ApiChange } from "../api/compare.ts";
import type { GoMod } from "../modfile/go-mod.ts";
import type { Level } from "../report/report.ts";
import type { DependencyFacts } from "./facts.ts";
import type { Advisory } from "./osv.ts";
import type { Policy, RuleLevel, Waiver } from "./policy.ts";
import type { ModuleSnapshot, RepositorySnapshot } from "./snapshot.ts";

export type RuleGroup =
  | "repository"
  | "version"
  | "api"
  | "dependency"
  | "go-sum"
  | "licence"
  | "vulnerability"
  | "metadata";

/** What one rule found at one place. */
export interface RuleHit {
  /** With the rule it is the finding's identity: a module, a symbol, a version; never a line number. */
  subject: string;
  /** One sentence without full stop. */
  message: string;
  /** One imperative sentence for this case; the rule's own fix when left out. */
  fix?: string;
  file: string;
  line: number;
  column: number;
  detail?: string;
  /** The mechanical fix, applied by `--fix`: all of it or nothing is right. */
  edits?: readonly RuleEdit[];
  /** For rules whose certainty differs from case to case. */
  level?: Level;
}

/** A change of one file of the repository; returns the new text, or undefined when it no longer applies. */
export interface RuleEdit {
  file: string;
  /** What it does, for the log: `drop the replace of example.com/a`. Of a file's edits that say the same one is done. */
  what: string;
  apply(text: string): string | undefined;
  /** The same on the file's syntax tree, for a go.mod: several changes then need one parse. */
  change?: (goMod: GoMod) => void;
}

interface RuleFacts {
  id: string;
  group: RuleGroup;
  /** The level without a policy. */
  level: RuleLevel;
  /** The problem in a few words, as a heading. */
  title: string;
  /** Why it matters, two or three sentences. */
  why: string;
  /** One imperative sentence that mends the usual case. */
  fix: string;
  reference: string;
  /** What the rule cannot do without; where it is missing the rule is reported as not checked. */
  needs?: readonly ("proxy" | "advisories" | "tags")[];
  /** True when it reads Go source: a file that is too large for that is reported as not checked. */
  readsSource?: true;
}

/** Looks at one module of one commit: what it finds at the base too is existing, not introduced. */
export interface StateRule extends RuleFacts {
  scope: "module";
  check(context: ModuleContext): RuleHit[] | Promise<RuleHit[]>;
}

/** Looks at one commit as a whole; findings at the base too are existing. */
export interface RepositoryRule extends RuleFacts {
  scope: "repository";
  check(context: RepositoryContext): RuleHit[] | Promise<RuleHit[]>;
}

/** Compares base and head of one module, or judges what is about to be released: always introduced. */
export interface ChangeRule extends RuleFacts {
  scope: "change";
  check(context: ChangeContext): RuleHit[] | Promise<RuleHit[]>;
}

/** Compares base and head as a whole: always introduced. */
export interface RepositoryChangeRule extends RuleFacts {
  scope: "repository-change";
  check(context: RepositoryChangeContext): RuleHit[] | Promise<RuleHit[]>;
}

/** Looks at what the other rules found, after them. */
export interface VerdictRule extends RuleFacts {
  scope: "verdict";
  check(context: VerdictContext): RuleHit[];
}

export type Rule = StateRule | RepositoryRule | ChangeRule | RepositoryChangeRule | VerdictRule;

export interface RepositoryContext {
  repository: RepositorySnapshot;
  policy: Policy;
  /** What proxies say about other modules; undefined offline. */
  facts: DependencyFacts | undefined;
  /** Advisories by module path; undefined when no source is configured. */
  advisories: ReadonlyMap<string, readonly Advisory[]> | undefined;
  /** Version tags of the repository as `module path → versions`, newest last; pseudo-versions never. */
  published: ReadonlyMap<string, readonly string[]>;
  /** False for a clone without any tag whose remote may have some. */
  tagsKnown: boolean;
  /** The day on which waivers and ends of life are judged, `2026-12-31`. */
  today: string;
}

export interface RepositoryChangeContext extends RepositoryContext {
  baseRepository: RepositorySnapshot;
}

export interface VerdictContext extends RepositoryContext {
  /** Waivers that cover no finding, of rules that look at head and were checked. */
  unusedWaivers: readonly Waiver[];
}

export interface ModuleContext extends RepositoryContext {
  module: ModuleSnapshot;
}

export interface ChangeContext extends ModuleContext {
  /** The same module at the base: by folder, else by path; undefined for a new one. */
  base: ModuleSnapshot | undefined;
  baseRepository: RepositorySnapshot;
  /** What is to be released, when the caller says so. */
  proposed: Proposal | undefined;
  /** What changed in the exported surface since the base; read on first use. */
  api(): Promise<readonly ApiChange[]>;
}

export interface Proposal {
  /** As given, canonical or not. */
  version: string;
  /** The tag as given, when it was a tag. */
  tag: string | undefined;
}
