import { createHash } from "node:crypto";
import { ModwharfError } from "../../base/errors.ts";
import { escapePath, escapeVersion } from "../../module/escape.ts";
import { compareModuleVersions, type ModuleVersion } from "../../module/module-version.ts";
import { formatVersionList, mergeVersions } from "../../store/version-list.ts";
import { lookupKey } from "../database.ts";

/*
 * A bundle is an uncompressed tar file whose entries are a GOPROXY tree with the checksum database's files below
 * sumdb/, so that `tar xf` makes a directory for GOPROXY=file://…. The first entry is the index, which says what
 * follows, in which order. Names in the file are never used to write anything: what is expected is computed from the
 * index, and whatever else turns up makes the bundle invalid.
 */

export const INDEX_NAME = "bundle.json";

export const FORMAT = "modwharf bundle 1";

/** A record of a checksum database. */
export interface BundledRecord {
  readonly id: number;
  /** Its leaf hash in the log, base64. */
  readonly hash: string;
}

export interface BundledModule {
  readonly path: string;
  readonly version: string;
  /** Absent when the bundle has the go.mod alone. */
  readonly h1?: string;
  readonly goModH1: string;
  /** Absent when no checksum database vouches for it. */
  readonly record?: BundledRecord;
  /** Hex SHA-256 of the bytes, which catches damage that the h1 does not see; no part of the digest. */
  readonly infoSha256?: string;
  readonly zipSha256?: string;
}

/** A signed tree head of an earlier bundle with its records, which this bundle's tiles prove too. */
export interface EarlierBundle {
  readonly head: string;
  readonly ids: readonly number[];
}

export interface BundledDatabase {
  readonly name: string;
  /** The signed tree head that all lookups carry. */
  readonly head: string;
  readonly earlier: readonly EarlierBundle[];
  /** Paths of the tiles, `tile/8/…`. */
  readonly tiles: readonly string[];
}

export interface BundleIndex {
  readonly format: typeof FORMAT;
  readonly digest: string;
  /** Sorted by path and version. */
  readonly modules: readonly BundledModule[];
  readonly database?: BundledDatabase;
}

/** The index of some modules, with its digest. */
export function makeIndex(
  modules: readonly BundledModule[],
  database: BundledDatabase | undefined,
): BundleIndex {
  const sorted = modules.toSorted(compareModuleVersions);
  const content = { modules: sorted, ...(database && { database }) };
  return { format: FORMAT, digest: digestOf(content), ...content };
}

/**
 * What a bundle's identity consists of: the hashes of its modules and of their records in the log. Neither `.info`
 * files nor the signed tree head count, which differ from day to day and from proxy to proxy.
 */
export function digestOf({ modules, database }: Pick<BundleIndex, "modules" | "database">): string {
  const lines = modules.flatMap(({ path, version, h1, goModH1, record }) => [
    h1 === undefined ? `mod ${path}@${version} ${goModH1}` : `module ${path}@${version} ${h1} ${goModH1}`,
    ...(record === undefined ? [] : [`record ${database?.name} ${record.id} ${record.hash}`]),
  ]);
  const text = [FORMAT, ...lines].map((line) => `${line}\n`).join("");
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/** One entry of the tar file after the index. */
export type BundleEntry =
  | { readonly kind: "info" | "mod" | "zip"; readonly name: string; readonly module: BundledModule }
  | { readonly kind: "list"; readonly name: string; readonly text: string }
  | { readonly kind: "supported"; readonly name: string }
  | { readonly kind: "lookup"; readonly name: string; readonly key: string }
  | { readonly kind: "tile"; readonly name: string; readonly path: string };

/** Every entry that a bundle with this index has, in order. Throws MODULE_PATH, MODULE_VERSION. */
export function entriesOf({ modules, database }: Pick<BundleIndex, "modules" | "database">): BundleEntry[] {
  return [...modules.flatMap(moduleEntries), ...listEntries(modules), ...databaseEntries(modules, database)];
}

function moduleEntries(module: BundledModule): BundleEntry[] {
  const base = `${escapePath(module.path)}/@v/${escapeVersion(module.version)}`;
  const kinds = module.h1 === undefined ? (["mod"] as const) : (["info", "mod", "zip"] as const);
  return kinds.map((kind) => ({ kind, name: `${base}.${kind}`, module }));
}

/** Versions with a zip; those whose go.mod alone is there are none that anybody could choose. */
function listEntries(modules: readonly BundledModule[]): BundleEntry[] {
  const versions = new Map<string, string[]>();
  for (const { path, version, h1 } of modules) {
    if (h1 !== undefined) versions.set(path, [...(versions.get(path) ?? []), version]);
  }
  return [...versions].flatMap(([path, all]) => {
    const text = formatVersionList(mergeVersions([], all));
    return text === "" ? [] : [{ kind: "list", name: `${escapePath(path)}/@v/list`, text } as const];
  });
}

function databaseEntries(
  modules: readonly BundledModule[],
  database: BundledDatabase | undefined,
): BundleEntry[] {
  if (database === undefined) return [];
  const base = `sumdb/${database.name}`;
  const keys = recorded(modules).map(lookupKey);
  return [
    { kind: "supported", name: `${base}/supported` },
    ...keys.map((key) => ({ kind: "lookup", name: `${base}/lookup/${key}`, key }) as const),
    ...database.tiles.map((path) => ({ kind: "tile", name: `${base}/${path}`, path }) as const),
  ];
}

/** The versions that a checksum database has a record of. */
export function recorded(modules: readonly BundledModule[]): ModuleVersion[] {
  return modules.filter(({ record }) => record !== undefined);
}

/** The error for a bundle that is not as it must be. */
export function invalidBundle(
  what: string,
  details: { subject?: string; expected?: string; actual?: string },
): ModwharfError {
  return new ModwharfError("BUNDLE_INVALID", what, {
    ...details,
    fix: "get the bundle again from where it was made, and compare its digest",
  });
}
