import { ModwharfError } from "../base/errors.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import { matchModule } from "../policy/patterns.ts";
import { inRange, problemOfRange } from "../policy/version-range.ts";

/** Modules by path pattern, and optionally by version: `golang.org/x/...`, `example.com/m@<v1.2.0`. */
export class ModulePatterns {
  readonly #patterns: readonly { readonly path: string; readonly range: string; readonly text: string }[];

  /** Patterns and ranges are those of the policy file. Throws USAGE for a malformed range. */
  constructor(patterns: readonly string[]) {
    this.#patterns = patterns.map((text) => {
      const at = text.indexOf("@");
      const range = at < 0 ? "*" : text.slice(at + 1);
      const problem = problemOfRange(range);
      if (at === 0 || text === "" || problem !== undefined) throw malformed(text, problem);
      return { path: at < 0 ? text : text.slice(0, at), range, text };
    });
  }

  get isEmpty(): boolean {
    return this.#patterns.length === 0;
  }

  /** The first pattern that covers a module version, as it was written. */
  match({ path, version }: ModuleVersion): string | undefined {
    return this.#patterns.find((one) => matchModule(one.path, path) && inRange(version, one.range))?.text;
  }
}

function malformed(text: string, problem: string | undefined): ModwharfError {
  return new ModwharfError("USAGE", "a module pattern is malformed", {
    subject: text,
    expected:
      "a path pattern such as golang.org/x/..., optionally with @ and a range such as @>=v1.2.0 <v2.0.0",
    actual: problem,
  });
}

/** Which modules may be copied at all. */
export interface MirrorRules {
  /** Empty lets every module pass. */
  readonly allow: ModulePatterns;
  readonly deny: ModulePatterns;
}

/** Why a module may not be copied; undefined when it may. A denied module stays denied when it is allowed too. */
export function refusalOf(module: ModuleVersion, { allow, deny }: MirrorRules): string | undefined {
  const denied = deny.match(module);
  if (denied !== undefined) return `${formatModuleVersion(module)} is denied by ${denied}`;
  if (allow.isEmpty || allow.match(module) !== undefined) return undefined;
  return `${formatModuleVersion(module)} is on no allow list`;
}
