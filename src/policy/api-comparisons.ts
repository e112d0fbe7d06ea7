import { type ApiComparison, apiChanges } from "./api-change.ts";
import { sourceBudget } from "./compared-packages.ts";
import type { ModuleSnapshot, RepositorySnapshot } from "./snapshot.ts";

const nothing: ApiComparison = { changes: [], left: [] };

/** The comparisons of the modules of a change, each made once for all rules, and one after the other for the memory. */
export class ApiComparisons {
  readonly #base: RepositorySnapshot;
  readonly #head: RepositorySnapshot;
  readonly #budget = sourceBudget();
  readonly #known = new Map<ModuleSnapshot, Promise<ApiComparison>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(base: RepositorySnapshot, head: RepositorySnapshot) {
    this.#base = base;
    this.#head = head;
  }

  /** A module without counterpart, or of another major, has nothing to compare. */
  of(module: ModuleSnapshot, before: ModuleSnapshot | undefined): Promise<ApiComparison> {
    const known = this.#known.get(module);
    if (known !== undefined) return known;
    const comparison =
      before === undefined || before.path !== module.path
        ? Promise.resolve(nothing)
        : this.#last.then(() => this.#compare(module, before));
    this.#last = comparison.catch(() => {});
    this.#known.set(module, comparison);
    return comparison;
  }

  /** What those that were asked for had to leave out, one sentence each. */
  async left(): Promise<string[]> {
    return (await Promise.all(this.#known.values())).flatMap(({ left }) => left);
  }

  #compare(module: ModuleSnapshot, before: ModuleSnapshot): Promise<ApiComparison> {
    const [base, head] = [this.#base, this.#head];
    return apiChanges({ repository: base, module: before }, { repository: head, module }, this.#budget);
  }
}
