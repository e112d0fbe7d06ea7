import { join } from "node:path";
import type { ModuleSource } from "../modgraph/module-source.ts";
import type { Project } from "../modgraph/project.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import { compareVendor, type VendorDifference } from "./compare.ts";
import { likelyModules } from "./likely-modules.ts";
import type { ModuleTree } from "./module-tree.ts";
import { Modules } from "./modules.ts";
import { planVendor, type VendorPlan } from "./plan.ts";
import type { StandIns } from "./stand-in.ts";
import { VendoredCopies } from "./vendored-copies.ts";
import { recoverVendor, writeVendor } from "./write.ts";

/** What was vendored, or compared. */
export interface VendorFacts {
  /** Absolute path of the vendor directory. */
  readonly dir: string;
  /** Modules that provide packages, and files without modules.txt. */
  readonly modules: number;
  readonly files: number;
  /** Those of the modules that come from a directory on this machine, which no go.sum covers. */
  readonly local: readonly ModuleVersion[];
}

export interface VendorOptions {
  readonly project: Project;
  readonly source: ModuleSource;
  /** Where the directory is; vendor/ in the project's root by default. */
  readonly target?: string;
  readonly signal?: AbortSignal;
  /** For modules whose replacement directory is missing, believe the vendor directory; for checks alone. */
  readonly standIns?: StandIns;
}

/**
 * Creates or replaces the vendor directory as `go mod vendor` of go 1.26 does (`go work vendor` in a workspace),
 * every module checked against go.sum. The old directory stays until the new one is complete.
 *
 * Throws PACKAGES_UNLOADABLE where `go` would refuse, HASH_MISMATCH, FILE_UNWRITABLE, and what the source throws.
 */
export async function createVendor(options: VendorOptions): Promise<VendorFacts> {
  recoverVendor(targetOf(options));
  return await withPlan(options, async (plan, copies) => {
    const { dir } = copies;
    await fetchMissing(plan, copies);
    await writeVendor(plan, dir, options.signal);
    return factsOf(plan, dir, options.project);
  });
}

/** Compares the vendor directory with what `createVendor` would make of it; writes nothing. Throws like it. */
export async function checkVendor(
  options: VendorOptions,
): Promise<VendorFacts & { differences: VendorDifference[] }> {
  return await withPlan(options, async (plan, copies) => ({
    ...factsOf(plan, copies.dir, options.project),
    differences: await compareVendor(plan, copies),
  }));
}

async function withPlan<T>(
  options: VendorOptions,
  use: (plan: VendorPlan, copies: VendoredCopies) => Promise<T>,
): Promise<T> {
  const { project, source, standIns } = options;
  const copies = new VendoredCopies(targetOf(options));
  const modules = new Modules(project, source, { copies, ...(standIns === undefined ? {} : { standIns }) });
  modules.expect(likelyModules(project, copies.dir));
  try {
    return await use(await planVendor(project, modules), copies);
  } finally {
    await modules.close();
  }
}

function targetOf({ target, project }: VendorOptions): string {
  return target ?? join(project.root, "vendor");
}

/** Downloads side by side what the existing directory does not have; writing would get it one after the other. */
async function fetchMissing({ vendored }: VendorPlan, copies: VendoredCopies): Promise<void> {
  const trees = new Set<ModuleTree>();
  const scan = await copies.scan;
  for (const [path, { tree, source }] of vendored.files) {
    if (!trees.has(tree) && scan.get(path)?.sha256 !== (await tree.sha256(source))) trees.add(tree);
  }
  await Promise.all([...trees].map((tree) => tree.fetch()));
}

function factsOf({ modules, vendored }: VendorPlan, dir: string, { replacements }: Project): VendorFacts {
  const local = modules.filter((module) => replacements.of(module)?.version === "");
  return { dir, modules: modules.length, files: vendored.files.size, local };
}
