import { createHash } from "node:crypto";
import { basename } from "node:path";
import { Pool } from "../../base/pool.ts";
import type { ModuleSet, NeededModule } from "../../manifest/module-set.ts";
import { readManifests } from "../../manifest/read.ts";
import { withToolchains } from "../../manifest/with-toolchains.ts";
import { type VouchOptions, vouchFor } from "../../mirror/vouch.ts";
import type { ModuleSum } from "../../modcache/verify.ts";
import type { Wanted } from "../../modcache/warm.ts";
import { compareGoVersions } from "../../modfile/go-version.ts";
import type { ModuleSource } from "../../modgraph/module-source.ts";
import { formatModuleVersion, type ModuleVersion } from "../../module/module-version.ts";
import { matchPrefixPatterns } from "../../module/patterns.ts";
import { parseShard, type Shard } from "./shard.ts";

export interface PlanInputs {
  readonly manifests: readonly string[];
  readonly toolchain: readonly string[];
  readonly shard?: string | undefined;
}

export interface PlanOptions {
  readonly inputs: PlanInputs;
  readonly cwd: string;
  /** False to take go.mod where a go.work stands. */
  readonly workspace: boolean;
  readonly vouch: VouchOptions;
  /** GONOPROXY patterns: modules that only `go` itself can fetch. */
  readonly gonoproxy: string;
}

/** A version that is not taken since nobody vouches for it. */
export interface Refused {
  readonly needed: NeededModule;
  readonly reason: string;
}

/** What a cache shall hold, and what each file of it must be. */
export interface WarmPlan {
  readonly set: ModuleSet;
  readonly shard: Shard | undefined;
  /** Every hash that is known: of all go.sum files, and of the checksum database for what they lack. */
  readonly sums: readonly ModuleSum[];
  /** Of this shard. */
  readonly wanted: Wanted;
  /** Of this shard, wanted by the build but never asked of a proxy (GONOPROXY). */
  readonly own: readonly NeededModule[];
  /** `path@version` of everything that the manifests name, whatever the shard. */
  readonly named: ReadonlySet<string>;
  readonly refused: readonly Refused[];
}

/** What the manifests say by themselves, without any go.mod of a dependency: enough to name the set by. */
export async function planFromManifests(options: PlanOptions): Promise<WarmPlan> {
  return await planOf(await read(options), options);
}

/**
 * Whether the exact set needs the module graph: below go 1.17, and for workspaces. Without it go.sum stands in, which
 * may name more than a build needs.
 */
export function needsGraph({ set }: WarmPlan): boolean {
  return (
    set.files.some((file) => basename(file) === "go.work") ||
    set.main.some(({ goVersion }) => compareGoVersions(goVersion, "1.17") < 0)
  );
}

/** The exact set, for which `source` gives the go.mod files of the module graph. */
export async function planFromGraph(options: PlanOptions, source: ModuleSource): Promise<WarmPlan> {
  return await planOf(await read(options, source), options);
}

async function read({ inputs, cwd, workspace }: PlanOptions, source?: ModuleSource): Promise<ModuleSet> {
  const set = await readManifests(inputs.manifests, { cwd, workspace, source });
  return withToolchains({ ...set, modules: set.modules.filter(isLoaded) }, inputs.toolchain);
}

/**
 * False for a version that the module graph selects and for which no go.sum has any line: a build would refuse to
 * load even its go.mod, so none does. Where a line of a manifest asks for it, somebody has to vouch for it.
 */
function isLoaded({ h1, goModH1, from }: NeededModule): boolean {
  return h1 !== undefined || goModH1 !== undefined || /:\d+$/.test(from);
}

async function planOf(set: ModuleSet, { inputs, vouch, gonoproxy }: PlanOptions): Promise<WarmPlan> {
  const shard = parseShard(inputs.shard);
  const mine = set.modules.filter(({ module }) => shard === undefined || shard.has(module));
  const known = new Map<string, ModuleSum>(
    set.sums.entries.map(({ module, h1, goModH1 }) => [formatModuleVersion(module), { module, h1, goModH1 }]),
  );
  const refused: Refused[] = [];
  const wanted = new Map<string, "zip" | "mod">();
  const own: NeededModule[] = [];
  const judge = async (needed: NeededModule) => {
    const key = formatModuleVersion(needed.module);
    const isOwn = matchPrefixPatterns(gonoproxy, needed.module.path);
    if (!isComplete(needed)) {
      // go alone can fetch it, and go checks it then.
      if (isOwn) return void own.push(needed);
      const vouched = await vouchFor(needed, vouch);
      if ("refused" in vouched) return void refused.push({ needed, reason: vouched.refused });
      known.set(key, { module: needed.module, h1: vouched.h1, goModH1: vouched.goModH1 });
    }
    if (isOwn) own.push(needed);
    else wanted.set(key, needed.needs);
  };
  const pool = new Pool(16);
  await Promise.all(mine.map((needed) => pool.run(() => judge(needed))));
  const named = new Set(set.modules.map(({ module }) => formatModuleVersion(module)));
  return { set, shard, sums: [...known.values()], wanted, own, named, refused };
}

function isComplete({ needs, h1, goModH1 }: NeededModule): boolean {
  return goModH1 !== undefined && (needs === "mod" || h1 !== undefined);
}

/**
 * Names a set by its content: module versions with their hashes. It does not depend on the Go version, the operating
 * system, comments or the order of lines, and changes whenever another file would be in the cache.
 */
export function digestOf({ set, shard }: WarmPlan): string {
  const hash = createHash("sha256").update(`shard ${shard?.text ?? "1/1"}\n`);
  for (const { module, needs, h1, goModH1 } of set.modules) {
    if (shard === undefined || shard.has(module))
      hash.update(`${formatModuleVersion(module)} ${needs} ${h1 ?? ""} ${goModH1 ?? ""}\n`);
  }
  return hash.digest("hex").slice(0, 32);
}

/** Where a manifest asks for a version, for messages. */
export function placeOf({ set }: WarmPlan, module: ModuleVersion): string {
  const key = formatModuleVersion(module);
  return set.modules.find((needed) => formatModuleVersion(needed.module) === key)?.from ?? "";
}
