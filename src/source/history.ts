import { ModwharfError } from "../base/errors.ts";
import { outputOf } from "../base/process.ts";
import { historyMissing } from "./missing.ts";
import type { Ref } from "./refs.ts";
import type { Repository } from "./repository.ts";

/**
 * The ids of a commit and all its ancestors.
 *
 * Throws HISTORY_MISSING when a shallow clone cuts them off: an answer from a part would look like the answer.
 */
export async function ancestorsOf(repository: Repository, commit: string): Promise<ReadonlySet<string>> {
  const args = ["rev-list", commit];
  const text = await outputOf(repository.gitPath, args, repository.spawning);
  const ancestors = new Set(text.split("\n").filter((line) => line !== ""));
  for (const end of repository.shallowCommits) {
    if (ancestors.has(end)) throw historyMissing("the commit's older tags cannot be known here", commit);
  }
  return ancestors;
}

/**
 * Makes sure that a commit is part of a branch. A remote branch counts before a local one of the same name,
 * since CI checkouts move and make local branches as they like.
 *
 * Throws TAG_NOT_ON_BRANCH; HISTORY_MISSING when the clone has no such branch, or too little of it to deny.
 */
export async function requireOnBranch(
  repository: Repository,
  { commit, subject }: { commit: string; subject: string },
  branch: string,
): Promise<void> {
  const ref = findBranch(repository.refs, branch);
  if (ref === undefined) {
    throw new ModwharfError("HISTORY_MISSING", "the clone does not have the required branch", {
      subject: branch,
      expected: `refs/remotes/origin/${branch} or refs/heads/${branch}`,
      actual: "neither",
      fix: `git fetch origin refs/heads/${branch}:refs/remotes/origin/${branch}`,
    });
  }
  // Counting what the commit has and the branch has not: none means that the branch contains it.
  const beyond = await repository.query(["rev-list", "--count", "--max-count=1", commit, `^${ref.objectId}`]);
  if (beyond.trim() === "0") return;
  if (repository.shallowCommits.size > 0) {
    throw historyMissing(`whether ${branch} contains the tagged commit cannot be known here`, subject);
  }
  throw new ModwharfError("TAG_NOT_ON_BRANCH", "the tagged commit is not part of the required branch", {
    subject,
    expected: `a commit of ${branch} (${ref.name})`,
    actual: commit,
    fix: `merge the commit into ${branch}, or tag a commit of ${branch}`,
  });
}

function findBranch(refs: readonly Ref[], branch: string): Ref | undefined {
  const short = branch.replace(/^refs\/heads\//, "");
  const named = (name: string) => refs.find((ref) => ref.name === name);
  return named(`refs/remotes/origin/${short}`) ?? named(`refs/heads/${short}`);
}
