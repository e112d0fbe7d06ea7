/** See load-advisories.ts for how they are read. */
export interface Advisory {
  id: string;
  aliases: string[];
  summary: string;
  url: string;
  /** False for entries that the Go vulnerability team has not reviewed. */
  reviewed: boolean;
  /** True when it was taken back. */
  withdrawn: boolean;
  ranges: AdvisoryRange[];
}

/** `[introduced, fixed)` in semver order; "" stands for the beginning or for no fix. Versions with their v. */
export interface AdvisoryRange {
  introduced: string;
  fixed: string;
  /** True when the range comes from custom_ranges, whose versions are not those that go sees. */
  custom: boolean;
}
