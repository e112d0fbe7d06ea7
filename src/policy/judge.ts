import { compareBytewise } from "../base/bytewise.ts";
import type { Finding, Level } from "../report/report.ts";
import { ApiComparisons } from "./api-comparisons.ts";
import { foldFindings } from "./fold-findings.ts";
import { unreadSources } from "./go-source.ts";
import { matchPath } from "./patterns.ts";
import type { LevelSetting, Policy, RuleLevel, Waiver } from "./policy.ts";
import type { ChangeContext, Proposal, RepositoryContext, Rule, RuleEdit, RuleHit } from "./rule.ts";
import type { ModuleSnapshot, RepositorySnapshot } from "./snapshot.ts";
import { isExpired, waiverFinder } from "./waivers.ts";

export interface JudgeInput extends Omit<RepositoryContext, "repository"> {
  base: RepositorySnapshot;
  head: RepositorySnapshot;
  rules: readonly Rule[];
  /** What is to be released, and of which module. */
  proposed: (Proposal & { modulePath: string }) | undefined;
}

export interface Judgement {
  findings: Finding[];
  /** Mechanical fixes of findings that are new and not waived. */
  edits: RuleEdit[];
  /** Rules that could not be applied, with why: said in the report, never passed over. */
  unchecked: { rule: string; reason: string }[];
}

/**
 * Applies the rules to head, and again to base where they found something: what was there already is existing
 * and does not block. Findings are ordered: blocking ones first, then by file and line.
 */
export async function judge(input: JudgeInput): Promise<Judgement> {
  const judgement: Judgement = { findings: [], edits: [], unchecked: [] };
  const comparisons = new ApiComparisons(input.base, input.head);
  const active = input.rules.filter((rule) => isActive(rule, input.policy));
  const results = await Promise.all(
    active.map(async (rule) => {
      const reason = missingSource(rule, input);
      if (reason !== undefined) {
        judgement.unchecked.push({ rule: rule.id, reason });
        return [];
      }
      return applyRule(rule, input, comparisons);
    }),
  );
  judgement.unchecked.push(...(await uncheckedSources(active, input, comparisons)));
  for (const { hit, finding } of results.flat()) {
    judgement.findings.push(finding);
    if (finding.status === "new") judgement.edits.push(...(hit.edits ?? []));
  }
  judgement.findings.push(...verdicts(active, input, { found: results.flat(), ...judgement }));
  judgement.findings = foldFindings(judgement.findings.sort(compareFindings)).sort(compareFindings);
  return judgement;
}

/** What the rules which read source had to leave out; they have judged all else. */
async function uncheckedSources(
  active: readonly Rule[],
  { base, head }: JudgeInput,
  comparisons: ApiComparisons,
): Promise<Judgement["unchecked"]> {
  const readers = active.filter((rule) => rule.readsSource);
  const comparers = readers.filter((rule) => rule.group === "api");
  const told = (reasons: readonly string[], rules: readonly Rule[]) =>
    reasons.flatMap((reason) => rules.map(({ id }) => ({ rule: id, reason })));
  return [...told(unreadSources(base, head), readers), ...told(await comparisons.left(), comparers)];
}

function compareFindings(a: Finding, b: Finding): number {
  return (
    Number(b.blocking) - Number(a.blocking) ||
    compareBytewise(a.file ?? "", b.file ?? "") ||
    (a.line ?? 0) - (b.line ?? 0) ||
    compareBytewise(a.rule, b.rule)
  );
}

type Judged = { hit: RuleHit; finding: Finding; waiver: Waiver | undefined };

/** What the rules about the other rules' findings say; in a file that the change leaves alone it is existing. */
function verdicts(
  active: readonly Rule[],
  input: JudgeInput,
  { found, unchecked }: Pick<Judgement, "unchecked"> & { found: readonly Judged[] },
): Finding[] {
  const { base, head, policy } = input;
  const context = { ...input, repository: head, unusedWaivers: unusedWaivers(policy) };
  return active
    .flatMap((rule) => {
      if (rule.scope !== "verdict") return [];
      const hits = rule.check(context);
      const old = hits.filter(({ file }) => base.tree.files.get(file)?.id === head.tree.files.get(file)?.id);
      return judged(hits, { rule, input, before: old, module: undefined });
    })
    .map(({ finding }) => finding);

  /** Rules about one change or release are silent at the next: that makes no waiver of theirs idle. */
  function unusedWaivers({ waivers }: Policy): Waiver[] {
    const used = new Set(found.map(({ waiver }) => waiver));
    const checked = active
      .filter(({ scope }) => scope === "module" || scope === "repository")
      .filter(({ id }) => !unchecked.some(({ rule }) => rule === id));
    const ids = new Set(checked.map(({ id }) => id));
    return waivers.filter((waiver) => ids.has(waiver.rule) && !used.has(waiver));
  }
}

async function applyRule(rule: Rule, input: JudgeInput, comparisons: ApiComparisons): Promise<Judged[]> {
  const { base, head } = input;
  if (rule.scope === "verdict") return [];
  if (rule.scope === "repository-change") {
    const hits = await rule.check({ ...input, repository: head, baseRepository: base });
    return judged(hits, { rule, input, before: [], module: undefined });
  }
  if (rule.scope === "repository") {
    const hits = await rule.check({ ...input, repository: head });
    const before = hits.length === 0 ? [] : await rule.check({ ...input, repository: base });
    return judged(hits, { rule, input, before, module: undefined });
  }
  const perModule = await Promise.all(
    head.modules.map(async (module) => {
      const old = counterpart(base, module);
      if (rule.scope === "change") {
        const hits = await rule.check(changeContext(input, { module, before: old }, comparisons));
        return judged(hits, { rule, input, before: [], module });
      }
      const hits = await rule.check({ ...input, repository: head, module });
      const isNew = hits.length === 0 || old === undefined;
      const before = isNew ? [] : await rule.check({ ...input, repository: base, module: old });
      return judged(hits, { rule, input, before, module });
    }),
  );
  return perModule.flat();
}

/** The same module at the base: by its folder, else by its path, when it moved. */
export function counterpart(base: RepositorySnapshot, module: ModuleSnapshot): ModuleSnapshot | undefined {
  return (
    base.modules.find((other) => other.dir === module.dir) ??
    base.modules.find((other) => other.path === module.path)
  );
}

function changeContext(
  input: JudgeInput,
  { module, before }: { module: ModuleSnapshot; before: ModuleSnapshot | undefined },
  comparisons: ApiComparisons,
): ChangeContext {
  const { base, head, proposed } = input;
  return {
    ...input,
    repository: head,
    module,
    base: before,
    baseRepository: base,
    proposed: proposed?.modulePath === module.path ? proposed : undefined,
    api: async () => (await comparisons.of(module, before)).changes,
  };
}

/** Why rules are not checked that nobody has asked for. */
export const noAdvisories = "the policy names no vulnerability data (vulnerabilities.sources or api)";

function missingSource(rule: Rule, input: JudgeInput): string | undefined {
  if (rule.needs?.includes("proxy") && input.facts === undefined) return "offline: no module proxy was asked";
  if (rule.needs?.includes("advisories") && input.advisories === undefined) {
    return noAdvisories;
  }
  if (rule.needs?.includes("tags") && !input.tagsKnown) {
    return "the clone has no tags, so published versions are unknown; if the remote has some: git fetch --tags origin";
  }
  return undefined;
}

function isActive(rule: Rule, policy: Policy): boolean {
  const settings = policy.levels.filter((setting) => setting.rule === rule.id);
  return rule.level !== "off" || settings.some((setting) => setting.level !== "off");
}

/** Finds the level that the policy gives a rule for a file, once for each file; the last setting that fits wins. */
function levelFinder(rule: Rule, policy: Policy): (file: string) => RuleLevel | undefined {
  const own = policy.levels.filter((setting) => setting.rule === rule.id);
  const ofFile = new Map<string, RuleLevel | undefined>();
  return (file) => {
    if (!ofFile.has(file)) {
      const fits = ({ paths }: LevelSetting) =>
        paths.length === 0 || paths.some((path) => matchPath(path, file));
      ofFile.set(file, own.findLast(fits)?.level);
    }
    return ofFile.get(file);
  };
}

interface JudgeHits {
  rule: Rule;
  input: JudgeInput;
  /** What the rule finds without the change. */
  before: readonly RuleHit[];
  module: ModuleSnapshot | undefined;
}

function judged(hits: readonly RuleHit[], context: JudgeHits): Judged[] {
  const isKnown = knownAmong(context.before, context.rule);
  const { policy, today } = context.input;
  const levelOf = levelFinder(context.rule, policy);
  const waiverOf = waiverFinder(policy.waivers, { rule: context.rule.id, today });
  return hits.flatMap((hit) => {
    const level = levelOf(hit.file) ?? hit.level ?? context.rule.level;
    if (level === "off") return [];
    const waiver = waiverOf(hit);
    const isNew = !isKnown(hit);
    return [{ hit, waiver, finding: findingOf({ hit, waiver, isNew }, level, context) }];
  });
}

/** True for what was found before about the same subject, and was no less grave then. */
function knownAmong(before: readonly RuleHit[], rule: Rule): (hit: RuleHit) => boolean {
  const gravityOf = ({ level }: RuleHit) => GRAVITY[level ?? rule.level];
  const gravest = new Map<string, number>();
  for (const hit of before) {
    gravest.set(hit.subject, Math.max(gravityOf(hit), gravest.get(hit.subject) ?? 0));
  }
  return (hit) => (gravest.get(hit.subject) ?? -1) >= gravityOf(hit);
}

const GRAVITY: Readonly<Record<RuleLevel, number>> = { off: 0, note: 1, warning: 2, error: 3 };

function findingOf(
  { hit, waiver, isNew }: Pick<Judged, "hit" | "waiver"> & { isNew: boolean },
  level: Level,
  { rule, input, module }: JudgeHits,
): Finding {
  const expired = waiver !== undefined && isExpired(waiver, input.today);
  const waived = waiver !== undefined && !expired;
  const { edits: _edits, level: _level, detail, fix, ...place } = hit;
  const details = [detail, waiver === undefined ? undefined : waiverText(waiver, expired)].filter(
    (text) => text !== undefined,
  );
  return {
    rule: rule.id,
    level,
    // An expired waiver blocks what it once allowed, though it is at the base by now.
    blocking: !waived && level === "error" && (isNew || expired),
    ...place,
    message: expired ? `${hit.message} (its waiver expired on ${waiver.expires})` : hit.message,
    fix: fix ?? rule.fix,
    status: waived ? "waived" : isNew || expired ? "new" : "existing",
    reference: rule.reference,
    ...(module === undefined ? {} : { module: module.path }),
    ...(details.length === 0 ? {} : { detail: details.join("\n") }),
  };
}

function waiverText({ owner, expires, reason }: Waiver, expired: boolean): string {
  return `${expired ? "Waiver expired" : "Waived until"} ${expires} by ${owner}: ${reason}`;
}
