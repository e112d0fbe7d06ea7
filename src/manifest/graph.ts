import { ModuleGraph } from "../vendor/module-graph.ts";
import type { ModuleSource } from "../vendor/module-source.ts";
import { Modules } from "../vendor/modules.ts";
import type { Project } from "../vendor/project.ts";
import type { ManifestContext } from "./context.ts";
import { addSelected } from "./selected.ts";

export interface GraphOf {
  readonly project: Project;
  readonly source: ModuleSource;
  /** How the go.mod or go.work is shown. */
  readonly name: string;
}

/**
 * Reads the module graph (minimal version selection) and asks for each selected version, and for the go.mod of each
 * version on the way. Throws PACKAGES_UNLOADABLE where go.sum lacks the hash of a go.mod, and what the source throws.
 */
export async function addGraph(context: ManifestContext, { project, source, name }: GraphOf): Promise<void> {
  const modules = new Modules(project, source);
  try {
    const graph = await ModuleGraph.read(project, modules);
    for (const module of graph.buildList()) addSelected(context, { project, module, from: name });
    for (const module of graph.readModules()) {
      const actual = modules.actual(module);
      if (actual.version !== "") context.builder.add({ module: actual, needs: "mod", from: name });
    }
  } finally {
    modules.close();
  }
}
