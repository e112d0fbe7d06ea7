import { parseModulesTxt, type VendoredModule } from "../modfile/modules-txt.ts";
import { ModfileSyntaxError } from "../modfile/problem.ts";
import { MainReplacements } from "../modgraph/replacements.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import type { RepositorySnapshot } from "./snapshot.ts";
import { parseSums, type Sums } from "./sums.ts";
import { joinPath, readText, type SourceTree } from "./tree.ts";

/** A vendor directory of a commit, and what decides about its content. */
export interface VendorPlace {
  /** `vendor`, `sub/vendor`. */
  readonly dir: string;
  readonly sections: readonly VendoredModule[];
  /** That of go.mod; in a workspace, of go.work. */
  readonly goVersion: string;
  readonly replacements: MainReplacements;
  /** The h1 that go.sum has for a module's zip. */
  h1Of(module: ModuleVersion): string | undefined;
}

/** Absolute paths are made of the repository's own, which start here. */
const ROOT = "/";

/** What cmd/go assumes where go.mod or go.work name no go version. */
const DEFAULT_GO = { work: "1.18", module: "1.16" } as const;

/** The vendor directories of a commit; one whose modules.txt cannot be read is left to the rule vendor-drift. */
export async function vendorPlaces(repository: RepositorySnapshot): Promise<VendorPlace[]> {
  const places: VendorPlace[] = [];
  const { goWork, modules, tree } = repository;
  for (const module of modules) {
    const dir = joinPath(module.dir, "vendor");
    const listed = await readSections(tree, dir);
    if (listed === undefined || (listed.workspace && module.dir === "" && goWork !== undefined)) continue;
    places.push({
      dir,
      sections: listed.modules,
      goVersion: module.goMod.go?.version ?? DEFAULT_GO.module,
      replacements: new MainReplacements(ROOT + module.dir, undefined, [
        { ...module, dir: ROOT + module.dir },
      ]),
      h1Of: hashesOf([module.sums]),
    });
  }
  const listed = goWork && (await readSections(tree, "vendor"));
  if (listed?.workspace) places.push(await workspacePlace(repository, listed.modules));
  return places;
}

async function workspacePlace(
  { goWork, modules, tree }: RepositorySnapshot,
  sections: readonly VendoredModule[],
): Promise<VendorPlace> {
  const work = goWork!.goWork;
  const dirs = new Set(work.use.map((use) => use.path.replace(/^\.\/?/, "").replace(/\/$/, "")));
  const used = modules.filter(({ dir }) => dirs.has(dir));
  const workSum = await readText(tree, "go.work.sum");
  const sums = workSum === undefined ? undefined : parseSums("go.work.sum", Buffer.from(workSum));
  return {
    dir: "vendor",
    sections,
    goVersion: work.go?.version ?? DEFAULT_GO.work,
    replacements: new MainReplacements(
      ROOT,
      work,
      used.map((module) => ({ ...module, dir: ROOT + module.dir })),
    ),
    h1Of: hashesOf([...used.map((module) => module.sums), sums]),
  };
}

function hashesOf(all: readonly (Sums | undefined)[]): VendorPlace["h1Of"] {
  return ({ path, version }) => {
    const entries = all.flatMap((sums) => sums?.entries.get(`${path} ${version}`) ?? []);
    return entries.find(({ hash }) => hash.startsWith("h1:"))?.hash;
  };
}

async function readSections(tree: SourceTree, dir: string) {
  const file = `${dir}/modules.txt`;
  const text = await readText(tree, file);
  try {
    return text === undefined ? undefined : parseModulesTxt(file, text);
  } catch (error) {
    if (error instanceof ModfileSyntaxError) return undefined;
    throw error;
  }
}

/** A section as a text that is equal for equal sections, whatever their lines. */
function textOf({ module, replacement, packages }: VendoredModule): string {
  return [formatModuleVersion(module), replacement && formatModuleVersion(replacement), ...packages].join(
    "\n",
  );
}

/** What a change does to a vendor directory. */
export interface VendorChange {
  /** Paths relative to the directory: added, modified or removed. */
  readonly files: ReadonlySet<string>;
  /** Sections of head that base does not have like this: all of their files count as changed. */
  readonly sections: ReadonlySet<VendoredModule>;
}

export async function vendorChange(
  place: VendorPlace,
  base: SourceTree,
  head: SourceTree,
): Promise<VendorChange> {
  const before = await readSections(base, place.dir);
  const known = new Set(before?.modules.map(textOf));
  return {
    files: changedBelow(`${place.dir}/`, base, head),
    sections: new Set(place.sections.filter((section) => !known.has(textOf(section)))),
  };
}

function changedBelow(prefix: string, base: SourceTree, head: SourceTree): Set<string> {
  const changed = new Set<string>();
  for (const [path, file] of head.files) {
    if (!path.startsWith(prefix)) continue;
    const before = base.files.get(path);
    if (before?.id !== file.id || before.mode !== file.mode) changed.add(path.slice(prefix.length));
  }
  for (const path of base.files.keys()) {
    if (path.startsWith(prefix) && !head.files.has(path)) changed.add(path.slice(prefix.length));
  }
  changed.delete("modules.txt");
  return changed;
}
