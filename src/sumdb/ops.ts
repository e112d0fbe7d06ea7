/**
 * What a checksum database client needs of the outside world (golang.org/x/mod/sumdb, ClientOps). File names are
 * relative, with slashes: `<name>/lookup/…`, `<name>/tile/…`, `<name>/latest`.
 */
export interface SumdbOps {
  /** The content at a path of the database, which begins with `/lookup/` or `/tile/`. Throws unless it is there. */
  readRemote(path: string): Promise<Buffer>;
  /** A cached lookup or tile, or undefined. */
  readCache(file: string): Promise<Buffer | undefined>;
  /** Keeps a lookup or tile that was proven right; failing is no error. */
  writeCache(file: string, data: Buffer): Promise<void>;
  /** The newest signed tree head that was seen; empty at first. */
  readLatest(file: string): Promise<Buffer>;
  /** Replaces `old` by `next` in one step; false, and no change, when it is no longer `old`. */
  replaceLatest(file: string, old: Buffer, next: Buffer): Promise<boolean>;
}
