import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { errnoOf, readIfPresent, readWhole } from "../base/files.ts";
import { type GoMod, parseGoMod } from "../modfile/go-mod.ts";
import { compareGoVersions } from "../modfile/go-version.ts";
import { type GoWork, parseGoWork } from "../modfile/go-work.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import { Checksums } from "./checksums.ts";
import { MainReplacements } from "./replacements.ts";

/** A module that is vendored for: the one of the project, or each of its workspace. */
export interface MainModule {
  readonly path: string;
  /** Absolute. */
  readonly dir: string;
  readonly goMod: GoMod;
}

/** What a vendor directory is made for. */
export interface Project {
  /** Absolute: the directory of go.mod or go.work, where vendor/ lies and local replacements are relative to. */
  readonly root: string;
  readonly work: GoWork | undefined;
  readonly main: ReadonlyMap<string, MainModule>;
  readonly replacements: MainReplacements;
  readonly checksums: Checksums;
}

/** What cmd/go assumes where go.mod or go.work name no go version. */
const DEFAULT_GO = "1.16";
const DEFAULT_WORK_GO = "1.18";

export interface ProjectOptions {
  /** False to read go.mod even where a go.work stands. */
  readonly workspace?: boolean;
  /** go.sum files to read besides those of the project. */
  readonly goSum?: readonly string[];
}

/**
 * Reads go.mod and go.sum of `dir`, or its go.work and all of its modules when it has one. Throws FILE_UNREADABLE,
 * MODFILE_SYNTAX, USAGE.
 */
export async function loadProject(dir: string, options: ProjectOptions = {}): Promise<Project> {
  const root = resolve(dir);
  const workFile = join(root, "go.work");
  const text = options.workspace === false ? undefined : await readIfPresent(workFile);
  const work = text === undefined ? undefined : parseGoWork(workFile, text);
  const modules = await (work === undefined
    ? [await readMainModule(root, fixForRoot(root))]
    : Promise.all(work.use.map(({ path }) => readMainModule(resolve(root, path), fixForUse(path)))));
  const sumFiles = modules.map((module) => join(module.dir, "go.sum"));
  if (work !== undefined) sumFiles.push(`${workFile}.sum`);
  const main = new Map(modules.map((module) => [module.path, module]));
  if (main.size < modules.length) throw twice(workFile, modules);
  return {
    root,
    work,
    main,
    replacements: new MainReplacements(root, work, modules),
    checksums: await Checksums.read(sumFiles, options.goSum),
  };
}

async function readMainModule(dir: string, fixIfMissing: string): Promise<MainModule> {
  const file = join(dir, "go.mod");
  const goMod = parseGoMod(file, await readGoMod(file, fixIfMissing));
  const path = goMod.module?.path;
  if (path !== undefined) return { path, dir, goMod };
  throw new ModwharfError("MODFILE_SYNTAX", "go.mod has no module directive", {
    subject: file,
    expected: "module example.com/path",
  });
}

/** What to do where no go.mod is: `go` looks in the directories above, too; here the directory is always named. */
function fixForRoot(root: string): string {
  for (let dir = root; dir !== dirname(dir); dir = dirname(dir)) {
    if (existsSync(join(dir, "go.mod"))) return `go.mod stands in ${dir}: run there`;
  }
  return "run in the directory of the main module, or of the workspace's go.work";
}

function fixForUse(path: string): string {
  return `go.work uses ${path}: check it out too, or run go work edit -dropuse=${path}`;
}

async function readGoMod(file: string, fixIfMissing: string): Promise<Buffer> {
  try {
    return await readWhole(file);
  } catch (error) {
    if (error instanceof ModwharfError) throw error;
    throw new ModwharfError("FILE_UNREADABLE", "cannot read go.mod", {
      subject: file,
      expected: "a go.mod",
      actual: errnoOf(error) === "ENOENT" ? "no such file" : errnoOf(error),
      fix: errnoOf(error) === "ENOENT" ? fixIfMissing : "make it a file that can be read",
      cause: error,
    });
  }
}

function twice(workFile: string, modules: readonly MainModule[]): ModwharfError {
  const paths = modules.map(({ path }) => path);
  return new ModwharfError("USAGE", "a module appears several times in the workspace", {
    subject: workFile,
    actual: paths.filter((path, i) => paths.indexOf(path) !== i).join(", "),
  });
}

/** The go version that decides how is vendored: that of go.work, or of the one go.mod. */
export function goVersionOf({ work, main }: Project): string {
  if (work !== undefined) return work.go?.version ?? DEFAULT_WORK_GO;
  return [...main.values()][0]!.goMod.go?.version ?? DEFAULT_GO;
}

/** True when the project's go version is at least `version`. */
export function isGoAtLeast(project: Project, version: string): boolean {
  return compareGoVersions(goVersionOf(project), version) >= 0;
}

/** True for a module version that a main module excludes: then none of the workspace gets to see it. */
export function isExcluded({ main }: Project, { path, version }: ModuleVersion): boolean {
  return [...main.values()].some(({ goMod }) =>
    goMod.exclude.some(({ module }) => module.path === path && module.version === version),
  );
}

/** The module versions that a main module requires, without excluded ones. */
export function requirementsOf(project: Project, { goMod }: MainModule): ModuleVersion[] {
  return goMod.require.map(({ module }) => module).filter((module) => !isExcluded(project, module));
}
