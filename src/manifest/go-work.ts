import { dirname, join, resolve } from "node:path";
import { loadProject } from "../modgraph/project.ts";
import type { ManifestContext } from "./context.ts";
import { addGoMod, addLocalReplaces, addSums } from "./go-mod.ts";
import { addGraph } from "./graph.ts";
import { namedToolchain } from "./toolchain.ts";

/**
 * Adds what a workspace needs: each of its modules built by itself (GOWORK=off), and all together, for which the
 * whole module graph counts. Without a source go.work.sum stands in for what the workspace selects beyond its modules.
 */
export async function addGoWork(context: ManifestContext, name: string): Promise<void> {
  const { cwd, sums, builder, source } = context;
  const sumName = `${name}.sum`;
  await sums.readIfPresent(resolve(cwd, sumName), sumName);
  const project = await loadProject(resolve(cwd, dirname(name)));
  const work = project.work!;
  const names = work.use.map((use) => join(dirname(name), use.path, "go.mod"));
  // All hashes first: what one module's go.sum lacks another's, or go.work.sum, may have.
  for (const goMod of names) {
    const goSum = join(dirname(goMod), "go.sum");
    await sums.readIfPresent(resolve(cwd, goSum), goSum);
  }
  const workspace = new Set(project.main.keys());
  for (const goMod of names) await addGoMod(context, goMod, workspace);
  addLocalReplaces(context, work.replace, name);
  const toolchain = namedToolchain(work);
  if (toolchain !== undefined)
    builder.addToolchain({ name: toolchain.name, from: `${name}:${toolchain.line}` });
  if (source !== undefined) await addGraph(context, { project, source, name });
  addSums(context, sumName, source === undefined ? "zip" : "mod");
}
