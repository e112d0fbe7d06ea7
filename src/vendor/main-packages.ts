import type { MainModule } from "../modgraph/project.ts";
import { isFile, joinPath, type ModuleTree, modeAt } from "./module-tree.ts";

/** Directories of a module that hold Go files, as import paths; which of them are packages, reading them shows. */
export function mainPackagePaths(module: MainModule, tree: ModuleTree): string[] {
  const paths: string[] = [];
  const isIgnored = ignoreRules(module.goMod.ignore.map(({ path }) => path));
  const walk = (dir: string): void => {
    let hasGoFiles = false;
    for (const [name, mode] of tree.list(dir) ?? []) {
      const path = joinPath(dir, name);
      if (name.endsWith(".go") && isFile(tree, path, mode)) hasGoFiles = true;
      else if (mode === "directory" && isWalked(tree, path, name) && !isIgnored(path)) walk(path);
    }
    if (hasGoFiles) paths.push(joinPath(module.path, dir).replace(/\/$/, ""));
  };
  walk("");
  return paths;
}

/** Packages never stand below these (cmd/go modload matchPackages). A package may be called vendor, none is below. */
function isWalked(tree: ModuleTree, path: string, name: string): boolean {
  if (/^[._]/.test(name) || name === "testdata" || /(^|\/)vendor\//.test(path)) return false;
  const goMod = modeAt(tree, joinPath(path, "go.mod"));
  return goMod === undefined || goMod === "directory";
}

/** The ignore directives of go.mod: `./x` is one directory, `x` any of that name or path. */
function ignoreRules(patterns: readonly string[]): (path: string) => boolean {
  const slashed = (path: string) => `/${path.replace(/^\/|\/$/g, "")}/`;
  const anchored = patterns.filter((path) => path.startsWith("./")).map((path) => slashed(path.slice(2)));
  const anywhere = patterns.filter((path) => !path.startsWith("./")).map(slashed);
  return (path) =>
    anchored.some((pattern) => slashed(path).startsWith(pattern)) ||
    anywhere.some((pattern) => slashed(path).includes(pattern));
}
