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
  const wanted = new Set(dirs.map(goModPath));
  const entries = new Map(tree.filter((entry) => wanted.has(entry.path)).map((entry) => [entry.path, entry]));
  const present = [...entries.values()].filter((entry) => entry.mode !== "submodule");
  const objects = await readObjects(
    repository,
    present.map((entry) => entry.objectId),
  );
  const contents = new Map(present.map((entry, i) => [entry.path, objects[i]?.content]));
  return dirs.map((dir) => {
    const file = goModPath(dir);
    if (!contents.has(file)) return undefined;
    const content = contents.get(file);
    if (content === undefined) throw objectsMissing(repository, [file]);
    return { file, dir, content, parse: () => parseGoModLax(file, content) };
  });
}

/** The module path that a go.mod declares; throws MODFILE_SYNTAX. */
export function declaredPath(goMod: GoModFile): string {
  const declared = goMod.parse().module?.path;
  if (declared !== undefined && declared !== "") return declared;
  throw new ModwharfError("MODFILE_SYNTAX", "the file has no module line", {
    subject: goMod.file,
    expected: "module example.com/path",
    fix: "add the module line, commit and tag again",
  });
}
