import { foldString } from "../module/unicode/fold.ts";
import { quote } from "../module/unicode/quote.ts";

/**
 * Finds names that a case-insensitive file system would take for one, and paths that are both a file and a
 * directory. Every directory above a name counts, so `A/x` collides with `a/y`.
 */
export class Collisions {
  readonly #seen = new Map<string, { path: string; isDirectory: boolean }>();

  /**
   * Records the path and the directories above it; the reason when it collides with an earlier one.
   * What was recorded before the collision was found stays recorded, as in Go.
   */
  check(path: string, isDirectory: boolean): string | undefined {
    const key = foldString(path);
    const other = this.#seen.get(key);
    if (other === undefined) this.#seen.set(key, { path, isDirectory });
    else if (path !== other.path) {
      return `case-insensitive file name collision: ${quote(other.path)} and ${quote(path)}`;
    } else if (isDirectory !== other.isDirectory)
      return `entry ${quote(path)} is both a file and a directory`;
    else if (!isDirectory) return `multiple entries for file ${quote(path)}`;
    // A directory met again with the same spelling: so are those above it.
    else return undefined;
    const slash = path.lastIndexOf("/");
    return slash === -1 ? undefined : this.check(path.slice(0, slash), true);
  }
}
