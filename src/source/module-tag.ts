import { splitPathVersion } from "../module/path-version.ts";

/**
 * The folder that tags of a module name: its own, or for a major subdirectory (`sub/v2` holding `…/sub/v2`) the
 * folder above, since the tag is `sub/v2.3.4` (cmd/go coderepo.go, codeDir).
 */
export function tagDirOf(moduleDir: string, modulePath: string): string {
  const pathMajor = splitPathVersion(modulePath)?.pathMajor ?? "";
  if (!pathMajor.startsWith("/")) return moduleDir;
  if (moduleDir === pathMajor.slice(1)) return "";
  return moduleDir.endsWith(pathMajor) ? moduleDir.slice(0, -pathMajor.length) : moduleDir;
}

/** `sub` and `v1.2.3` as the tag `sub/v1.2.3`. */
export function joinTag(dir: string, version: string): string {
  return dir === "" ? version : `${dir}/${version}`;
}

/** True when a module path without its major suffix ends in the folder, as `go` expects of a repository. */
export function endsInDir(modulePath: string, dir: string): boolean {
  const prefix = splitPathVersion(modulePath)?.prefix ?? modulePath;
  return dir === "" || prefix.endsWith(`/${dir}`);
}
