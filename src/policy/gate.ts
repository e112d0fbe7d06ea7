import type { HttpClient } from "../base/http.ts";
import { historyMissing } from "../source/missing.ts";
import { resolveObjects } from "../source/objects.ts";
import { openRepository, type Repository } from "../source/repository.ts";
import { resolveRevision } from "../source/revision-name.ts";
import { advisoryModules } from "./advisory-modules.ts";
import type { DependencyFacts } from "./facts.ts";
import { gitTree } from "./git-tree.ts";
import { type Judgement, judge } from "./judge.ts";
import { loadAdvisories } from "./load-advisories.ts";
import type { Advisories } from "./osv.ts";
import type { Policy } from "./policy.ts";
import { findPolicy, type PolicyPlace } from "./policy-place.ts";
import { findProposal, type ProposalRequest } from "./proposal.ts";
import { areTagsKnown, publishedVersions } from "./published.ts";
import { allRules } from "./registry.ts";
import { type RepositorySnapshot, readSnapshot } from "./snapshot.ts";

export interface GateOptions {
  /** The user's checkout, or a folder in it. */
  dir: string;
  env: Readonly<Record<string, string | undefined>>;
  base: string;
  head: string;
  /** Path of the policy file; undefined takes the one of head, if it has one. */
  policyFile: string | undefined;
  /** Where relative paths start. */
  cwd: string;
  http: HttpClient;
  /** Undefined for offline work. */
  facts: DependencyFacts | undefined;
  /** True when no server may be asked about modules or vulnerabilities. */
  isOffline: boolean;
  /** OSV sources beside the policy's own. */
  advisories: readonly string[];
  /** Modules (GOPRIVATE's form) that no vulnerability API is told of, beside the policy's own. */
  privatePatterns: string;
  proposed: ProposalRequest | undefined;
  /** `2026-12-31`. */
  today: string;
}

export interface GateResult {
  judgement: Judgement;
  base: RepositorySnapshot;
  head: RepositorySnapshot;
  policy: Policy;
  /** Private modules that the vulnerability API was not asked about. */
  notNamed: readonly string[];
}

/**
 * Judges what head changes against base, read through git objects. Whether
 * anything that matters differs is the caller's question.
 *
 * Throws REVISION_UNKNOWN, HISTORY_MISSING or OBJECTS_MISSING when base, history or content is not there:
 * what cannot be seen never passes. POLICY_INVALID for the policy file, REMOTE… when a proxy fails.
 */
export async function runGate(options: GateOptions): Promise<GateResult> {
  const repository = await openRepository({ dir: options.dir, env: options.env });
  try {
    return await judgeRepository(repository, options);
  } finally {
    await repository.close();
  }
}

async function judgeRepository(repository: Repository, options: GateOptions): Promise<GateResult> {
  const headCommit = await resolveRevision(repository, options.head);
  const baseCommit = await mergeBase(repository, await resolveRevision(repository, options.base), headCommit);
  const [base, head] = await Promise.all([
    gitTree(repository, baseCommit).then(readSnapshot),
    gitTree(repository, headCommit).then(readSnapshot),
  ]);
  const place: PolicyPlace = {
    tree: head.tree,
    cwd: options.cwd,
    file: options.policyFile,
    http: options.http,
  };
  const policy = await findPolicy(place, allRules);
  const { advisories, failures, notNamed } = await findAdvisories([base, head], policy, options);
  const judgement = await judge({
    base,
    head,
    rules: allRules,
    policy,
    facts: options.facts,
    advisories,
    // A module that head has no more is judged by what was published of it.
    published: publishedVersions(repository, [...base.modules, ...head.modules]),
    tagsKnown: areTagsKnown(repository),
    today: options.today,
    proposed: options.proposed && findProposal(options.proposed, head),
  });
  const rules = allRules.filter((rule) => rule.needs?.includes("advisories"));
  for (const reason of failures) for (const { id } of rules) judgement.unchecked.push({ rule: id, reason });
  return { judgement, base, head, policy, notNamed };
}

/** The vulnerability data that policy and caller name; undefined advisories when they name none. */
async function findAdvisories(
  snapshots: readonly RepositorySnapshot[],
  policy: Policy,
  options: GateOptions,
): Promise<{ advisories: Advisories | undefined; failures: string[]; notNamed: string[] }> {
  const { api, onFailure = "error", sources: named } = policy.vulnerabilities;
  const sources = [...named, ...options.advisories];
  if (sources.length === 0 && api === undefined) {
    return { advisories: undefined, failures: [], notNamed: [] };
  }
  const { facts, isOffline } = options;
  const privatePatterns = [options.privatePatterns, policy.dependencies.private].join(",");
  const { asked, kept } =
    api === undefined || isOffline
      ? { asked: [], kept: [] }
      : await advisoryModules(snapshots, { facts, privatePatterns });
  const request = { sources, api: isOffline ? undefined : api, modules: asked, onFailure };
  const { byModule, failures } = await loadAdvisories(request, options);
  if (isOffline && api !== undefined) failures.push("offline: the vulnerability API was not asked");
  return { advisories: byModule, failures, notNamed: kept };
}

/** Where head left base. changedFiles has already told of histories that have none. */
async function mergeBase(repository: Repository, base: string, head: string): Promise<string> {
  if (base === head) return base;
  const answer = await repository.query(["merge-base", base, head]).catch(() => "");
  const commit = answer.trim();
  const [found] = commit === "" ? [] : await resolveObjects(repository, [commit]);
  if (found === undefined)
    throw historyMissing("base and head have no common commit here", `${base}...${head}`);
  return found;
}
