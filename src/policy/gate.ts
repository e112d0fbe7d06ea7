import type { HttpClient } from "../base/http.ts";
import { historyMissing } from "../source/missing.ts";
import { resolveObjects } from "../source/objects.ts";
import { openRepository, type Repository } from "../source/repository.ts";
import { resolveRevision } from "../source/revision-name.ts";
import type { DependencyFacts } from "./facts.ts";
import { gitTree } from "./git-tree.ts";
import { type Judgement, judge } from "./judge.ts";
import { loadAdvisories } from "./load-advisories.ts";
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
  /** OSV sources beside the policy's own. */
  advisories: readonly string[];
  proposed: ProposalRequest | undefined;
  /** `2026-12-31`. */
  today: string;
}

export interface GateResult {
  judgement: Judgement;
  base: RepositorySnapshot;
  head: RepositorySnapshot;
  policy: Policy;
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
  const sources = [...policy.vulnerabilities.sources, ...options.advisories];
  const judgement = await judge({
    base,
    head,
    rules: allRules,
    policy,
    facts: options.facts,
    advisories: sources.length === 0 ? undefined : await loadAdvisories(sources, options),
    // A module that head has no more is judged by what was published of it.
    published: publishedVersions(repository, [...base.modules, ...head.modules]),
    tagsKnown: areTagsKnown(repository),
    today: options.today,
    proposed: options.proposed && findProposal(options.proposed, head),
  });
  return { judgement, base, head, policy };
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
