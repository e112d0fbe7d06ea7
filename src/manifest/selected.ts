import type { Project } from "../modgraph/project.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import type { ManifestContext } from "./context.ts";

/** A version that the build list of a project has, before replacement. */
export interface Selected {
  readonly project: Project;
  readonly module: ModuleVersion;
  readonly from: string;
  readonly isDirect?: boolean;
  /** Paths of the workspace's modules: without a hash in go.sum such a version is not published, and never fetched. */
  readonly workspace?: ReadonlySet<string> | undefined;
}

/**
 * Asks for a selected version, or for what replaces it. Its go.mod is enough where go.sum has the hash of that alone:
 * then no package of it is imported, or go.sum would have the other line too. With the whole graph it is not, which
 * `go list -m all` asks for every `.info` of and `go get` looks for packages in.
 */
export function addSelected({ builder, sums, wholeGraph }: ManifestContext, selected: Selected): void {
  const { project, module, from, isDirect = false } = selected;
  if (project.main.has(module.path)) return;
  const replacement = project.replacements.of(module);
  if (replacement?.version === "") return;
  const fetched = replacement ?? module;
  const { h1, goModH1 } = sums.of(fetched);
  if (goModH1 === undefined && selected.workspace?.has(fetched.path)) return;
  const needs = !wholeGraph && h1 === undefined && goModH1 !== undefined ? "mod" : "zip";
  builder.add({ module: fetched, needs, from, isDirect, replaces: replacement && module });
}
