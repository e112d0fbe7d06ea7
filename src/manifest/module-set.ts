import { compareModuleVersions, formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import type { SumIndex } from "./sum-index.ts";

/** A module version that a build needs, as it is fetched. */
export interface NeededModule {
  /** What is downloaded: for a replaced module its replacement. */
  readonly module: ModuleVersion;
  /** `mod`: the module takes part in the module graph only, so its go.mod is enough. */
  readonly needs: "zip" | "mod";
  /** go.sum's hash of the zip; undefined when no go.sum that was read has it. */
  readonly h1: string | undefined;
  /** go.sum's hash of the go.mod; undefined when no go.sum that was read has it. */
  readonly goModH1: string | undefined;
  /** The line that asked for it first: `go.mod:12`. */
  readonly from: string;
  /** True when a main module requires it without `// indirect`. */
  readonly isDirect: boolean;
  /** The module that is required where this one replaces it; the go.mod may then declare either path. */
  readonly replaces: ModuleVersion | undefined;
}

/** A module that a directory on this machine stands in for: nothing to fetch, and nothing to verify it by. */
export interface LocalReplace {
  /** Version "" when every version is replaced. */
  readonly module: ModuleVersion;
  /** As the manifest writes it. */
  readonly directory: string;
  readonly from: string;
}

/** A module that the manifests are about. */
export interface MainModule {
  readonly path: string;
  /** "" without a go directive. */
  readonly goVersion: string;
  readonly file: string;
  readonly requires: readonly Requirement[];
}

/** A requirement of a main module's own, as go.mod writes it: before replacement and before versions are selected. */
export interface Requirement {
  readonly module: ModuleVersion;
  /** Without `// indirect`. */
  readonly isDirect: boolean;
}

/** A toolchain that a go.mod or go.work names, such as go1.22.3. */
export interface NamedToolchain {
  readonly name: string;
  readonly from: string;
}

/** What manifests ask for, in one list. */
export interface ModuleSet {
  /** Each version once, sorted by path and version. */
  readonly modules: readonly NeededModule[];
  readonly localReplaces: readonly LocalReplace[];
  readonly main: readonly MainModule[];
  readonly toolchains: readonly NamedToolchain[];
  /** Every hash of the go.sum files that belong to the manifests. */
  readonly sums: SumIndex;
  /** The manifests, as they were named. */
  readonly files: readonly string[];
}

/** One line's wish. */
export interface Wish {
  readonly module: ModuleVersion;
  readonly needs: "zip" | "mod";
  readonly from: string;
  readonly isDirect?: boolean;
  readonly replaces?: ModuleVersion | undefined;
}

/** Collects what several manifests ask for. */
export class ModuleSetBuilder {
  readonly #wishes = new Map<string, Wish>();
  readonly #local = new Map<string, LocalReplace>();
  readonly #main = new Map<string, MainModule>();
  readonly #toolchains = new Map<string, NamedToolchain>();
  readonly #sums: SumIndex;

  constructor(sums: SumIndex) {
    this.#sums = sums;
  }

  /** Asks for a module version; who asks for more wins, who asks first is named. */
  add(wish: Wish): void {
    const key = formatModuleVersion(wish.module);
    const known = this.#wishes.get(key);
    this.#wishes.set(key, known === undefined ? wish : merged(known, wish));
  }

  addLocal(local: LocalReplace): void {
    const key = `${formatModuleVersion(local.module)} ${local.directory}`;
    if (!this.#local.has(key)) this.#local.set(key, local);
  }

  addMain(main: MainModule): void {
    this.#main.set(main.file, main);
  }

  addToolchain(toolchain: NamedToolchain): void {
    if (!this.#toolchains.has(toolchain.name)) this.#toolchains.set(toolchain.name, toolchain);
  }

  build(files: readonly string[]): ModuleSet {
    const modules = [...this.#wishes.values()].map(({ module, needs, from, isDirect = false, replaces }) => {
      const { h1, goModH1 } = this.#sums.of(module);
      return { module, needs, h1, goModH1, from, isDirect, replaces };
    });
    return {
      modules: modules.sort((a, b) => compareModuleVersions(a.module, b.module)),
      localReplaces: [...this.#local.values()].sort((a, b) => compareModuleVersions(a.module, b.module)),
      main: [...this.#main.values()],
      toolchains: [...this.#toolchains.values()],
      sums: this.#sums,
      files,
    };
  }
}

function merged(first: Wish, second: Wish): Wish {
  const stronger = first.needs === "mod" && second.needs === "zip" ? second : first;
  return {
    ...stronger,
    isDirect: (first.isDirect ?? false) || (second.isDirect ?? false),
    replaces: first.replaces ?? second.replaces,
  };
}
