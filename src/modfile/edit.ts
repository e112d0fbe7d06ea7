import { ModwharfError } from "../base/errors.ts";
import { canonicalModuleVersion, checkPathMajor, pathMajorPrefix } from "../module/major.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import { splitPathVersion } from "../module/path-version.ts";
import { majorOf } from "../module/version.ts";
import type { VersionInterval } from "./directive.ts";
import { addLine, cleanUpSyntax, updateLine } from "./edit-lines.ts";
import { checkGoVersion, checkToolchain, dropWhere, keepFirst } from "./edit-shared.ts";
import { sortBlocks } from "./edit-sort.ts";
import type { GoMod, PathDirective } from "./go-mod.ts";
import { setIndirect } from "./indirect.ts";
import { autoQuote, showText } from "./quote.ts";
import { newComment, noComments, nowhere } from "./syntax.ts";

/*
 * Edits of a go.mod, after golang.org/x/mod/modfile.File: they keep comments and layout. See edit-shared.ts for
 * godebug and replace, edit-require.ts for whole lists of requirements, edit-sort.ts for sorting. What an edit
 * removes leaves an empty line until `cleanup`.
 */

/** Takes out the lines that edits removed; call it once, before formatting. */
export function cleanup(mod: GoMod): void {
  cleanUpSyntax(mod.syntax);
}

/** Adds a comment (with its slashes) at the end of the file, apart from any statement. */
export function addComment(mod: GoMod, text: string): void {
  const comments = { ...noComments(), before: [newComment(text)] };
  mod.syntax.statements.push({ kind: "comments", comments, start: nowhere });
}

/** Sets the module path. */
export function setModule(mod: GoMod, path: string): void {
  const tokens = ["module", autoQuote(path)];
  if (mod.module === undefined) {
    const line = addLine(mod.syntax, "last", tokens);
    mod.module = { path, deprecated: "", position: line.start, line };
  } else {
    mod.module.path = path;
    updateLine(mod.module.line, tokens);
  }
}

/** Sets the Go version; a new go directive goes after the module directive. Throws USAGE for a malformed one. */
export function setGo(mod: GoMod, version: string): void {
  checkGoVersion(version);
  const tokens = ["go", version];
  if (mod.go === undefined) {
    const line = addLine(mod.syntax, mod.module?.line ?? "last", tokens);
    mod.go = { version, position: line.start, line };
  } else {
    mod.go.version = version;
    updateLine(mod.go.line, tokens);
  }
}

/** Sets the toolchain; a new directive goes after the go directive. Throws USAGE for a malformed name. */
export function setToolchain(mod: GoMod, name: string): void {
  checkToolchain(name);
  const tokens = ["toolchain", name];
  if (mod.toolchain === undefined) {
    const line = addLine(mod.syntax, (mod.go ?? mod.module)?.line ?? "last", tokens);
    mod.toolchain = { name, position: line.start, line };
  } else {
    mod.toolchain.name = name;
    updateLine(mod.toolchain.line, tokens);
  }
}

/** Requires a version: in the path's first line, else in a new line of the last block; further lines go. */
export function addRequire(mod: GoMod, module: ModuleVersion): void {
  const { left, first } = keepFirst(mod.require, (entry) => entry.module.path === module.path);
  mod.require = left;
  if (first === undefined) {
    addNewRequire(mod, module, false);
  } else {
    first.module = module;
    updateLine(first.line, ["require", autoQuote(module.path), module.version]);
  }
}

/** Adds a line at the end of the last require block, whatever lines the path has. */
export function addNewRequire(mod: GoMod, module: ModuleVersion, indirect: boolean): void {
  const line = addLine(mod.syntax, "last", ["require", autoQuote(module.path), module.version]);
  setIndirect(line, indirect);
  mod.require.push({ module, indirect, position: line.start, line });
}

export function dropRequire(mod: GoMod, path: string): void {
  mod.require = dropWhere(mod.require, ({ module }) => module.path === path);
}

/** Excludes a version, unless it is excluded already. Throws MODULE_VERSION unless it is canonical. */
export function addExclude(mod: GoMod, module: ModuleVersion): void {
  checkCanonical(module.path, module.version);
  const samePath = mod.exclude.filter((entry) => entry.module.path === module.path);
  if (samePath.some((entry) => entry.module.version === module.version)) return;
  const tokens = ["exclude", autoQuote(module.path), module.version];
  const line = addLine(mod.syntax, samePath.at(-1)?.line ?? "end", tokens);
  mod.exclude.push({ module, position: line.start, line });
}

export function dropExclude(mod: GoMod, { path, version }: ModuleVersion): void {
  mod.exclude = dropWhere(mod.exclude, ({ module }) => module.path === path && module.version === version);
}

/**
 * Retracts versions, with a rationale as comment before the line ("" for none; lines separated by line feeds).
 * Throws MODULE_VERSION unless both ends are canonical and belong to the module's path.
 */
export function addRetract(mod: GoMod, interval: VersionInterval, rationale = ""): void {
  const path = mod.module?.path ?? "";
  const { low, high } = interval;
  checkCanonical(path, high);
  checkCanonical(path, low);
  const [from, to] = [autoQuote(low), autoQuote(high)];
  const tokens = low === high ? ["retract", from] : ["retract", "[", from, ",", to, "]"];
  const line = addLine(mod.syntax, "last", tokens);
  if (rationale !== "") {
    line.comments.before = rationale.split("\n").map((text) => newComment(`// ${text}`));
  }
  mod.retract.push({ interval, rationale, position: line.start, line });
}

export function dropRetract(mod: GoMod, { low, high }: VersionInterval): void {
  mod.retract = dropWhere(mod.retract, ({ interval }) => interval.low === low && interval.high === high);
}

/** Adds a tool, unless it is there, and sorts all blocks. */
export function addTool(mod: GoMod, path: string): void {
  addPath(mod, "tool", path);
}

export function dropTool(mod: GoMod, path: string): void {
  mod.tool = dropWhere(mod.tool, (entry) => entry.path === path);
}

/** Adds a directory to ignore, unless it is there, and sorts all blocks. */
export function addIgnore(mod: GoMod, path: string): void {
  addPath(mod, "ignore", path);
}

export function dropIgnore(mod: GoMod, path: string): void {
  mod.ignore = dropWhere(mod.ignore, (entry) => entry.path === path);
}

function addPath(mod: GoMod, verb: "tool" | "ignore", path: string): void {
  const list: PathDirective[] = mod[verb];
  if (list.some((entry) => entry.path === path)) return;
  const line = addLine(mod.syntax, "last", [verb, autoQuote(path)]);
  list.push({ path, position: line.start, line });
  sortBlocks(mod);
}

/** Throws MODULE_VERSION unless the version is canonical and belongs to the module path ("" for any path). */
function checkCanonical(path: string, version: string): void {
  const split = splitPathVersion(path);
  const pathMajor = split?.pathMajor ?? "";
  if (canonicalModuleVersion(version) !== version) {
    const form = pathMajor === "" ? "v1.2.3" : `${pathMajorPrefix(pathMajor)}.2.3`;
    const expected = `the form ${form}`;
    throw new ModwharfError("MODULE_VERSION", "the version is not canonical", {
      subject: showText(version),
      expected,
    });
  }
  if (split === undefined) return;
  try {
    checkPathMajor(version, pathMajor);
  } catch (cause) {
    if (pathMajor !== "") throw cause;
    throw new ModwharfError("MODULE_VERSION", "the version does not belong to its module path", {
      subject: showText(`${path} ${version}`),
      fix: `write ${version}+incompatible, or use the module path ${path}/${majorOf(version)}.`,
      cause,
    });
  }
}
