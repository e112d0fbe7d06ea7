import { basename, join, resolve } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { exists } from "../base/files.ts";
import type { ModuleSource } from "../modgraph/module-source.ts";
import type { ManifestContext } from "./context.ts";
import { addGoMod, addSums } from "./go-mod.ts";
import { addGoWork } from "./go-work.ts";
import { parseModuleList } from "./list.ts";
import { type ModuleSet, ModuleSetBuilder } from "./module-set.ts";
import { addModulesTxt } from "./modules-txt.ts";
import { readManifest } from "./read-file.ts";
import { SumIndex } from "./sum-index.ts";

export interface ReadManifestsOptions {
  /** Absolute: where relative names start, and what is read when no file is named. */
  readonly cwd: string;
  /**
   * Where go.mod files of dependencies come from. Needed for the exact set of modules below go 1.17 and of
   * workspaces; without it go.sum stands in, which may name more.
   */
  readonly source?: ModuleSource | undefined;
  /**
   * What is meant when no file is named: `build` is what building and testing the main module takes, `tidy` also what
   * `go mod tidy`, `go get` and `go mod vendor` read, which is all that go.sum has. Default `build`.
   */
  readonly purpose?: "build" | "tidy";
  /** False to take go.mod where a go.work stands. Default true. */
  readonly workspace?: boolean;
  /**
   * True asks for whole versions of all that the module graph selects, also of modules that no build needs. go.sum does
   * not name all of those: the graph of each go.mod and go.work is read. Default false.
   */
  readonly wholeGraph?: boolean;
}

/**
 * Reads manifests, whose kind is in their name: go.mod, go.work, modules.txt, any `.sum`, else a text list of
 * `path@version` lines. With none given, those of the current directory.
 *
 * Throws FILE_UNREADABLE, MODFILE_SYNTAX, USAGE, HASH_MISMATCH for go.sum files that contradict each other, and where
 * the module graph is read what that throws.
 */
export async function readManifests(
  files: readonly string[],
  options: ReadManifestsOptions,
): Promise<ModuleSet> {
  const { cwd, source, wholeGraph = false } = options;
  const sums = new SumIndex();
  const context: ManifestContext = { cwd, source, sums, wholeGraph, builder: new ModuleSetBuilder(sums) };
  const names = files.length > 0 ? files : await manifestsOf(options);
  if (wholeGraph && !names.some(hasGraph)) throw noGraph(names);
  // Hashes first: what a go.mod needs of a module depends on them, in whatever order the files are named.
  for (const name of names.filter(isSum)) await sums.read(resolve(cwd, name), name);
  for (const name of names) await addManifest(context, name);
  return context.builder.build(names);
}

function isSum(name: string): boolean {
  return name.endsWith(".sum");
}

function hasGraph(name: string): boolean {
  return ["go.mod", "go.work"].includes(basename(name));
}

function noGraph(names: readonly string[]): ModwharfError {
  return new ModwharfError("USAGE", "no manifest has a module graph", {
    subject: names.join(", "),
    expected: "go.mod or go.work, for the whole graph",
    fix: "name one, or none at all to take those of the current directory",
  });
}

async function addManifest(context: ManifestContext, name: string): Promise<void> {
  const file = basename(name);
  if (isSum(file)) addSums(context, name, "zip");
  else if (file === "go.mod") await addGoMod(context, name);
  else if (file === "go.work") await addGoWork(context, name);
  else if (file === "modules.txt") await addModulesTxt(context, name);
  else await addList(context, name);
}

async function addList({ cwd, builder }: ManifestContext, name: string): Promise<void> {
  if (/\.(?:mod|work)$/.test(name)) {
    throw new ModwharfError("USAGE", "a manifest's kind is in its name", {
      subject: name,
      expected: "go.mod, go.work, modules.txt, a name ending in .sum, or a text list of path@version lines",
    });
  }
  const text = (await readManifest(resolve(cwd, name), name)).toString("utf8");
  for (const { module, line } of parseModuleList(name, text)) {
    builder.add({ module, needs: "zip", from: `${name}:${line}`, isDirect: true });
  }
}

/** The manifests of a directory: of a workspace or a module, and for `tidy` their go.sum files. */
async function manifestsOf({ cwd, purpose, workspace }: ReadManifestsOptions): Promise<string[]> {
  const here = async (name: string) => await exists(join(cwd, name));
  const found =
    workspace !== false && (await here("go.work")) ? ["go.work"] : (await here("go.mod")) ? ["go.mod"] : [];
  if (found.length === 0 || purpose === "tidy") {
    if (await here("go.sum")) found.push("go.sum");
    if (found.includes("go.work") && (await here("go.work.sum"))) found.push("go.work.sum");
  }
  if (found.length === 0 && (await here("vendor/modules.txt"))) found.push("vendor/modules.txt");
  if (found.length > 0) return found;
  throw new ModwharfError("USAGE", "no manifest is named and none stands in the directory", {
    subject: cwd,
    expected: "go.mod, go.work, go.sum or vendor/modules.txt",
    fix: "run in the module's directory, or name the files",
  });
}
