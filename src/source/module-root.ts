import type { GoModFile } from "./go-mod-files.ts";

/** Where a tag's module stands in the commit. */
export interface ModuleRoot {
  /** The module path. */
  readonly path: string;
  /** The version, with `+incompatible` where go adds it. */
  readonly version: string;
  /** The folder with the module's files, `""` for the repository's root. */
  readonly dir: string;
  /** Its go.mod; undefined for a module that has none. */
  readonly goMod: GoModFile | undefined;
}
