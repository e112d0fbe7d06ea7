import type { EntryMode } from "../dirhash/walk.ts";

/** A file, directory or other entry of what should become, or is, a module zip. */
export interface TreeFile {
  /** Slash-separated, relative to the module's root. */
  readonly path: string;
  readonly mode: EntryMode;
  /** As lstat or the zip's directory declares it. Negative where Go's int64 of a hostile zip would be. */
  readonly sizeBytes: number;
}

/** The limits of golang.org/x/mod/zip, in bytes. */
export const MAX_ZIP_BYTES = 500 * 1024 * 1024;
export const MAX_GO_MOD_BYTES = 16 * 1024 * 1024;
export const MAX_LICENSE_BYTES = 16 * 1024 * 1024;

/** The name that every entry of a module zip begins with. */
export function zipPrefix(mv: { readonly path: string; readonly version: string }): string {
  return `${mv.path}@${mv.version}/`;
}
