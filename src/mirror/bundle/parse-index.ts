import { canonicalModuleVersion } from "../../module/major.ts";
import {
  checkModuleVersion,
  compareModuleVersions,
  formatModuleVersion,
} from "../../module/module-version.ts";
import { isDatabaseName } from "../../sumdb/gosumdb.ts";
import { parseTilePath } from "../../tlog/tile.ts";
import {
  type BundledDatabase,
  type BundledModule,
  type BundledRecord,
  type BundleIndex,
  digestOf,
  type EarlierBundle,
  FORMAT,
  invalidBundle,
} from "./bundle-index.ts";

/*
 * The index comes from whoever made the file, so everything in it is checked before anything is done with it.
 */

const H1 = /^h1:[A-Za-z0-9+/]{43}=$/;
const HASH = /^[A-Za-z0-9+/]{43}=$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** Parses and checks an index, its own digest included. Throws BUNDLE_INVALID. */
export function parseIndex(bytes: Uint8Array): BundleIndex {
  const fields = objectOf(parseJson(bytes), "the index");
  if (fields.format !== FORMAT) {
    throw invalidBundle("not a bundle that this version reads", {
      expected: FORMAT,
      actual: String(fields.format),
    });
  }
  const modules = listOf(fields.modules, "modules").map(moduleOf);
  modules.forEach((module, i) => {
    const before = modules[i - 1];
    if (before !== undefined && compareModuleVersions(before, module) >= 0)
      throw wrong("modules", "sorted, each once");
  });
  const database = fields.database === undefined ? undefined : databaseOf(fields.database);
  if (database === undefined && modules.some(({ record }) => record !== undefined)) {
    throw wrong("database", "the database that the records are of");
  }
  const content = { modules, ...(database && { database }) };
  const digest = digestOf(content);
  if (fields.digest !== digest) {
    throw invalidBundle("the index does not have its own digest", {
      expected: digest,
      actual: String(fields.digest),
    });
  }
  return { format: FORMAT, digest, ...content };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    throw wrong("the index", "JSON");
  }
}

function moduleOf(value: unknown): BundledModule {
  const fields = objectOf(value, "a module");
  const module = { path: textOf(fields.path, "path"), version: textOf(fields.version, "version") };
  const name = formatModuleVersion(module);
  try {
    checkModuleVersion(module);
  } catch (cause) {
    throw wrong(name, "a module version", cause);
  }
  if (canonicalModuleVersion(module.version) !== module.version) throw wrong(name, "a canonical version");
  const goModH1 = textOf(fields.goModH1, name, H1);
  const record = fields.record === undefined ? {} : { record: recordOf(fields.record, name) };
  if (fields.h1 === undefined) return { ...module, goModH1, ...record };
  return {
    ...module,
    h1: textOf(fields.h1, name, H1),
    goModH1,
    ...record,
    infoSha256: textOf(fields.infoSha256, name, SHA256),
    zipSha256: textOf(fields.zipSha256, name, SHA256),
  };
}

function recordOf(value: unknown, name: string): BundledRecord {
  const { id, hash } = objectOf(value, name);
  return { id: idOf(id, name), hash: textOf(hash, name, HASH) };
}

function databaseOf(value: unknown): BundledDatabase {
  const fields = objectOf(value, "database");
  const tiles = listOf(fields.tiles, "tiles").map((tile) => textOf(tile, "tiles"));
  for (const tile of tiles) {
    try {
      parseTilePath(tile);
    } catch (cause) {
      throw wrong("tiles", "paths of tiles", cause);
    }
  }
  const name = textOf(fields.name, "database");
  // It becomes part of file names.
  if (!isDatabaseName(name)) throw wrong("database", "a name of the form host[/path]");
  return {
    name,
    head: textOf(fields.head, "head"),
    earlier: listOf(fields.earlier, "earlier").map(earlierOf),
    tiles,
  };
}

function earlierOf(value: unknown): EarlierBundle {
  const fields = objectOf(value, "earlier");
  return {
    head: textOf(fields.head, "earlier"),
    ids: listOf(fields.ids, "earlier").map((id) => idOf(id, "earlier")),
  };
}

function idOf(value: unknown, what: string): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw wrong(what, "the number of a record");
}

function textOf(value: unknown, what: string, pattern = /./s): string {
  if (typeof value === "string" && pattern.test(value)) return value;
  throw wrong(what, `text of the form ${pattern.source}`);
}

function listOf(value: unknown, what: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw wrong(what, "a list");
}

function objectOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw wrong(what, "an object");
}

function wrong(subject: string, expected: string, cause?: unknown): Error {
  const actual = cause instanceof Error ? { actual: cause.message } : {};
  return invalidBundle("the index is malformed", { subject, expected, ...actual });
}
