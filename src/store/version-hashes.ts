import { ModwharfError } from "../base/errors.ts";

/** What a version's identity consists of; `.info` is no part of it. */
export interface VersionHashes {
  h1: string;
  goModH1: string;
}

export function sameHashes(a: VersionHashes, b: VersionHashes): boolean {
  return a.h1 === b.h1 && a.goModH1 === b.goModH1;
}

export function formatHashes({ h1, goModH1 }: VersionHashes): string {
  return `${h1} (go.mod ${goModH1})`;
}

/** The hash for content that is no module zip at all: equal to no h1, and readable in a message. */
const NOT_A_MODULE_ZIP = "not a module zip";

/** The value of `hash`, or NOT_A_MODULE_ZIP when it throws ZIP_INVALID. */
export async function hashOrNotAZip<T extends string | undefined>(hash: Promise<T>): Promise<T | string> {
  try {
    return await hash;
  } catch (error) {
    if (error instanceof ModwharfError && error.code === "ZIP_INVALID") return NOT_A_MODULE_ZIP;
    throw error;
  }
}
