import type { GoMod } from "../modfile/go-mod.ts";
import { isPrunedAt } from "../modfile/go-version.ts";
import { isDirectoryPath, type ReplaceDirective } from "../modfile/replace.ts";
import type { ModuleVersion } from "../module/module-version.ts";

/** `isPrunedAt` of a go.mod's go line. */
export function isPruned({ go }: GoMod): boolean {
  return isPrunedAt(go?.version);
}

const replacements = new WeakMap<GoMod, Map<string, ReplaceDirective[]>>();

/** What a replace directive puts in a module's place; undefined for a folder. The go.mod must not change any more. */
export function builtAs(goMod: GoMod, module: ModuleVersion): ModuleVersion | undefined {
  let byPath = replacements.get(goMod);
  if (byPath === undefined) {
    byPath = groupBy(goMod.replace, (replace) => replace.old.path);
    replacements.set(goMod, byPath);
  }
  const matching = byPath.get(module.path) ?? [];
  const replace =
    matching.find((entry) => entry.old.version === module.version) ??
    matching.find((entry) => entry.old.version === "");
  if (replace === undefined) return module;
  return replace.new.version === "" && isDirectoryPath(replace.new.path) ? undefined : replace.new;
}

function groupBy<T>(list: readonly T[], keyOf: (entry: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const entry of list) {
    const group = groups.get(keyOf(entry));
    if (group === undefined) groups.set(keyOf(entry), [entry]);
    else group.push(entry);
  }
  return groups;
}
