import { type Dirent, readdirSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { fixForErrno } from "../base/errno-advice.ts";
import { ModwharfError } from "../base/errors.ts";
import { errnoOf } from "../base/files.ts";
import { formatModuleVersion, type ModuleVersion } from "../module/module-version.ts";
import { downloadDir, parseFileName, parsePathFolder, parseTreeFolder, type Suffix } from "./layout.ts";

/** What a cache holds of one version. */
export interface CachedModule {
  readonly module: ModuleVersion;
  /** The regular files below `@v`. */
  readonly files: ReadonlySet<Suffix>;
  readonly hasTree: boolean;
}

export interface CacheContents {
  /** By `path@version`. */
  readonly modules: ReadonlyMap<string, CachedModule>;
  /** Absolute paths of what go would not have written where it keeps modules: links, unknown names. */
  readonly foreign: readonly string[];
  /** Absolute paths of unfinished files in `@v` folders: of a program that is at work, or was killed. */
  readonly temporary: readonly string[];
  /** Absolute paths of all `@v` folders. */
  readonly versionDirs: readonly string[];
}

/** Lists what a GOMODCACHE holds, without reading any file. A cache that does not exist is empty. */
export function scanCache(cache: string): CacheContents {
  const scan = new Scan();
  const downloads = downloadDir(cache);
  walk(downloads, "", (path, inside, entry) => scan.visitDownload(path, inside, entry));
  walk(cache, "", (path, inside, entry) => scan.visitTree(path, inside, entry));
  return scan;
}

type Step = "enter" | "skip";

/** `inside` is the path relative to where the walk began, joined here since path.relative is slow in bulk. */
function walk(
  dir: string,
  above: string,
  visit: (path: string, inside: string, entry: Dirent) => Step,
): void {
  for (const entry of entriesOf(dir)) {
    const path = dir + sep + entry.name;
    const inside = above === "" ? entry.name : above + sep + entry.name;
    if (visit(path, inside, entry) === "enter" && entry.isDirectory()) walk(path, inside, visit);
  }
}

function entriesOf(dir: string): Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "ENOENT") return [];
    throw new ModwharfError("FILE_UNREADABLE", "cannot list a folder of the module cache", {
      subject: dir,
      expected: "a folder that this user may read, in a GOMODCACHE folder",
      actual: errno,
      fix: fixForErrno(errno) ?? "check GOMODCACHE, or the folder that was named",
      cause: error,
    });
  }
}

class Scan implements CacheContents {
  readonly modules = new Map<string, { module: ModuleVersion; files: Set<Suffix>; hasTree: boolean }>();
  readonly foreign: string[] = [];
  readonly temporary: string[] = [];
  readonly versionDirs: string[] = [];

  visitDownload(path: string, inside: string, entry: Dirent): Step {
    // The checksum database's files are proven whenever they are used.
    if (inside === "sumdb" && entry.isDirectory()) return "skip";
    if (entry.name !== "@v") {
      if (!entry.isDirectory()) this.foreign.push(path);
      return "enter";
    }
    const modulePath = parsePathFolder(inside.slice(0, -`${sep}@v`.length));
    if (modulePath === undefined || !entry.isDirectory()) this.foreign.push(path);
    else this.#visitVersions(modulePath, path);
    return "skip";
  }

  #visitVersions(modulePath: string, dir: string): void {
    this.versionDirs.push(dir);
    for (const entry of entriesOf(dir)) {
      if (entry.name === "list" && entry.isFile()) continue;
      const parsed = entry.isFile() ? parseFileName(entry.name) : undefined;
      if (entry.isFile() && entry.name.endsWith(".tmp")) this.temporary.push(join(dir, entry.name));
      else if (parsed === undefined) this.foreign.push(join(dir, entry.name));
      else this.#of({ path: modulePath, version: parsed.version }).files.add(parsed.suffix);
    }
  }

  visitTree(path: string, inside: string, entry: Dirent): Step {
    // Neither `cache`, which is another walk's, nor what may be anybody's: a project whose own folder is named as cache.
    if (inside === entry.name && !beginsModulePaths(entry.name)) return "skip";
    if (!entry.name.includes("@")) {
      // A link would let go read modules from where nobody looks.
      if (entry.isSymbolicLink() && !statSync(path, { throwIfNoEntry: false })?.isFile())
        this.foreign.push(path);
      return "enter";
    }
    const module = parseTreeFolder(inside);
    // Go looks behind no name that is none of a module version.
    if (module !== undefined && !entry.isDirectory()) this.foreign.push(path);
    else if (module !== undefined) this.#of(module).hasTree = true;
    return "skip";
  }

  #of(module: ModuleVersion): { files: Set<Suffix>; hasTree: boolean } {
    const key = formatModuleVersion(module);
    let found = this.modules.get(key);
    if (found === undefined) {
      found = { module, files: new Set(), hasTree: false };
      this.modules.set(key, found);
    }
    return found;
  }
}

/** True for what the first element of a module path can be, or a tree of such a path: it has a dot, and not in front. */
function beginsModulePaths(name: string): boolean {
  return name.includes(".") && !name.startsWith(".");
}
