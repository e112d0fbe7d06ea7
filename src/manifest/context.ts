import type { ModuleSource } from "../modgraph/module-source.ts";
import type { ModuleSetBuilder } from "./module-set.ts";
import type { SumIndex } from "./sum-index.ts";

/** What reading one manifest works with. */
export interface ManifestContext {
  /** Where relative names start. Absolute. */
  readonly cwd: string;
  readonly sums: SumIndex;
  readonly builder: ModuleSetBuilder;
  /** Gives go.mod files of dependencies; undefined to work from go.sum alone. */
  readonly source: ModuleSource | undefined;
  /** Asks for whole versions of all that the module graph selects. */
  readonly wholeGraph: boolean;
}
