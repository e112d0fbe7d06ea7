import { ModwharfError } from "../../base/errors.ts";
import type { SumIndex } from "../../manifest/sum-index.ts";
import { formatModuleVersion } from "../../module/module-version.ts";
import type { SumdbOps } from "../../sumdb/ops.ts";
import { formatHash, recordHash } from "../../tlog/hash.ts";
import type { Verifier } from "../../tlog/keys.ts";
import { parseRecord } from "../../tlog/tree-head.ts";
import { Database, lookupKey } from "../database.ts";
import type { ModulePatterns } from "../rules.ts";
import {
  type BundledDatabase,
  type BundledModule,
  type BundleIndex,
  invalidBundle,
  recorded,
} from "./bundle-index.ts";
import type { BundleContents } from "./read.ts";

export interface ProofOptions {
  /** The key of the database that is trusted; undefined when the user has switched it off. */
  readonly verifier: Verifier | undefined;
  /** Hashes that the user has of his own. */
  readonly sums: SumIndex;
  /** The digest that the user has of his own; it vouches for every module. */
  readonly digest: string | undefined;
  /** How the bundle is named. */
  readonly name: string;
  readonly allowUnverified: ModulePatterns;
  /** Default 8; others are for tests. */
  readonly tileHeight?: number;
}

/** Who vouches for a module of a bundle. */
export interface Proof {
  readonly module: BundledModule;
  /** The database, `go.sum`, `digest`; empty when nobody does. */
  readonly by: readonly string[];
  /** True when nobody vouches and the user has not allowed that. */
  readonly isRefused: boolean;
}

/**
 * Says who vouches for each module of a bundle, without a network: the checksum database, whose signed tree head,
 * records and tiles in the bundle are proven; go.sum files; the bundle's digest, when the user knows it.
 *
 * Throws HASH_MISMATCH where one of them has another hash or digest, LOG_UNVERIFIED, LOG_FORKED and BUNDLE_INVALID for
 * proofs that do not hold, USAGE for proofs of another database than the one that is trusted.
 */
export async function proofsOf(contents: BundleContents, options: ProofOptions): Promise<Proof[]> {
  const { index } = contents;
  checkDigest(index, options);
  const logged = await checkDatabase(contents, options).catch((error: unknown) => {
    throw asDamage(error);
  });
  return index.modules.map((module) => {
    const by = [
      ...(logged && module.record !== undefined ? [index.database!.name] : []),
      ...(isInSums(module, options.sums) ? ["go.sum"] : []),
      ...(options.digest === undefined ? [] : ["digest"]),
    ];
    const isRefused = by.length === 0 && options.allowUnverified.match(module) === undefined;
    return { module, by, isRefused };
  });
}

function checkDigest({ digest }: BundleIndex, options: ProofOptions): void {
  if (options.digest === undefined || options.digest === digest) return;
  throw new ModwharfError("HASH_MISMATCH", "this is another bundle than the one whose digest was given", {
    subject: options.name,
    expected: options.digest,
    actual: digest,
    fix: "get the bundle again from where it was made",
  });
}

function isInSums(module: BundledModule, sums: SumIndex): boolean {
  const known = sums.of(module);
  for (const field of ["h1", "goModH1"] as const) {
    if (known[field] === undefined || module[field] === undefined || known[field] === module[field]) continue;
    throw new ModwharfError("HASH_MISMATCH", "the bundle has other content than go.sum says", {
      subject: `${formatModuleVersion(module)}${field === "h1" ? "" : "/go.mod"}`,
      expected: known[field],
      actual: module[field],
      fix: "do not use this bundle; find out which of the two was changed",
    });
  }
  return known.goModH1 !== undefined && (module.h1 === undefined || known.h1 !== undefined);
}

/** Proves every record, tile and tree head. False when there is nothing to prove, or nobody to trust. */
async function checkDatabase(
  contents: BundleContents,
  { verifier, tileHeight }: ProofOptions,
): Promise<boolean> {
  const { modules, database } = contents.index;
  if (database === undefined || verifier === undefined) return false;
  if (database.name !== verifier.name) throw otherDatabase(database, verifier);
  const offline = new Database({ verifier, ops: offlineOps(contents), ...(tileHeight && { tileHeight }) });
  for (const module of modules) {
    if (module.record !== undefined)
      await checkRecord(module, offline, contents.lookups.get(lookupKey(module))!);
  }
  // Makes the same excerpt again, which proves each tile; one more or less than that is not what was made.
  const earlier = database.earlier.map(({ head, ids }) => ({ head: Buffer.from(head), ids }));
  const again = await offline.excerpt(recorded(modules), earlier);
  const sameTiles = JSON.stringify([...again.tiles.keys()]) === JSON.stringify(database.tiles);
  if (!sameTiles || again.head.toString("utf8") !== database.head) {
    throw invalidBundle("the proofs are not those of this bundle's records", { subject: database.name });
  }
  for (const [key, lookup] of again.lookups) {
    if (!lookup.equals(contents.lookups.get(key)!)) {
      throw invalidBundle("a lookup does not carry the bundle's tree head", { subject: key });
    }
  }
  return true;
}

/** What would be a server's bad answer elsewhere is a damaged file here. */
function asDamage(error: unknown): unknown {
  if (!(error instanceof ModwharfError) || !error.code.startsWith("REMOTE")) return error;
  return invalidBundle("the proofs are malformed", { actual: error.message });
}

async function checkRecord(module: BundledModule, database: Database, lookup: Buffer): Promise<void> {
  const { h1, goModH1 } = await database.hashes(module);
  const { id, text } = parseRecord(lookup);
  const subject = formatModuleVersion(module);
  if (id !== module.record?.id || formatHash(recordHash(text)) !== module.record.hash) {
    throw invalidBundle("a record is not the one that the index names", { subject });
  }
  if (goModH1 === module.goModH1 && (module.h1 === undefined || h1 === module.h1)) return;
  throw new ModwharfError("HASH_MISMATCH", "the bundle has other content than the checksum database", {
    subject,
    expected: `${h1} (go.mod ${goModH1})`,
    actual: `${module.h1} (go.mod ${module.goModH1})`,
    fix: "do not use this bundle",
  });
}

/** A database that consists of what the bundle has, and remembers nothing. */
function offlineOps({ lookups, tiles }: BundleContents): SumdbOps {
  let latest: Buffer = Buffer.alloc(0);
  return {
    readRemote: async (path) => {
      const found = path.startsWith("/lookup/")
        ? lookups.get(path.slice("/lookup/".length))
        : tiles.get(path.slice(1));
      if (found !== undefined) return found;
      throw invalidBundle("the bundle lacks a part of its proofs", { subject: path });
    },
    readCache: async () => undefined,
    writeCache: async () => {},
    readLatest: async () => latest,
    replaceLatest: async (_file, _old, next) => {
      latest = next;
      return true;
    },
  };
}

function otherDatabase(database: BundledDatabase, verifier: Verifier): ModwharfError {
  return new ModwharfError("USAGE", "the bundle's proofs are of another checksum database", {
    expected: verifier.name,
    actual: database.name,
    fix: "set GOSUMDB or --sumdb to that database's key if you trust it, or to off",
  });
}
