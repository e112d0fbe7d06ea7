import { join } from "node:path";
import { readFileOrNothing } from "../base/files.ts";
import { parseModulesTxt } from "../modfile/modules-txt.ts";
import type { Project } from "../modgraph/project.ts";
import type { ModuleVersion } from "../module/module-version.ts";

/**
 * The modules that loading packages will probably ask for: those that an existing modules.txt lists packages of, else
 * those that go.mod requires. A guess, good for reading them early and side by side; nothing else may rest on it.
 */
export function likelyModules({ main, work }: Project, vendorDir: string): ModuleVersion[] {
  const vendored = readQuietly(join(vendorDir, "modules.txt"));
  if (vendored.length > 0) return vendored;
  // In a workspace other versions may be selected than its modules ask for.
  if (work !== undefined) return [];
  return [...main.values()].flatMap(({ goMod }) => goMod.require.map(({ module }) => module));
}

/** What is wrong with the file, comparing it will show. */
function readQuietly(file: string): ModuleVersion[] {
  try {
    const { modules } = parseModulesTxt(file, readFileOrNothing(file) ?? "");
    return modules.filter(({ packages }) => packages.length > 0).map(({ module }) => module);
  } catch {
    return [];
  }
}
