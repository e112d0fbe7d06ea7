import { ModuleGraph } from "../modgraph/module-graph.ts";
import type { ModuleSource } from "../modgraph/module-source.ts";
import type { Project } from "../modgraph/project.ts";
import { ModuleSummaries } from "../modgraph/summaries.ts";
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
  const graph = await ModuleGraph.read(project, new ModuleSummaries(project, source));
  for (const module of graph.buildList()) addSelected(context, { project, module, from: name });
  for (const module of graph.readModules()) {
    const actual = project.replacements.actual(module);
    if (actual.version !== "") context.builder.add({ module: actual, needs: "mod", from: name });
  }
}
