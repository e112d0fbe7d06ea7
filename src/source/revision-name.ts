import { ModwharfError } from "../base/errors.ts";
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
  throw new ModwharfError("REVISION_UNKNOWN", "the repository has no such revision", {
    subject: revision,
    expected: "a branch, a tag or a commit of the clone",
    fix:
      repository.shallowCommits.size > 0
        ? "fetch it (this clone is shallow), or name another"
        : "fetch it, or name another: git branch -a, git tag",
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
