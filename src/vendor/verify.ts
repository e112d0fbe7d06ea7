import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { ModuleSource } from "../modgraph/module-source.ts";
import { loadProject, type Project } from "../modgraph/project.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import type { Finding } from "../report/report.ts";
import type { VendorDifference } from "./compare.ts";
import { differenceFindings } from "./findings.ts";
import { StandIns } from "./stand-in.ts";
import { checkVendor, type VendorFacts } from "./vendor.ts";
import { checkVendorExists, checkVendorTarget } from "./vendor-target.ts";

export interface VerifyVendorOptions {
  /** The vendor directory; go.mod, go.sum (or go.work and its own) stand in the directory above it. */
  readonly dir: string;
  readonly source: ModuleSource;
  /** False to read go.mod even where a go.work stands. */
  readonly workspace?: boolean;
  /** go.sum files beside those of the project: a file that the attacker of a branch cannot change, say. */
  readonly goSum?: readonly string[];
}

export interface VendorVerification extends VendorFacts {
  /** Sorted by file. Those about content block; that a local module cannot be verified is a note. */
  readonly findings: Finding[];
  /** What the blocking ones are about, each file by itself. */
  readonly differences: readonly VendorDifference[];
}

/**
 * Holds a vendor directory against go.sum: what each module's zip, whose h1 go.sum has, says that each file must be,
 * and what go.mod and the sources say that modules.txt must be. Needs no Go toolchain and builds nothing.
 *
 * Throws PACKAGES_UNLOADABLE when go.mod, go.sum and the sources do not fit together, HASH_MISMATCH when a zip (not
 * the vendor directory) is wrong, USAGE when there is no such directory, and what the source throws.
 */
export async function verifyVendor(options: VerifyVendorOptions): Promise<VendorVerification> {
  const { source, workspace, goSum } = options;
  const dir = resolve(options.dir);
  checkVendorTarget(dir);
  const project = await loadProject(dirname(dir), {
    ...(workspace === undefined ? {} : { workspace }),
    ...(goSum === undefined ? {} : { goSum }),
  });
  checkVendorExists(dir, project);
  const { differences, ...facts } = await checkVendor({
    project,
    source,
    target: dir,
    standIns: await StandIns.read(dir),
  });
  const findings = differenceFindings(differences, dir, project.root);
  const notes = facts.local.map((module) => unverifiedFinding(module, project));
  return { ...facts, differences, findings: [...findings, ...notes] };
}

function unverifiedFinding(module: ModuleVersion, { replacements }: Project): Finding {
  const replacement = replacements.of(module)!;
  const compared = existsSync(replacements.directoryOf(replacement))
    ? `its files were compared with ${replacement.path}, for which no go.sum vouches`
    : `${replacement.path} is not here, so its files could not be compared with anything`;
  return {
    rule: "vendor-unverified",
    level: "note",
    blocking: false,
    message: `${formatModuleVersion(module)} is replaced by a local directory: ${compared}`,
    subject: module.path,
  };
}
