import { existsSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import type { GoMod } from "../modfile/go-mod.ts";
import type { GoWork } from "../modfile/go-work.ts";
import type { ReplaceDirective } from "../modfile/replace.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";

/** A module that has replace directives of its own, and where their relative paths start. */
interface Replacer {
  readonly path: string;
  readonly dir: string;
  readonly goMod: GoMod;
}

/** The replace directives that hold for a project; those of go.work win over those of its modules. */
export class MainReplacements {
  readonly #root: string;
  readonly #main: ReadonlySet<string>;
  readonly #work: ReadonlyMap<string, ModuleVersion>;
  readonly #modules: ReadonlyMap<string, ModuleVersion>;
  /** Every directive in the order in which modules.txt lists those that nothing uses. */
  readonly directives: readonly ReplaceDirective[];

  /** Throws USAGE for directives that contradict each other. */
  constructor(root: string, work: GoWork | undefined, modules: readonly Replacer[]) {
    this.#root = root;
    this.#main = new Set(modules.map(({ path }) => path));
    this.#work = indexed((work?.replace ?? []).map((directive) => ({ directive, target: directive.new })));
    this.#modules = indexed(
      modules.flatMap(({ dir, goMod }) =>
        goMod.replace.map((directive) => ({
          directive,
          target: work === undefined ? directive.new : this.#fromRoot(directive.new, dir),
        })),
      ),
      this.#work,
    );
    this.directives = [...(work?.replace ?? []), ...modules.flatMap(({ goMod }) => goMod.replace)];
  }

  /**
   * What replaces a module version, or all versions when `module` has none: a module version, or a directory (as
   * modules.txt names it) with version "". undefined when nothing does.
   */
  of(module: ModuleVersion): ModuleVersion | undefined {
    if (module.version === "" && this.#main.has(module.path)) return undefined;
    return lookUp(this.#work, module) ?? lookUp(this.#modules, module);
  }

  /** The module itself or what replaces it. */
  actual(module: ModuleVersion): ModuleVersion {
    return this.of(module) ?? module;
  }

  /** True for a replacement by a directory that does not exist. */
  isMissing(replacement: ModuleVersion): boolean {
    return replacement.version === "" && !existsSync(this.directoryOf(replacement));
  }

  /** The absolute path of a replacement's directory. */
  directoryOf(replacement: ModuleVersion): string {
    return resolve(this.#root, replacement.path);
  }

  /** A directory of a module's go.mod as seen from go.work (modload canonicalizeReplacePath). */
  #fromRoot(target: ModuleVersion, dir: string): ModuleVersion {
    if (target.version !== "" || isAbsolute(target.path)) return target;
    const path = relative(this.#root, join(dir, target.path)).replaceAll("\\", "/");
    const isPlain = path === "." || path === ".." || path.startsWith("./") || path.startsWith("../");
    return { path: path === "" ? "." : isPlain ? path : `./${path}`, version: "" };
  }
}

function lookUp(
  replacements: ReadonlyMap<string, ModuleVersion>,
  module: ModuleVersion,
): ModuleVersion | undefined {
  return replacements.get(formatModuleVersion(module)) ?? replacements.get(module.path);
}

interface Resolved {
  readonly directive: ReplaceDirective;
  readonly target: ModuleVersion;
}

function indexed(
  resolved: readonly Resolved[],
  overriding: ReadonlyMap<string, ModuleVersion> = new Map(),
): ReadonlyMap<string, ModuleVersion> {
  const index = new Map<string, ModuleVersion>();
  const overridden = new Set([...overriding.keys()].map((key) => key.split("@")[0]!));
  for (const { directive, target } of resolved) {
    const key = formatModuleVersion(directive.old);
    const known = index.get(key);
    const differs = known !== undefined && formatModuleVersion(known) !== formatModuleVersion(target);
    if (differs && !overridden.has(directive.old.path)) {
      throw new ModwharfError("USAGE", "conflicting replacements", {
        subject: key,
        expected: formatModuleVersion(known),
        actual: formatModuleVersion(target),
        fix: "keep one of them; in a workspace, let go.work decide with a replace directive of its own",
      });
    }
    index.set(key, known ?? target);
  }
  return index;
}
