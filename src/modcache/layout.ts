import { join, sep } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { escapePath, escapeVersion, unescapePath, unescapeVersion } from "../module/escape.ts";
import { canonicalModuleVersion } from "../module/major.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";

/*
 * Where cmd/go keeps modules (modfetch/cache.go). GOMODCACHE holds extracted trees at
 * <escaped path>@<escaped version>, and below cache/download, which is also a file:// proxy,
 * <escaped path>/@v/{list,<version>.info,.mod,.zip,.ziphash,.lock,.partial}.
 */

/** The absolute paths of one version's files; none needs to exist. */
export interface ModulePaths {
  /** The `@v` folder that all of the module's versions share. */
  readonly versions: string;
  /** The versions that have a `.mod`, for file:// proxies. */
  readonly list: string;
  readonly info: string;
  readonly mod: string;
  readonly zip: string;
  /** The zip's h1, which cmd/go trusts without reading the zip. */
  readonly ziphash: string;
  /** Locked by cmd/go while it downloads the zip and extracts the tree. */
  readonly lock: string;
  /** Exists while the tree is being extracted. */
  readonly partial: string;
  /** The extracted tree. */
  readonly tree: string;
}

/** The kinds of files that a version has below `@v`. */
const SUFFIXES = ["info", "mod", "zip", "ziphash", "lock", "partial"] as const;

export type Suffix = (typeof SUFFIXES)[number];

/** `GOMODCACHE/cache/download`. */
export function downloadDir(cache: string): string {
  return join(cache, "cache", "download");
}

/** The paths of a version below the GOMODCACHE `cache`. Throws MODULE_PATH or MODULE_VERSION for what go never keeps. */
export function modulePaths(cache: string, module: ModuleVersion): ModulePaths {
  if (canonicalModuleVersion(module.version) !== module.version) {
    throw new ModwharfError("MODULE_VERSION", "not a canonical version", {
      subject: formatModuleVersion(module),
    });
  }
  const path = escapePath(module.path);
  const version = escapeVersion(module.version);
  const versions = join(downloadDir(cache), path, "@v");
  // Not joined: asked for thousands of times, and all of it has been checked.
  const stem = `${versions}${sep}${version}`;
  return {
    versions,
    list: `${versions}${sep}list`,
    info: `${stem}.info`,
    mod: `${stem}.mod`,
    zip: `${stem}.zip`,
    ziphash: `${stem}.ziphash`,
    lock: `${stem}.lock`,
    partial: `${stem}.partial`,
    tree: join(cache, `${path}@${version}`),
  };
}

/** The version and kind of a file in an `@v` folder; undefined for `list`, temporary files and foreign names. */
export function parseFileName(name: string): { version: string; suffix: Suffix } | undefined {
  const dot = name.lastIndexOf(".");
  const suffix = SUFFIXES.find((known) => known === name.slice(dot + 1));
  const version = dot < 0 ? undefined : quietly(() => unescapeVersion(name.slice(0, dot)));
  if (suffix === undefined || version === undefined || canonicalModuleVersion(version) !== version)
    return undefined;
  return { version, suffix };
}

/** The module path of a folder relative to cache/download, without its `@v`; undefined for foreign names. */
export function parsePathFolder(folder: string): string | undefined {
  return quietly(() => unescapePath(folder.split(sep).join("/")));
}

/** The module whose tree stands at a path relative to GOMODCACHE; undefined for foreign names. */
export function parseTreeFolder(folder: string): ModuleVersion | undefined {
  const at = folder.lastIndexOf("@");
  const path = at < 0 ? undefined : parsePathFolder(folder.slice(0, at));
  const version = quietly(() => unescapeVersion(folder.slice(at + 1)));
  if (path === undefined || version === undefined || canonicalModuleVersion(version) !== version)
    return undefined;
  return { path, version };
}

function quietly<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
