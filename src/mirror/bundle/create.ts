import type { VerifiedModule } from "../../artifact/verify.ts";
import type { VerifiedGoMod } from "../../artifact/verify-go-mod.ts";
import { temporaryDirectory } from "../../base/files.ts";
import { sha256Hex } from "../../dirhash/h1.ts";
import type { ModuleSet, NeededModule } from "../../manifest/module-set.ts";
import { goInfo } from "../../modcache/go-info.ts";
import { type Hasher, openHasher } from "../../modcache/hasher.ts";
import { formatModuleVersion, type ModuleVersion } from "../../module/module-version.ts";
import type { GoproxyClient } from "../../proxy/client.ts";
import { sha256OfFile } from "../../store/content.ts";
import { formatHash, recordHash } from "../../tlog/hash.ts";
import { parseRecord } from "../../tlog/tree-head.ts";
import { acquireGoMod, acquireModule } from "../acquire.ts";
import { type Database, type DatabaseExcerpt, lookupKey } from "../database.ts";
import { type EachOptions, forEachModule } from "../each.ts";
import { type JudgeOptions, judgeModule } from "../judge.ts";
import {
  type BundledDatabase,
  type BundledModule,
  type BundleIndex,
  type EarlierBundle,
  makeIndex,
} from "./bundle-index.ts";
import { type EntryContent, writeBundle } from "./write.ts";

export interface CreateBundleOptions extends EachOptions, JudgeOptions {
  readonly set: ModuleSet;
  readonly client: GoproxyClient;
  /** The one that `vouch` asks; undefined when it is off: the bundle has no proofs then. */
  readonly database: Database | undefined;
  /** Absolute path of the bundle. */
  readonly file: string;
  /** Indexes of earlier bundles, whose tree heads and records this one's tiles prove too. */
  readonly after?: readonly BundleIndex[];
}

/** A module that the bundle does not have. */
export interface LeftOut {
  readonly needed: NeededModule;
  /** undefined for one that GONOPROXY keeps from proxies. */
  readonly refused: string | undefined;
}

export interface CreatedBundle {
  /** undefined when a module was refused: nothing is written then. */
  readonly index: BundleIndex | undefined;
  readonly leftOut: readonly LeftOut[];
}

/**
 * Downloads modules, verifies each one as for a mirror, and writes them with the checksum database's proofs into one
 * file. Nothing is written when a module is refused. Throws as `mirrorModules`.
 */
export async function createBundle(options: CreateBundleOptions): Promise<CreatedBundle> {
  const work = await temporaryDirectory();
  const hasher = openHasher();
  try {
    const place = { hasher, workDir: work.path };
    const parts = await forEachModule(options.set.modules, options, (needed) =>
      takePart(needed, options, place),
    );
    const leftOut = parts.filter((part) => "needed" in part);
    if (leftOut.some(({ refused }) => refused !== undefined)) return { index: undefined, leftOut };
    const taken = parts.filter((part) => "module" in part);
    return { index: await write(taken, options), leftOut };
  } finally {
    await Promise.all([work.dispose(), hasher.close()]);
  }
}

/** A module of the bundle before its proof. */
interface Part {
  readonly module: ModuleVersion;
  readonly content: VerifiedModule | VerifiedGoMod;
  readonly info: Buffer | undefined;
  readonly zipSha256: string | undefined;
  readonly isLogged: boolean;
}

async function takePart(
  needed: NeededModule,
  options: CreateBundleOptions,
  place: { hasher: Hasher; workDir: string },
): Promise<Part | LeftOut> {
  const judged = await judgeModule(needed, options);
  if (judged.status !== "taken") {
    return { needed, refused: judged.status === "refused" ? judged.reason : undefined };
  }
  const { vouched } = judged;
  const { module } = needed;
  const acquire = { client: options.client, ...place };
  const isLogged = options.database !== undefined && vouched.by.includes(options.database.name);
  if (needed.needs === "mod") {
    const content = await acquireGoMod(module, vouched, acquire);
    return { module, content, info: undefined, zipSha256: undefined, isLogged };
  }
  const content = await acquireModule(module, vouched, acquire);
  const zipSha256 = content.zipSha256 ?? (await sha256OfFile(content.zipFile));
  // In go's own form, so that proxies that write it in another way make the same bundle.
  const info = goInfo(content.info, formatModuleVersion(module));
  return { module, content, info, zipSha256, isLogged };
}

async function write(
  parts: readonly Part[],
  { database, after = [], file }: CreateBundleOptions,
): Promise<BundleIndex> {
  const logged = parts.filter(({ isLogged }) => isLogged).map(({ module }) => module);
  const earlier = after.flatMap(earlierOf).filter(({ name }) => name === database?.name);
  const excerpt =
    database === undefined || logged.length === 0
      ? undefined
      : await database.excerpt(
          logged,
          earlier.map(({ head, ids }) => ({ head: Buffer.from(head), ids })),
        );
  const index = makeIndex(
    parts.map((part) => bundledModule(part, excerpt)),
    excerpt && bundledDatabase(excerpt, earlier),
  );
  const byName = new Map(parts.map((part) => [formatModuleVersion(part.module), part]));
  await writeBundle(file, index, (entry): EntryContent => {
    if (entry.kind === "list") return Buffer.from(entry.text);
    if (entry.kind === "supported") return Buffer.alloc(0);
    if (entry.kind === "lookup") return excerpt!.lookups.get(entry.key)!;
    if (entry.kind === "tile") return excerpt!.tiles.get(entry.path)!;
    const { content, info } = byName.get(formatModuleVersion(entry.module))!;
    if (entry.kind === "mod") return content.mod;
    return entry.kind === "info" ? info! : (content as VerifiedModule).zipFile;
  });
  return index;
}

function bundledModule(part: Part, excerpt: DatabaseExcerpt | undefined): BundledModule {
  const { module, content, info, zipSha256 } = part;
  const lookup = part.isLogged ? excerpt?.lookups.get(lookupKey(module)) : undefined;
  const logged = lookup && parseRecord(lookup);
  const record = logged && { record: { id: logged.id, hash: formatHash(recordHash(logged.text)) } };
  if (info === undefined || zipSha256 === undefined)
    return { ...module, goModH1: content.goModH1, ...record };
  const { h1, goModH1 } = content as VerifiedModule;
  return { ...module, h1, goModH1, ...record, infoSha256: sha256Hex(info), zipSha256 };
}

function bundledDatabase(excerpt: DatabaseExcerpt, earlier: readonly EarlierBundle[]): BundledDatabase {
  return {
    name: excerpt.name,
    head: excerpt.head.toString("utf8"),
    earlier: earlier.map(({ head, ids }) => ({ head, ids })),
    tiles: [...excerpt.tiles.keys()],
  };
}

/** What a bundle proves, and what the bundles before it did. */
function earlierOf({ database, modules }: BundleIndex): (EarlierBundle & { name: string })[] {
  if (database === undefined) return [];
  const ids = modules.flatMap(({ record }) => (record === undefined ? [] : [record.id]));
  const own = { head: database.head, ids };
  return [...database.earlier, own].map((one) => ({ ...one, name: database.name }));
}
