import { ModwharfError } from "../base/errors.ts";
import type { Repository } from "./repository.ts";

/** The error for files whose content a partial clone left on the server. */
export function objectsMissing(repository: Repository, paths: readonly string[]): ModwharfError {
  const [first] = paths;
  return new ModwharfError(
    "OBJECTS_MISSING",
    repository.isPartialClone
      ? "this partial clone (--filter) lacks files of the commit"
      : "the clone lacks files of the commit",
    {
      subject: repository.dir,
      expected: "every file of the module",
      actual: `${paths.length} missing${first === undefined ? "" : `, first ${first}`}`,
      fix: repository.isPartialClone
        ? "check the tag out whole (git checkout TAG, no sparse checkout), or clone without --filter"
        : "fetch the tag again: git fetch --depth=1 origin tag NAME",
    },
  );
}

/** The error for a question that needs commits which a shallow clone does not have. */
export function historyMissing(what: string, subject: string): ModwharfError {
  return new ModwharfError("HISTORY_MISSING", what, {
    subject,
    expected: "the whole history",
    actual: "a shallow clone",
    fix: "git fetch --unshallow --tags origin (GitHub: fetch-depth: 0 at actions/checkout; GitLab: GIT_DEPTH: 0)",
  });
}
