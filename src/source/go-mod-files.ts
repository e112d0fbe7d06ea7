import { ModwharfError } from "../base/errors.ts";
import { type GoMod, parseGoModLax } from "../modfile/go-mod.ts";
import { objectsMissing } from "./missing.ts";
import { readObjects } from "./objects.ts";
import type { Repository } from "./repository.ts";
import type { TreeEntry } from "./tree.ts";

/** A go.mod of a commit: the raw blob, which is what the proxy's `.mod` is, and what it says. */
export interface GoModFile {
  /** From the repository's root: `go.mod`, `sub/go.mod`. */
  readonly file: string;
  /** The folder that holds it, `""` for the root. */
  readonly dir: string;
  readonly content: Buffer;
  /** Parses it as `go` parses a dependency's; throws MODFILE_SYNTAX with the line. */
  parse(): GoMod;
}

/** Where a folder's go.mod stands. */
export function goModPath(dir: string): string {
  return dir === "" ? "go.mod" : `${dir}/go.mod`;
}

/**
 * Reads the go.mod files of some folders with one process; undefined where there is none. A symlinked go.mod is
 * read as `go` reads it: its target's path as text.
 *
 * Throws OBJECTS_MISSING in a partial clone that lacks one.
 */
export async function readGoModFiles(
  repository: Repository,
  tree: readonly TreeEntry[],
  dirs: readonly string[],
): Promise<(GoModFile | undefined)[]> {
  const ids = new Map(tree.filter(isFile).map(({ path, objectId }) => [path, objectId]));
  const present = dirs.filter((dir) => ids.has(goModPath(dir)));
  const objects = await readObjects(
    repository,
    present.map((dir) => ids.get(goModPath(dir))!),
  );
  const contents = new Map(present.map((dir, i) => [dir, objects[i]?.content]));
  return dirs.map((dir) =>
    goModFile(repository, { dir, isPresent: contents.has(dir), content: contents.get(dir) }),
  );
}

/** The same for go.mod files whose content was read together with the commit. */
export function goModFilesOf(
  repository: Repository,
  tree: readonly TreeEntry[],
  files: readonly { readonly dir: string; readonly content: Buffer | undefined }[],
): (GoModFile | undefined)[] {
  const paths = new Set(tree.filter(isFile).map(({ path }) => path));
  return files.map((file) => goModFile(repository, { ...file, isPresent: paths.has(goModPath(file.dir)) }));
}

function isFile({ path, mode }: TreeEntry): boolean {
  return mode !== "submodule" && path.endsWith("go.mod");
}

function goModFile(
  repository: Repository,
  { dir, content, isPresent }: { dir: string; content: Buffer | undefined; isPresent: boolean },
): GoModFile | undefined {
  if (!isPresent) return undefined;
  const file = goModPath(dir);
  if (content === undefined) throw objectsMissing(repository, [file]);
  return { file, dir, content, parse: () => parseGoModLax(file, content) };
}

/** The module path that a go.mod declares; throws MODFILE_SYNTAX. */
export function declaredPath(goMod: GoModFile): string {
  const declared = goMod.parse().module?.path;
  if (declared !== undefined && declared !== "") return declared;
  throw new ModwharfError("MODFILE_SYNTAX", "the file has no module line", {
    subject: goMod.file,
    at: { file: goMod.file },
    expected: "module example.com/path",
    fix: "add the module line, commit and tag again",
  });
}
