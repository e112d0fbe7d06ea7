import { join } from "node:path";
import { readIfPresent } from "../base/files.ts";
import type { EntryMode } from "../dirhash/walk.ts";
import { parseModulesTxt, type VendoredModule } from "../modfile/modules-txt.ts";
import { ModfileSyntaxError } from "../modfile/problem.ts";
import type { MissingModules } from "../modgraph/summaries.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import { DirectoryTree } from "./directory-tree.ts";
import type { ModuleTree } from "./module-tree.ts";

/**
 * What a vendor directory itself says about modules whose replacement directory is not on this machine: nothing
 * else is known of them, and nothing of it is proven. It keeps the other modules verifiable.
 */
export class StandIns implements MissingModules {
  readonly #vendorDir: string;
  readonly #sections: ReadonlyMap<string, VendoredModule>;

  /** Reads the directory's modules.txt; one that cannot be parsed says nothing. */
  static async read(vendorDir: string): Promise<StandIns> {
    const file = join(vendorDir, "modules.txt");
    try {
      return new StandIns(vendorDir, parseModulesTxt(file, (await readIfPresent(file)) ?? "").modules);
    } catch (error) {
      if (error instanceof ModfileSyntaxError) return new StandIns(vendorDir, []);
      throw error;
    }
  }

  private constructor(vendorDir: string, sections: readonly VendoredModule[]) {
    this.#vendorDir = vendorDir;
    this.#sections = new Map(sections.map((section) => [formatModuleVersion(section.module), section]));
  }

  tree(module: ModuleVersion): ModuleTree {
    const packages = this.#sections.get(formatModuleVersion(module))?.packages ?? [];
    return new StandInTree(
      join(this.#vendorDir, module.path),
      packages.map((path) => path.slice(module.path.length + 1)),
    );
  }

  /** The go version that modules.txt states. */
  goVersion(module: ModuleVersion): string {
    return this.#sections.get(formatModuleVersion(module))?.goVersion ?? "";
  }
}

/** The module's part of the vendor directory, in which other modules may stand too. */
class StandInTree extends DirectoryTree implements ModuleTree {
  readonly #packages: ReadonlySet<string>;

  constructor(root: string, packages: readonly string[]) {
    super(root);
    this.#packages = new Set(packages);
  }

  /** Go files only in the packages that modules.txt lists: others are those of another module. */
  override list(dir: string): ReadonlyMap<string, EntryMode> | undefined {
    const entries = super.list(dir);
    if (entries === undefined || this.#packages.has(dir)) return entries;
    return new Map([...entries].filter(([name]) => !name.endsWith(".go")));
  }
}
