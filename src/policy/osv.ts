/** What one OSV entry says of one Go module; see osv-entry.ts for how it is read. */
export interface Advisory {
  id: string;
  aliases: string[];
  summary: string;
  url: string;
  /** False for entries that nobody of the database has reviewed. */
  reviewed: boolean;
  /** True when it was taken back. */
  withdrawn: boolean;
  ranges: AdvisoryRange[];
}

/** `[introduced, fixed)` or `[introduced, lastAffected]` in semver order; "" stands for the beginning or for no end. */
export interface AdvisoryRange {
  /** Versions with their v. */
  introduced: string;
  fixed: string;
  /** The last version that is known to be affected, where no fix is named. */
  lastAffected?: string;
  /** True when the bounds are of another scheme (custom_ranges, commits), so that nothing can be compared. */
  custom: boolean;
}

/** Advisories by module path, `stdlib` and `toolchain` among them. */
export type Advisories = ReadonlyMap<string, readonly Advisory[]>;
