import { ModwharfError } from "../base/errors.ts";
import { closest } from "../base/suggest.ts";
import { historyMissing } from "./missing.ts";
import { resolveObjects } from "./objects.ts";
import type { Repository } from "./repository.ts";

/**
 * The commit that a revision (HEAD, a branch, a tag, a hash or its beginning) names in the user's repository, as
 * a hex id. Throws REVISION_UNKNOWN.
 */
export async function resolveRevision(repository: Repository, revision: string): Promise<string> {
  const args = ["rev-parse", "--verify", "--end-of-options", `${revision}^{commit}`];
  const answer = await repository.queryUser(args).catch(() => "");
  // A git before 2.30 prints the separator too.
  const commit = answer.trim().split("\n").at(-1) ?? "";
  if (/^[0-9a-f]{40,64}$/.test(commit)) return commit;
  throw unknownRevision(repository, revision);
}

function unknownRevision(repository: Repository, revision: string): ModwharfError {
  const names = repository.refs.map(({ name }) => name.replace(/^refs\/(?:heads|tags|remotes)\//, ""));
  // The branch that is meant often stands at the remote only.
  const remote = `origin/${revision}`;
  if (names.includes(revision)) {
    return historyMissing("the revision's commit is not in the clone", revision);
  }
  const meant = names.includes(remote) ? remote : closest(revision, names);
  const fetch =
    repository.shallowCommits.size > 0
      ? "fetch it (this clone is shallow: GitHub: fetch-depth: 0 at actions/checkout; GitLab: GIT_DEPTH: 0), or name another"
      : `fetch it (git fetch origin ${revision.replace(/^origin\//, "")}), or name another: git branch -a, git tag`;
  return new ModwharfError("REVISION_UNKNOWN", "the repository has no such revision", {
    subject: revision,
    expected: "a branch, a tag or a commit of the clone",
    ...(names.length === 0 ? { actual: "a repository without branches and tags" } : {}),
    fix: meant === undefined ? fetch : `did you mean ${meant}? Else ${fetch}`,
  });
}

/** A tag and the commit that it leads to. */
export interface PeeledTag {
  /** Short name, `sub/v1.2.3`. */
  readonly tag: string;
  /** Hex. */
  readonly commit: string;
}

/** Every tag whose commit the clone has, annotated ones peeled, with one process. */
export async function peelTags(repository: Repository): Promise<PeeledTag[]> {
  const tags = repository.refs.filter(({ name }) => name.startsWith("refs/tags/"));
  const commits = await resolveObjects(
    repository,
    tags.map(({ objectId }) => `${objectId}^{commit}`),
  );
  return tags.flatMap(({ name }, i) => {
    const commit = commits[i];
    return commit === undefined ? [] : [{ tag: name.slice("refs/tags/".length), commit }];
  });
}
