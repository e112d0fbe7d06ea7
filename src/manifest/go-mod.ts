import { dirname, join, resolve } from "node:path";
import type { ReplaceDirective } from "../modfile/replace.ts";
import {
  isGoAtLeast,
  loadProject,
  type MainModule,
  type Project,
  requirementsOf,
} from "../modgraph/project.ts";
import { compareVersions } from "../module/version.ts";
import type { ManifestContext } from "./context.ts";
import { addGraph } from "./graph.ts";
import { addSelected } from "./selected.ts";
import { namedToolchain } from "./toolchain.ts";

/**
 * Adds what a build of go.mod's main module needs (go.dev/ref/mod#graph-pruning). From go 1.17 go.mod lists every
 * module that provides a package, which is also what `go mod download` fetches; before, it is the whole build list,
 * for which the go.mod files of the module graph are read. What go.sum beside it has more takes part in the graph
 * only: its go.mod files. Without a source the go.sum of an old module stands in for its build list.
 */
export async function addGoMod(
  context: ManifestContext,
  name: string,
  workspace?: ReadonlySet<string>,
): Promise<void> {
  const { cwd, sums, source, wholeGraph } = context;
  const sumName = join(dirname(name), "go.sum");
  await sums.readIfPresent(resolve(cwd, sumName), sumName);
  const project = await loadProject(resolve(cwd, dirname(name)), { workspace: false });
  const [main] = project.main.values();
  addMain(context, main!, name);
  addLocalReplaces(context, main!.goMod.replace, name);
  addListed(context, { project, name, workspace });
  const isPruned = isGoAtLeast(project, "1.17");
  const readsGraph = source !== undefined && (wholeGraph || !isPruned);
  if (readsGraph) await addGraph(context, { project, source, name });
  if (isPruned || !readsGraph) addSums(context, sumName, isPruned ? "mod" : "zip");
}

function addMain({ builder }: ManifestContext, { path, goMod }: MainModule, name: string): void {
  const requires = goMod.require.map(({ module, indirect }) => ({ module, isDirect: !indirect }));
  builder.addMain({ path, goVersion: goMod.go?.version ?? "", file: name, requires });
  const toolchain = namedToolchain(goMod);
  if (toolchain !== undefined)
    builder.addToolchain({ name: toolchain.name, from: `${name}:${toolchain.line}` });
}

/** Names the directories that replace modules. */
export function addLocalReplaces(
  { builder }: ManifestContext,
  directives: readonly ReplaceDirective[],
  name: string,
): void {
  for (const { old, new: target, position } of directives) {
    if (target.version !== "") continue;
    builder.addLocal({ module: old, directory: target.path, from: `${name}:${position.line}` });
  }
}

interface Listing {
  readonly project: Project;
  readonly name: string;
  readonly workspace: ReadonlySet<string> | undefined;
}

function addListed(context: ManifestContext, { project, name, workspace }: Listing): void {
  const [main] = project.main.values();
  const highest = new Map<string, string>();
  for (const { path, version } of requirementsOf(project, main!)) {
    const known = highest.get(path);
    if (known === undefined || compareVersions(known, version) < 0) highest.set(path, version);
  }
  for (const { module, indirect, position } of main!.goMod.require) {
    if (highest.get(module.path) !== module.version) continue;
    const from = `${name}:${position.line}`;
    addSelected(context, { project, module, from, isDirect: !indirect, workspace });
  }
}

/** Asks for what a go.sum that was read has; `most` is what a zip's hash stands for. */
export function addSums({ cwd, sums, builder }: ManifestContext, sumName: string, most: "zip" | "mod"): void {
  for (const { module, h1, from } of sums.entriesOf(resolve(cwd, sumName))) {
    builder.add({ module, needs: h1 === undefined ? "mod" : most, from });
  }
}
