import { createHash } from "node:crypto";
import { lstatSync } from "node:fs";
import { join } from "node:path";
import { compareBytewise } from "../base/bytewise.ts";
import { readIfPresent, writeFileAtomic } from "../base/files.ts";
import { formatModuleVersion } from "../module/module-version.ts";
import { modulePaths, type Suffix } from "./layout.ts";
import { type CacheContents, type CachedModule, scanCache } from "./scan.ts";
import type { ModuleSum } from "./verify.ts";

/*
 * A stamp says which files of a cache have been verified, so that a run that finds nothing new need not read them
 * again. It names each file by device, inode, size, mtime and ctime in nanoseconds. Unpacking an archive makes new
 * inodes, and no program can set a ctime, so no stamp holds for a restored cache, nor for a file that was written to
 * since. What it cannot notice is a change deep inside an extracted tree (only the tree's own folder is looked at)
 * by a program on this machine, which could as well change the build itself.
 */

const FORMAT = 1;

/** What a stamp vouches for; lists and locks are nobody's code. */
const STAMPED: readonly Suffix[] = ["zip", "mod", "info", "ziphash", "partial"];

interface Stamp {
  readonly format: typeof FORMAT;
  /** By `path@version`: a digest of its hashes in go.sum and of the identities of its files. */
  readonly modules: Readonly<Record<string, string>>;
}

function stampFile(cache: string): string {
  return join(cache, "cache", "modwharf-stamp.json");
}

/** What tells the files of versions from all others, by `path@version`; made before they are read to verify them. */
export type Identities = ReadonlyMap<string, string>;

/**
 * The identities of what a cache holds of `sums`. Taken before a verification, they vouch for nothing that was
 * changed while it ran.
 */
export function identitiesOf(
  cache: string,
  sums: readonly ModuleSum[],
  { modules }: CacheContents = scanCache(cache),
): Identities {
  const identities = new Map<string, string>();
  for (const sum of sums) {
    const key = formatModuleVersion(sum.module);
    const cached = modules.get(key);
    if (cached !== undefined) identities.set(key, identityOf(cache, cached, sum));
  }
  return identities;
}

/** Writes the stamp of a cache: the identities of the versions that were found right. */
export async function writeStamp(cache: string, verified: Identities): Promise<void> {
  const text = JSON.stringify({ format: FORMAT, modules: Object.fromEntries(verified) } satisfies Stamp);
  await writeFileAtomic(stampFile(cache), text, { durable: false });
}

/**
 * Of `now` the versions (`path@version`) whose files are the very ones that were verified, for the same hashes.
 * None when there is no stamp, or one that cannot be read.
 */
export async function provenByStamp(cache: string, now: Identities): Promise<Set<string>> {
  const stamp = parseStamp(await readIfPresent(stampFile(cache)));
  const proven = [...now].filter(([key, identity]) => stamp?.modules[key] === identity);
  return new Set(proven.map(([key]) => key));
}

function parseStamp(bytes: Buffer | undefined): Stamp | undefined {
  try {
    const stamp = JSON.parse(bytes?.toString("utf8") ?? "null") as Stamp | null;
    return stamp?.format === FORMAT && typeof stamp.modules === "object" ? stamp : undefined;
  } catch {
    return undefined;
  }
}

function identityOf(cache: string, cached: CachedModule, { h1, goModH1 }: ModuleSum): string {
  const paths = modulePaths(cache, cached.module);
  const files = STAMPED.filter((suffix) => cached.files.has(suffix)).sort(compareBytewise);
  const lines = files.map((suffix) => `${suffix} ${fileIdentity(paths[suffix])}`);
  if (cached.hasTree) lines.push(`tree ${fileIdentity(paths.tree)}`);
  return createHash("sha256")
    .update([h1, goModH1, ...lines].join("\n"))
    .digest("base64");
}

function fileIdentity(path: string): string {
  const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (stat === undefined) return "gone";
  return [stat.dev, stat.ino, stat.mode, stat.size, stat.mtimeNs, stat.ctimeNs].join(":");
}
