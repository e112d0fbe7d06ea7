import type { GitQuery } from "./git.ts";

/** A ref as the user's repository holds it. */
export interface Ref {
  /** Full name, such as `refs/tags/v1.2.3`. */
  readonly name: string;
  /** The object it names: for an annotated tag the tag object, else the commit. Hex. */
  readonly objectId: string;
}

/** Reads branches, remote branches and tags. Objects are not opened, so a partial clone stays as it is. */
export async function readRefs(query: GitQuery): Promise<Ref[]> {
  const kinds = ["refs/tags", "refs/heads", "refs/remotes"];
  const text = await query(["for-each-ref", "--format=%(objectname) %(refname)", ...kinds]);
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const space = line.indexOf(" ");
      return { objectId: line.slice(0, space), name: line.slice(space + 1) };
    });
}

/** The tag's ref, by its short name (`sub/v1.2.3`). */
export function findTag(refs: readonly Ref[], tag: string): Ref | undefined {
  return refs.find((ref) => ref.name === `refs/tags/${tag}`);
}
