import type { FileHashes } from "../dirhash/hash-list.ts";
import type { GoMod } from "../modfile/go-mod.ts";
import type { ModuleVersion } from "../module/module-version.ts";

/** A module's files: their hashes, which its h1 proves, and their contents, which are to be held against those. */
export interface ModuleFiles {
  readonly hashes: FileHashes;
  read(path: string): Promise<Uint8Array>;
}

/**
 * What module proxies know about modules other than those of the repository. An answer of undefined means that
 * the module or version does not exist there; a failing proxy throws, so that it never passes for an answer.
 */
export interface DependencyFacts {
  /** Tagged versions in ascending order; empty when only pseudo-versions exist. */
  versions(path: string): Promise<readonly string[] | undefined>;
  /** The go.mod of exactly this version. */
  goMod(module: ModuleVersion): Promise<GoMod | undefined>;
  /** The newest release (else pre-release, else what @latest names): where retractions are declared. */
  latest(path: string): Promise<{ version: string; goMod: GoMod } | undefined>;
  /** Files of the module zip whose names say that they hold a licence. */
  licences(module: ModuleVersion): Promise<readonly { name: string; text: string }[] | undefined>;
  /** The files of the module zip with this h1, proven by it; undefined when nobody has it. Throws HASH_MISMATCH. */
  files(module: ModuleVersion, h1: string): Promise<ModuleFiles | undefined>;
  /** True when the public proxy has a module of this path. Asked of private paths only when policy says so. */
  isPublic(path: string): Promise<boolean>;
}
