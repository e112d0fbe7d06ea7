import { compareBytewise } from "../base/bytewise.ts";
import { ModwharfError } from "../base/errors.ts";
import { sortNames } from "../dirhash/names.ts";
import { formatModulesTxt, type VendoredModule } from "../modfile/modules-txt.ts";
import { isGoAtLeast, type Project } from "../modgraph/project.ts";
import { Requirements } from "../modgraph/requirements.ts";
import type { ModuleSummaries } from "../modgraph/summaries.ts";
import { compareModuleVersions, formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import { checkFilePath } from "../module/path.ts";
import { foldString } from "../module/unicode/fold.ts";
import { Collisions } from "../zip/collisions.ts";
import type { ModuleTree } from "./module-tree.ts";
import type { Modules } from "./modules.ts";
import { VendoredFiles } from "./package-files.ts";
import { type LoadedPackage, loadPackages } from "./packages.ts";

/** What a vendor directory has to be. */
export interface VendorPlan {
  /** The text of modules.txt; "" when there is nothing to vendor, and then no vendor directory either. */
  readonly modulesTxt: string;
  readonly vendored: VendoredFiles;
  /** The modules that files come from. */
  readonly modules: readonly ModuleVersion[];
}

/**
 * Works out what `go mod vendor` (in a workspace `go work vendor`) of go 1.26 writes. Throws PACKAGES_UNLOADABLE
 * where it would fail, HASH_MISMATCH for modules that differ from go.sum.
 */
export async function planVendor(project: Project, modules: Modules): Promise<VendorPlan> {
  const requirements = new Requirements(project, modules.summaries);
  if (!requirements.isPruned) await requirements.graph();
  const packages = groupByModule(await loadPackages(project, modules, requirements));
  const providers = [...packages.values()].map(([first]) => first!.module);
  refuseFoldedPaths(providers);
  await requirements.checkConsistent(providers);
  const vendored = new VendoredFiles((version) => isGoAtLeast(project, version));
  const sections: VendoredModule[] = [];
  const listed = listedModules(project, providers);
  const goVersions = await Promise.all(
    listed.map(({ module: { path } }) =>
      goVersionOfModule(project, modules.summaries, { path, requirements }),
    ),
  );
  for (const [i, { module, isExplicit }] of listed.entries()) {
    const loaded = packages.get(formatModuleVersion(module)) ?? [];
    sections.push({
      ...section(module, project),
      explicit: isExplicit,
      goVersion: goVersions[i]!,
      packages: loaded.map(({ path }) => path),
    });
    for (const entry of loaded) await vendored.add(entry);
  }
  refuseNames(vendored);
  sections.push(...unusedReplacements(project, sections));
  const modulesTxt = formatModulesTxt({ workspace: project.work !== undefined, modules: sections });
  return { modulesTxt, vendored, modules: providers };
}

/** The packages of each module in rising order of their paths. */
function groupByModule(packages: ReadonlyMap<string, LoadedPackage>): Map<string, LoadedPackage[]> {
  const groups = new Map<string, LoadedPackage[]>();
  for (const path of sortNames([...packages.keys()])) {
    const loaded = packages.get(path)!;
    const key = formatModuleVersion(loaded.module);
    groups.set(key, [...(groups.get(key) ?? []), loaded]);
  }
  return groups;
}

interface ListedModule {
  readonly module: ModuleVersion;
  readonly isExplicit: boolean;
}

/** Those that provide packages and, from go 1.14, all that a main module requires; sorted. */
function listedModules(project: Project, providers: readonly ModuleVersion[]): ListedModule[] {
  const listed = new Map<string, ListedModule>();
  for (const module of providers) listed.set(formatModuleVersion(module), { module, isExplicit: false });
  for (const { goMod } of hasAnnotations(project) ? project.main.values() : []) {
    for (const { module } of goMod.require)
      listed.set(formatModuleVersion(module), { module, isExplicit: true });
  }
  return [...listed.values()].sort(
    (a, b) =>
      compareModuleVersions(a.module, b.module) || compareBytewise(a.module.version, b.module.version),
  );
}

/** Without a go directive `go` writes modules.txt as go 1.13 did. */
function hasAnnotations(project: Project): boolean {
  const hasGoVersion = project.work !== undefined || [...project.main.values()][0]!.goMod.go !== undefined;
  return hasGoVersion && isGoAtLeast(project, "1.14");
}

function section(module: ModuleVersion, project: Project): VendoredModule {
  const replacement = project.replacements.of(module);
  if (replacement !== undefined && /^(?:\.\/)?vendor(?:\/|$)/.test(replacement.path)) {
    throw new ModwharfError("USAGE", "a replacement lies inside the vendor directory", {
      subject: `${formatModuleVersion(module)} => ${replacement.path}`,
      fix: "move the directory out of vendor/",
    });
  }
  return { module, replacement, explicit: false, goVersion: "", packages: [], line: 0 };
}

/** The go version that the selected version of a module declares; "" where modules.txt names none. */
async function goVersionOfModule(
  project: Project,
  summaries: ModuleSummaries,
  { path, requirements }: { path: string; requirements: Requirements },
): Promise<string> {
  if (!isGoAtLeast(project, "1.17")) return "";
  const main = project.main.get(path);
  if (main !== undefined) return main.goMod.go?.version ?? "";
  const version = await requirements.selected(path);
  if (version === undefined) return "";
  // A module that is only listed may lack its line in go.sum; outside of workspaces go leaves its version out then.
  const module = { path, version };
  if (project.work === undefined && !summaries.has(module)) return "";
  return (await summaries.of(module)).goVersion;
}

/** Replacements that no listed module uses, and those of all versions: only by them `go` can tell a stale vendor. */
function unusedReplacements(project: Project, sections: readonly VendoredModule[]): VendoredModule[] {
  if (!hasAnnotations(project)) return [];
  const written = new Set(sections.map(({ module }) => formatModuleVersion(module)));
  const unused: VendoredModule[] = [];
  for (const { old } of project.replacements.directives) {
    if (written.has(formatModuleVersion(old))) continue;
    written.add(formatModuleVersion(old));
    const entry = section(old, project);
    if (entry.replacement !== undefined) unused.push(entry);
  }
  return unused;
}

/**
 * A list of hashes proves contents and says nothing about names. `go` refuses a zip that holds names which lead
 * elsewhere or fall together on some file systems; of what nobody vouches for, only names that lead elsewhere.
 */
function refuseNames({ files }: VendoredFiles): void {
  const collisions = new Map<ModuleTree, Collisions>();
  for (const [path, { module, tree, source }] of files) {
    checkFilePath(path);
    if (!collisions.has(tree)) collisions.set(tree, new Collisions());
    const collision = tree.isLocal ? undefined : collisions.get(tree)!.check(source, false);
    if (collision === undefined) continue;
    throw new ModwharfError("ZIP_INVALID", "vendored files must not fall together", {
      subject: formatModuleVersion(module),
      actual: collision,
      fix: "do not use this version: go refuses its zip",
    });
  }
}

/** Two paths that differ in case alone would share a directory on some file systems. */
function refuseFoldedPaths(modules: readonly ModuleVersion[]): void {
  const folded = new Map<string, string>();
  for (const { path } of modules) {
    const other = folded.get(foldString(path)) ?? path;
    folded.set(foldString(path), path);
    if (other === path) continue;
    throw new ModwharfError("PACKAGES_UNLOADABLE", "module paths differ in case alone", {
      subject: other,
      actual: path,
      fix: "import the module by one spelling of its path",
    });
  }
}
