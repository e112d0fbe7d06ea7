import { ModwharfError } from "../base/errors.ts";
import { type GitObject, readObjects } from "./objects.ts";
import type { Repository } from "./repository.ts";

export interface Commit {
  /** Hex. */
  readonly id: string;
  /** The committer's time, whole seconds: what `go` calls the commit time. */
  readonly time: Date;
}

/** An annotated tag's own object. */
export interface TagObject {
  readonly id: string;
  /** The name inside the object, which a moved or copied ref does not change. */
  readonly name: string;
  readonly isSigned: boolean;
}

/** A commit with what was asked of it. */
export interface CommitReading {
  readonly commit: Commit;
  readonly tagObject: TagObject | undefined;
  /** The blobs at the paths asked for, in their order; undefined where there is none. */
  readonly blobs: readonly (Buffer | undefined)[];
}

/**
 * Reads the commit that `objectId` (a commit or an annotated tag) leads to, the tag object if it is one, and some
 * of the commit's files, all with one process.
 *
 * Throws OBJECTS_MISSING when the clone does not have them, REVISION_UNKNOWN when it is no commit.
 */
export async function readCommit(
  repository: Repository,
  objectId: string,
  paths: readonly string[] = [],
): Promise<CommitReading> {
  const names = [objectId, `${objectId}^{commit}`, ...paths.map((path) => `${objectId}:${path}`)];
  const [named, commit, ...files] = await readObjects(repository, names);
  if (named === undefined) {
    throw new ModwharfError("OBJECTS_MISSING", "the clone does not have this object", {
      subject: objectId,
      fix: "fetch the tag with its commit: git fetch origin tag NAME",
    });
  }
  if (commit === undefined) {
    throw new ModwharfError("REVISION_UNKNOWN", "this does not lead to a commit that the clone has", {
      subject: objectId,
      actual: `a ${named.type}`,
      fix: "tag a commit",
    });
  }
  return {
    commit: { id: commit.objectId, time: committerTime(commit) },
    tagObject: named.type === "tag" ? parseTagObject(named) : undefined,
    blobs: files.map((file) => (file?.type === "blob" ? file.content : undefined)),
  };
}

/** The seconds of the `committer` line; headers end at the first empty line. */
function committerTime({ content, objectId }: GitObject): Date {
  const headers = headersOf(content);
  const seconds = /^committer .*> (-?\d+) [+-]\d+$/m.exec(headers)?.[1];
  if (seconds === undefined) {
    throw new ModwharfError("NOT_SUPPORTED", "the commit has no committer time", { subject: objectId });
  }
  return new Date(Number(seconds) * 1000);
}

function headersOf(content: Buffer): string {
  const end = content.indexOf("\n\n");
  return content.toString("utf8", 0, end < 0 ? content.length : end);
}

function parseTagObject({ objectId, content }: GitObject): TagObject {
  const name = /^tag (.*)$/m.exec(headersOf(content))?.[1] ?? "";
  const isSigned = /^-----BEGIN (?:PGP SIGNATURE|PGP MESSAGE|SSH SIGNATURE|SIGNED MESSAGE)-----$/m.test(
    content.toString("latin1"),
  );
  return { id: objectId, name, isSigned };
}
