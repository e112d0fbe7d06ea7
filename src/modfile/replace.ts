import { checkPathMajor } from "../module/major.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import { splitPathVersion } from "../module/path-version.ts";
import { type Directive, parseString, parseVersion, refuse } from "./directive.ts";
import type { Line, Position } from "./syntax.ts";

/** `replace old => new`. A version is "" where there is none: every version, or a directory. */
export interface ReplaceDirective {
  old: ModuleVersion;
  new: ModuleVersion;
  position: Position;
  line: Line;
}

/**
 * Reads a replace directive of go.mod or go.work. A directory with backslashes is refused as Go refuses it on
 * every system but Windows: CI runs elsewhere.
 */
export function parseReplace(directive: Directive): ReplaceDirective {
  const { args, line } = directive;
  const arrow = args.get(1) === "=>" ? 1 : 2;
  if (args.count < arrow + 2 || args.count > arrow + 3 || args.get(arrow) !== "=>") {
    refuse("a replace directive is malformed", {
      expected: "path [v1.2.3] => other/path v1.4.0, or path [v1.2.3] => ../directory",
      actual: `replace ${args}`.trim(),
    });
  }
  const path = parseString(args, 0);
  const pathMajor = modulePathMajor(path);
  let version = "";
  if (arrow === 2) {
    version = parseVersion(directive, path, 1);
    checkPathMajor(version, pathMajor);
  }
  const target = parseTarget(directive, arrow + 1);
  return { old: { path, version }, new: target, position: line.start, line };
}

function parseTarget(directive: Directive, index: number): ModuleVersion {
  const { args } = directive;
  const path = parseString(args, index);
  if (args.count === index + 1) {
    checkDirectory(path);
    return { path, version: "" };
  }
  const version = parseVersion(directive, path, index + 1);
  if (isDirectoryPath(path)) {
    refuse("a replacement directory has no version", {
      actual: `${path} ${version}`,
      fix: "drop the version.",
    });
  }
  return { path, version };
}

function checkDirectory(path: string): void {
  if (!isDirectoryPath(path)) {
    if (path.includes("@")) {
      refuse("path and version of a replacement are two words", { expected: "path version", actual: path });
    }
    const fix = "add a version, or start a directory with ./ or ../.";
    refuse("a replacement without version must be a directory", { actual: path, fix });
  }
  if (path.includes("\\")) {
    refuse("a replacement directory has backslashes", { actual: path, fix: "write it with slashes." });
  }
}

/** The major version suffix that versions of this path must fit; refuses a path with a malformed one. */
export function modulePathMajor(path: string): string {
  const split = splitPathVersion(path);
  if (split === undefined)
    return refuse("the major version suffix of a module path is malformed", { actual: path });
  return split.pathMajor;
}

/**
 * True for what Go takes as a directory rather than a module path: rooted, or starting with a `.` or `..`
 * element, in the notation of any system.
 */
export function isDirectoryPath(path: string): boolean {
  return /^(?:\.{1,2}$|\.{1,2}[/\\]|[/\\]|[A-Za-z]:)/.test(path);
}
