import { foldString } from "../module/unicode/fold.ts";
import { quote } from "../module/unicode/quote.ts";

/**
 * Finds names that a case-insensitive file system would take for one, and paths that are both a file and a
 * directory. Every directory above a name counts, so `A/x` collides with `a/y`.
 */
export class Collisions {
  readonly #seen = new Map<string, Seen>();

  /**
   * Records the path and the directories above it; the reason when one of them collides with an earlier one.
   * What was recorded before the collision was found stays recorded, as in Go.
   */
  check(path: string, isDirectory: boolean): string | undefined {
    const key = foldString(path);
    let own = this.#seen.get(key);
    if (own === undefined) {
      own = { path, isDirectory, isFree: false };
      this.#seen.set(key, own);
    } else if (path !== own.path) {
      return `case-insensitive file name collision: ${quote(own.path)} and ${quote(path)}`;
    } else if (isDirectory !== own.isDirectory) return `entry ${quote(path)} is both a file and a directory`;
    else if (!isDirectory) return `multiple entries for file ${quote(path)}`;
    // A directory met again in the same spelling is no collision, but one above it may be.
    else if (own.isFree) return undefined;
    const slash = path.lastIndexOf("/");
    const reason = slash === -1 ? undefined : this.check(path.slice(0, slash), true);
    own.isFree = reason === undefined;
    return reason;
  }
}

interface Seen {
  readonly path: string;
  readonly isDirectory: boolean;
  /** Neither it nor a directory above it collides with what came before. */
  isFree: boolean;
}
