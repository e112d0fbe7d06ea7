import type { Finding } from "./report.ts";

/** Where a finding without a place is shown: formats that demand one get the file that declares the module. */
const FALLBACK = "go.mod";

export interface Location {
  /** Relative to the repository's root, slashes, no `.` or `..`. */
  path: string;
  /** 1-based. */
  line: number;
}

/** A place for formats in which every finding must have one. */
export function locationOf(finding: Finding): Location {
  return { path: insideRepository(finding.file) ?? FALLBACK, line: finding.line ?? 1 };
}

/** The path cleaned of `.` and empty parts, or undefined when it leads outside the repository. */
export function insideRepository(path: string | undefined): string | undefined {
  if (path === undefined || path.startsWith("/")) return undefined;
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  return parts.length === 0 || parts.includes("..") ? undefined : parts.join("/");
}
