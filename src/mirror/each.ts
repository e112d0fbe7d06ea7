import { Pool } from "../base/pool.ts";
import type { NeededModule } from "../manifest/module-set.ts";
import { errorOfFailures, type Failure } from "./failures.ts";

export interface EachOptions {
  /** Versions under way at once. Default 32. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal | undefined;
  /** Told of each version that is done. */
  readonly progress?: (done: number, all: number) => void;
}

/**
 * Does something for every module, several at once, and returns the results in their order. One module's failure does
 * not keep the others away; at the end it is thrown, an integrity error before all others.
 */
export async function forEachModule<T>(
  modules: readonly NeededModule[],
  { concurrency = 32, signal, progress }: EachOptions,
  task: (needed: NeededModule) => Promise<T>,
): Promise<T[]> {
  const pool = new Pool(concurrency);
  const failures: Failure[] = [];
  let done = 0;
  const attempt = async (needed: NeededModule) => {
    try {
      signal?.throwIfAborted();
      return [await task(needed)];
    } catch (error) {
      failures.push({ module: needed.module, error });
      return [];
    } finally {
      progress?.(++done, modules.length);
    }
  };
  const results = await Promise.all(modules.map((needed) => pool.run(() => attempt(needed))));
  signal?.throwIfAborted();
  if (failures.length > 0) throw errorOfFailures(failures);
  return results.flat();
}
