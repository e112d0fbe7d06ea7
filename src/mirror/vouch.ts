import { ModwharfError } from "../base/errors.ts";
import type { NeededModule } from "../manifest/module-set.ts";
import { TOOLCHAIN_PATH } from "../manifest/toolchain.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import { matchPrefixPatterns } from "../module/patterns.ts";
import { isNotFound } from "../proxy/goproxy-list.ts";
import type { SumdbHashes } from "../sumdb/client.ts";
import type { ModulePatterns } from "./rules.ts";

/** A checksum database: gives proven hashes, or throws REMOTE_NOT_FOUND for what it does not know. */
export interface HashDatabase {
  readonly name: string;
  hashes(module: ModuleVersion): Promise<SumdbHashes>;
}

export interface VouchOptions {
  /** undefined when the user has switched it off. */
  readonly database: HashDatabase | undefined;
  /** GONOSUMDB patterns: modules that the database is not asked about. */
  readonly gonosumdb: string;
  /** Modules that are taken without any hash to compare with. */
  readonly allowUnverified: ModulePatterns;
}

/** What a module's content has to be, and who says so. */
export interface Vouched {
  readonly h1: string | undefined;
  readonly goModH1: string | undefined;
  /** `go.sum`, the name of a checksum database; empty for a module that is allowed unverified. */
  readonly by: readonly string[];
}

export interface NotVouched {
  readonly refused: string;
}

/**
 * Says which hashes a module must have: those of the checksum database, and of go.sum, which have to agree. Where the
 * database is to be asked and does not answer, nothing stands in for it; where it is off or not to be asked go.sum
 * alone vouches; a module for which nobody does is refused, unless the user allows it by name.
 *
 * Throws HASH_MISMATCH when the two differ, and what the database throws.
 */
export async function vouchFor(needed: NeededModule, options: VouchOptions): Promise<Vouched | NotVouched> {
  const { module } = needed;
  const isAllowed = options.allowUnverified.match(module) !== undefined;
  const database = asksDatabase(module, options) ? options.database : undefined;
  const logged = database && (await lookUp(database, module));
  if (database !== undefined && logged === undefined && !isAllowed) return unknownTo(database.name, module);
  if (logged !== undefined && !isAbout(needed, logged)) throw lacksHash(module, database!.name);
  checkAgreement(needed, logged, database?.name);
  const hashes = { h1: logged?.h1 ?? needed.h1, goModH1: logged?.goModH1 ?? needed.goModH1 };
  const isComplete = hashes.goModH1 !== undefined && (needed.needs === "mod" || hashes.h1 !== undefined);
  if (!isComplete && !isAllowed) return nobody(module, options.database);
  const inSum = needed.needs === "zip" ? needed.h1 !== undefined : needed.goModH1 !== undefined;
  return { ...hashes, by: [...(inSum ? ["go.sum"] : []), ...(logged ? [database!.name] : [])] };
}

/** As go: GONOSUMDB keeps modules from the database, but never toolchains. */
function asksDatabase({ path }: ModuleVersion, { database, gonosumdb }: VouchOptions): boolean {
  return database !== undefined && (path === TOOLCHAIN_PATH || !matchPrefixPatterns(gonosumdb, path));
}

async function lookUp(database: HashDatabase, module: ModuleVersion): Promise<SumdbHashes | undefined> {
  try {
    return await database.hashes(module);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Whether a record has what is needed: otherwise go.sum's hash would stand there without anybody to contradict it. */
function isAbout({ needs }: NeededModule, { h1, goModH1 }: SumdbHashes): boolean {
  return goModH1 !== undefined && (needs === "mod" || h1 !== undefined);
}

function lacksHash(module: ModuleVersion, database: string): ModwharfError {
  return new ModwharfError("LOG_UNVERIFIED", "the checksum database's record lacks a hash of this version", {
    subject: formatModuleVersion(module),
    expected: `the lines of zip and go.mod, as ${database} has for every version`,
    fix: "look for a proxy that alters what it serves",
  });
}

function checkAgreement(
  needed: NeededModule,
  logged: SumdbHashes | undefined,
  database: string | undefined,
): void {
  for (const [field, suffix] of [
    ["h1", ""],
    ["goModH1", "/go.mod"],
  ] as const) {
    const [ours, theirs] = [needed[field], logged?.[field]];
    if (ours === undefined || theirs === undefined || ours === theirs) continue;
    throw new ModwharfError("HASH_MISMATCH", "go.sum and the checksum database differ", {
      subject: `${formatModuleVersion(needed.module)}${suffix}`,
      expected: `${theirs}, as ${database} has it`,
      actual: `${ours} (${needed.from})`,
      fix: "find out who wrote the line in go.sum: the version was changed after it was published, or the line was",
    });
  }
}

function unknownTo(database: string, module: ModuleVersion): NotVouched {
  const name = formatModuleVersion(module);
  return { refused: `${name} is unknown to ${database}; if it is private, name it in GONOSUMDB` };
}

function nobody(module: ModuleVersion, database: HashDatabase | undefined): NotVouched {
  const why =
    database === undefined ? "the checksum database is off" : "GONOSUMDB keeps it from the checksum database";
  return {
    refused: `nothing vouches for ${formatModuleVersion(module)}: no go.sum has its hash, and ${why}`,
  };
}
