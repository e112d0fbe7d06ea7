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
