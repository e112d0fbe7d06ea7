import { join } from "node:path";
import { type Hasher, openHasher } from "../../modcache/hasher.ts";
import type { PreparedTrees } from "../../modcache/prepared-trees.ts";
import { missingOf, wantedSums } from "../../modcache/warm.ts";
import type { CacheService, Platform } from "../../platform/platform.ts";
import { better, downloadSeconds, type Measured } from "./measured.ts";
import { digestOf, type WarmPlan } from "./plan.ts";
import { type Restored, restoreModules } from "./restore.ts";
import { saveOrder, writeOrder } from "./save.ts";
import { decideSave, type SaveDecision, type SaveInput } from "./save-policy.ts";

export interface CiCacheOptions {
  readonly platform: Platform;
  readonly cwd: string;
  readonly cache: string;
  readonly keyPrefix: string;
}

/** What the cache service was asked and gave; the field names are part of the JSON contract. */
export interface CiCacheFacts {
  key: string;
  restoredKey: string | null;
  /** True when the entry was saved for this very set. */
  exact: boolean;
  /** Versions of the entry that were right. */
  modules: number;
  bytes: number;
  rejected: number;
  restoreSeconds: number;
  verifySeconds: number;
  /** How long downloading them would take, as measured when it was last done. */
  downloadSeconds: number | null;
  /** null where nothing has been measured yet. */
  paysOff: boolean | null;
  willSave: boolean;
  reason: string;
}

/** One run's use of the platform's cache. */
export class CiCache {
  readonly #options: CiCacheOptions;
  readonly #service: CacheService;
  readonly #key: string;
  readonly #plan: WarmPlan;
  #restored: Restored | undefined;

  private constructor(options: CiCacheOptions, service: CacheService, plan: WarmPlan) {
    this.#options = options;
    this.#service = service;
    this.#plan = plan;
    this.#key = `${options.keyPrefix}-${digestOf(plan)}`;
  }

  /** undefined where the platform has no cache, and where GOMODCACHE has everything already (a runner that stays). */
  static open(options: CiCacheOptions, plan: WarmPlan): CiCache | undefined {
    const service = options.platform.cache;
    if (service === undefined) return undefined;
    const isThere = missingOf(options.cache, wantedSums(plan.sums, plan.wanted)).length === 0;
    return isThere ? undefined : new CiCache(options, service, plan);
  }

  get rejected(): Restored["rejected"] {
    return this.#restored?.rejected ?? [];
  }

  /** `path@version` of what was restored, and so is known to be right. */
  get verified(): ReadonlySet<string> {
    return this.#restored?.verified ?? new Set();
  }

  /** Restores what there is; `prepared` keeps the trees of zips that are right. */
  async restore(prepared?: PreparedTrees): Promise<void> {
    const { cwd, cache, keyPrefix } = this.#options;
    const hasher: Hasher = openHasher();
    try {
      this.#restored = await restoreModules({
        service: this.#service,
        cwd,
        cache,
        key: this.#key,
        prefix: `${keyPrefix}-`,
        sums: this.#plan.sums,
        hasher,
        prepared,
      });
    } finally {
      await hasher.close();
    }
  }

  facts(save: SaveInput): CiCacheFacts {
    const { key, modules, bytes, rejected, restoreSeconds, verifySeconds, measured } = this.#restored!;
    const download = downloadSeconds(measured, bytes);
    const { save: willSave, reason } = this.#decision(save);
    return {
      key: this.#key,
      restoredKey: key ?? null,
      exact: key === this.#key,
      modules,
      bytes,
      rejected: rejected.length,
      restoreSeconds,
      verifySeconds,
      downloadSeconds: download ?? null,
      paysOff: download === undefined ? null : restoreSeconds + verifySeconds < download,
      willSave,
      reason,
    };
  }

  #decision(save: SaveInput): SaveDecision {
    const { trigger } = this.#options.platform;
    return decideSave({ save, trigger, key: this.#key, restoredKey: this.#restored?.key });
  }

  /** What the post step needs; undefined when nothing is to be saved. */
  async order(
    save: SaveInput,
    plan: WarmPlan,
    downloaded: Measured | undefined,
  ): Promise<Record<string, unknown> | undefined> {
    if (!this.#decision(save).save) return undefined;
    const { cache } = this.#options;
    const file = join(cache, "cache", `${this.#key}.json`);
    const measured = better(downloaded, this.#restored?.measured);
    await writeOrder(file, saveOrder(plan, { cache, key: this.#key, measured }));
    return { order: file };
  }
}
