/** Runs at most `limit` tasks at once; the others wait their turn, first come first served. */
export class Pool {
  readonly #limit: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** `limit` is at least 1. */
  constructor(limit: number) {
    this.#limit = Math.max(1, limit);
  }

  /** Runs `task` as soon as there is room; resolves or rejects as the task does. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#limit) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await task();
    } finally {
      // The place passes on directly, so that a newcomer cannot slip in between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}

/**
 * Promise.all, but it waits for the end of all even when one fails: for tasks that write into a folder, or with a
 * worker, which the caller removes next.
 */
export async function allOf<T extends readonly unknown[]>(
  promises: {
    readonly [K in keyof T]: Promise<T[K]>;
  },
): Promise<T> {
  await Promise.allSettled(promises);
  return (await Promise.all(promises)) as unknown as T;
}
