import { copyFile, link, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { openHasher } from "../../modcache/hasher.ts";
import { modulePaths } from "../../modcache/layout.ts";
import { removeTree } from "../../modcache/remove-tree.ts";
import { scanCache } from "../../modcache/scan.ts";
import { identitiesOf, provenByStamp, writeStamp } from "../../modcache/stamp.ts";
import { type ModuleSum, verifyCache } from "../../modcache/verify.ts";
import { wantedSums } from "../../modcache/warm.ts";
import { formatModuleVersion } from "../../module/module-version.ts";
import type { CacheService } from "../../platform/platform.ts";
import { type Measured, STATS } from "./measured.ts";
import type { WarmPlan } from "./plan.ts";
import { folderOf, STAGE } from "./restore.ts";

/** What the main step leaves for the post step, in a file: a job's state must fit into an environment variable. */
export interface SaveOrder {
  readonly cache: string;
  readonly key: string;
  /** Without these there is no entry. */
  readonly wanted: readonly ModuleSum[];
  /** Those that `go` itself fetched, when it did. */
  readonly own: readonly ModuleSum[];
  readonly measured: Measured | undefined;
}

/** What a plan wants saved. */
export function saveOrder(
  { sums, wanted, own }: WarmPlan,
  order: Pick<SaveOrder, "cache" | "key" | "measured">,
): SaveOrder {
  const needsOfOwn = new Map(own.map(({ module, needs }) => [formatModuleVersion(module), needs]));
  return { ...order, wanted: wantedSums(sums, wanted), own: wantedSums(sums, needsOfOwn) };
}

export async function writeOrder(file: string, order: SaveOrder): Promise<void> {
  await folderOf(file);
  await writeFile(file, JSON.stringify(order));
}

export async function readOrder(file: string): Promise<SaveOrder> {
  const order = JSON.parse((await readFile(file)).toString("utf8")) as SaveOrder;
  await rm(file, { force: true });
  return order;
}

export interface Saved {
  readonly status: "saved" | "exists" | "denied" | "failed" | "incomplete";
  readonly modules: number;
  readonly bytes: number;
  readonly seconds: number;
  /** Versions that the job changed or removed. */
  readonly lost: readonly string[];
}

/**
 * Saves exactly the zips, go.mod and info files of the set, each verified once more: the job's own steps had the
 * chance to change them. A set that is not whole is not saved.
 */
export async function saveModules(service: CacheService, cwd: string, order: SaveOrder): Promise<Saved> {
  const start = performance.now();
  const stage = resolve(cwd, STAGE);
  const { cache, key, wanted, own } = order;
  const all = [...wanted, ...own];
  const proven = await provenByStamp(cache, identitiesOf(cache, all));
  removeTree(stage);
  try {
    for (const sum of all) await stageVersion(sum, cache, stage);
    const { lost, modules, bytes } = await inspect(stage, order);
    if (lost.length > 0) return { status: "incomplete", modules, bytes, seconds: since(start), lost };
    if (order.measured !== undefined) await writeFile(join(stage, STATS), JSON.stringify(order.measured));
    const status = await service.save([STAGE], key);
    return { status, modules, bytes, seconds: since(start), lost };
  } finally {
    removeTree(stage);
    // The second names were changes that a stamp notices.
    const now = [...identitiesOf(cache, all)].filter(([name]) => proven.has(name));
    await writeStamp(cache, new Map(now));
  }
}

async function stageVersion({ module, h1 }: ModuleSum, cache: string, stage: string): Promise<void> {
  const [from, to] = [modulePaths(cache, module), modulePaths(stage, module)];
  for (const suffix of h1 === undefined ? (["mod"] as const) : (["zip", "mod", "info"] as const)) {
    await folderOf(to[suffix]);
    // Another name costs nothing; another file system, or one without links, costs a copy.
    await link(from[suffix], to[suffix])
      .catch(() => copyFile(from[suffix], to[suffix]))
      .catch(() => {});
  }
}

/** Which of the wanted versions the stage lacks or has wrong; a wrong one of go's own fetching is left out. */
async function inspect(
  stage: string,
  { wanted, own }: SaveOrder,
): Promise<Pick<Saved, "lost" | "modules" | "bytes">> {
  const bad = await badVersions(stage, [...wanted, ...own]);
  for (const { module } of own) {
    const paths = modulePaths(stage, module);
    const names = ["zip", "mod", "info"] as const;
    if (bad.has(formatModuleVersion(module)))
      await Promise.all(names.map((suffix) => rm(paths[suffix], { force: true })));
  }
  const { modules } = scanCache(stage);
  const lost = wanted.flatMap(({ module, h1 }) => {
    const key = formatModuleVersion(module);
    const files = modules.get(key)?.files;
    const isWhole =
      files?.has("mod") === true && (h1 === undefined || (files.has("zip") && files.has("info")));
    return isWhole && !bad.has(key) ? [] : [key];
  });
  let bytes = 0;
  for (const { module, files } of modules.values())
    if (files.has("zip"))
      bytes += (await stat(modulePaths(stage, module).zip).catch(() => undefined))?.size ?? 0;
  return { lost, modules: modules.size, bytes };
}

/** `path@version` of what is not as go.sum says. */
async function badVersions(stage: string, sums: readonly ModuleSum[]): Promise<Set<string>> {
  const hasher = openHasher();
  try {
    const { problems } = await verifyCache(stage, sums, { hasher });
    return new Set(problems.flatMap(({ module }) => (module ? [formatModuleVersion(module)] : [])));
  } finally {
    await hasher.close();
  }
}

function since(start: number): number {
  return (performance.now() - start) / 1000;
}
