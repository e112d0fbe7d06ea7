import { lstatSync, readFileSync, statSync } from "node:fs";
import { ModwharfError } from "../base/errors.ts";
import { errnoOf } from "../base/files.ts";
import { fsPath } from "../dirhash/names.ts";
import { walkTree } from "../dirhash/walk.ts";
import { parseGoModLax } from "../modfile/go-mod.ts";
import { type CheckedFiles, checkFiles, type FileProblem } from "./check.ts";
import { Collisions } from "./collisions.ts";
import { MAX_GO_MOD_BYTES, type TreeFile } from "./files.ts";
import { unreadable } from "./problem.ts";
import { columns, judge } from "./rules.ts";
import { isGo124OrLater } from "./vendored.ts";

/** The files of a directory, and what listing it left out. */
export interface TreeListing {
  readonly files: TreeFile[];
  readonly omitted: FileProblem[];
  /** That of the go directive in a root go.mod that is among the files. */
  readonly goVersion: string | undefined;
}

/** The version of the go directive in a go.mod; undefined when there is none or the file cannot be parsed. */
export function goVersionOf(goMod: Uint8Array): string | undefined {
  try {
    return parseGoModLax("go.mod", goMod).go?.version;
  } catch (error) {
    if (error instanceof ModwharfError) return undefined;
    throw error;
  }
}

/**
 * Lists a directory as CreateFromDir does, in its order: VCS directories and nested modules are pruned, vendored
 * packages and what is not regular omitted. Without `sizes` only the root's go.mod and LICENSE, which have limits of
 * their own, get theirs; the others 0. Throws FILE_UNREADABLE.
 */
export function listTree(dir: string, options: { sizes: boolean }): TreeListing {
  const goVersion = rootGoVersion(dir);
  const files: TreeFile[] = [];
  const omitted: FileProblem[] = [];
  const context = {
    isGo124: isGo124OrLater(goVersion),
    isInNestedModule: ({ path, mode }: TreeFile) => mode === "directory" && holdsGoMod(`${dir}/${path}`),
    collisions: new Collisions(),
    bytesLeft: 0,
  };
  walkTree(dir, ({ path, mode }) => {
    const verdict = judge(columns.directory, { path, mode, sizeBytes: 0 }, context);
    if (verdict === undefined) {
      const isSizeNeeded = options.sizes || path === "go.mod" || path === "LICENSE";
      files.push({ path, mode, sizeBytes: isSizeNeeded ? sizeOf(`${dir}/${path}`) : 0 });
    } else if (verdict.outcome !== "passed")
      omitted.push({ path, rule: verdict.rule, reason: verdict.reason });
    return verdict?.outcome === "pruned" ? "skip" : undefined;
  });
  // A link named go.mod decided above what is vendored, but it is no file of the module: Go contradicts itself here.
  const hasGoMod = files.some(({ path }) => path === "go.mod");
  return { files, omitted, goVersion: hasGoMod ? goVersion : undefined };
}

/** Judges a directory as CheckDir does. Paths are relative to it, slash-separated. Throws FILE_UNREADABLE. */
export function checkDir(dir: string): CheckedFiles {
  return checkListing(listTree(dir, { sizes: true }));
}

/** Judges the files of a listing; what the listing left out comes after what the rules left out. */
export function checkListing({ files, omitted, goVersion }: TreeListing): CheckedFiles {
  const checked = checkFiles(files, { goVersion });
  return { ...checked, omitted: [...checked.omitted, ...omitted] };
}

/** Read through a symbolic link too, and anything unreadable counts as none: both as in Go. */
function rootGoVersion(dir: string): string | undefined {
  try {
    const file = `${dir}/go.mod`;
    const found = statSync(file);
    // A larger one is refused by the rules later, whatever it says; of a link's target only a file comes to an end.
    return found.isFile() && found.size <= MAX_GO_MOD_BYTES ? goVersionOf(readFileSync(file)) : undefined;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

/** Anything but a directory named go.mod makes a module here, a link included. */
function holdsGoMod(dir: string): boolean {
  const stats = lstatSync(fsPath(`${dir}/go.mod`), { throwIfNoEntry: false });
  return stats !== undefined && !stats.isDirectory();
}

function sizeOf(file: string): number {
  try {
    return lstatSync(fsPath(file)).size;
  } catch (error) {
    throw unreadable(file, error);
  }
}
