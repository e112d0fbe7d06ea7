import { matchGlob } from "../module/glob.ts";
import { problemOfElement } from "../module/path.ts";
import { unloadable } from "./import-resolver.ts";
import { joinPath, type ModuleTree, modeAt, parentOf } from "./module-tree.ts";

/** What embed patterns are looked up in. */
export interface EmbedScope {
  readonly tree: ModuleTree;
  /** The directory of the package. */
  readonly dir: string;
  /** For messages. */
  readonly importPath: string;
}

/**
 * The files that `//go:embed` patterns select, relative to the package's directory (cmd/go load.ResolveEmbed).
 * Throws PACKAGES_UNLOADABLE for a pattern that Go refuses, one without a match included.
 */
export function resolveEmbeds(scope: EmbedScope, patterns: readonly string[]): string[] {
  const files = new Set<string>();
  for (const pattern of patterns) {
    const matched = resolvePattern(scope, pattern);
    if (matched.length === 0) throw refused(scope, pattern, "no matching files found");
    for (const file of matched) files.add(file);
  }
  return [...files];
}

function resolvePattern(scope: EmbedScope, pattern: string): string[] {
  const isAll = pattern.startsWith("all:");
  const glob = isAll ? pattern.slice("all:".length) : pattern;
  const isValid = glob !== "." && glob.split("/").every((element) => !["", ".", ".."].includes(element));
  if (!isValid) throw refused(scope, pattern, "invalid pattern syntax");
  return expandGlob(scope, glob.split("/")).flatMap((match) => {
    checkMatch(scope, pattern, match);
    const mode = modeAt(scope.tree, joinPath(scope.dir, match));
    if (mode === "regular") return [match];
    if (mode !== "directory") throw refused(scope, pattern, `cannot embed irregular file ${match}`);
    const files = filesBelow(scope, match, isAll);
    if (files.length === 0) throw refused(scope, pattern, `${match} contains no embeddable files`);
    return files;
  });
}

/** filepath.Glob below the package's directory. */
function expandGlob({ tree, dir }: EmbedScope, elements: readonly string[]): string[] {
  let matches = [""];
  for (const element of elements) {
    matches = matches.flatMap((parent) => {
      const names = [
        ...(tree.list(joinPath(dir, parent).replace(/\/$/, "")) ?? new Map()).keys(),
      ] as string[];
      const found = /[*?[\\]/.test(element)
        ? names.filter((name) => matchGlob(element, name))
        : names.filter((name) => name === element);
      return found.map((name) => joinPath(parent, name));
    });
  }
  return matches;
}

/** Every directory on the way must belong to the module and have a name that a module may hold. */
function checkMatch(scope: EmbedScope, pattern: string, match: string): void {
  for (let at = match; at !== ""; at = parentOf(at)) {
    const path = joinPath(scope.dir, at);
    if (modeAt(scope.tree, joinPath(path, "go.mod")) !== undefined)
      throw refused(scope, pattern, `cannot embed ${match}: in different module`);
    if (at !== match && modeAt(scope.tree, path) !== "directory")
      throw refused(scope, pattern, `cannot embed ${match}: in non-directory ${at}`);
    if (isBadName(at.slice(at.lastIndexOf("/") + 1)))
      throw refused(scope, pattern, `cannot embed ${match}: invalid name ${at}`);
  }
}

/** The files of a directory that a module would hold; hidden ones only when the pattern says `all:`. */
function filesBelow(scope: EmbedScope, below: string, isAll: boolean): string[] {
  const files: string[] = [];
  for (const [name, mode] of scope.tree.list(joinPath(scope.dir, below)) ?? []) {
    const path = joinPath(below, name);
    const isHidden = /^[._]/.test(name);
    if (isBadName(name)) {
      if (mode === "directory" || isHidden) continue;
      throw refused(scope, below, `cannot embed file ${path}: invalid name ${name}`);
    }
    if (isHidden && !isAll) continue;
    if (mode === "regular") files.push(path);
    const isNested = () => modeAt(scope.tree, joinPath(scope.dir, `${path}/go.mod`)) !== undefined;
    if (mode === "directory" && !isNested()) files.push(...filesBelow(scope, path, isAll));
  }
  return files;
}

const VERSION_CONTROL = new Set([".bzr", ".hg", ".git", ".svn"]);

function isBadName(name: string): boolean {
  return VERSION_CONTROL.has(name) || problemOfElement(name, "file") !== undefined;
}

function refused({ importPath }: EmbedScope, pattern: string, why: string): Error {
  return unloadable(`embed pattern ${pattern}: ${why}`, importPath);
}
