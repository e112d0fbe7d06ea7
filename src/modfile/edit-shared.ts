import { ModwharfError } from "../base/errors.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import { addLine, removeLine, updateLine } from "./edit-lines.ts";
import { goVersionPattern, toolchainPattern } from "./go-directives.ts";
import type { GoMod } from "./go-mod.ts";
import type { GoWork } from "./go-work.ts";
import { autoQuote, showText } from "./quote.ts";
import type { ReplaceDirective } from "./replace.ts";
import type { Line } from "./syntax.ts";

/*
 * Edits that go.mod and go.work share. They keep comments and layout, and follow the layout rules of
 * golang.org/x/mod/modfile. What they remove leaves an empty line until `cleanup` or `cleanupWork`.
 */

/** Throws USAGE for what a go directive cannot hold. */
export function checkGoVersion(version: string): void {
  if (goVersionPattern.test(version)) return;
  throw new ModwharfError("USAGE", "not a Go version", {
    subject: showText(version),
    expected: "the form 1.23.0",
  });
}

/** Throws USAGE for what a toolchain directive cannot hold. */
export function checkToolchain(name: string): void {
  if (toolchainPattern.test(name)) return;
  throw new ModwharfError("USAGE", "not a toolchain", {
    subject: showText(name),
    expected: "go1.23.0 or default",
  });
}

export function dropGo(file: GoMod | GoWork): void {
  if (file.go !== undefined) removeLine(file.go.line);
  file.go = undefined;
}

export function dropToolchain(file: GoMod | GoWork): void {
  if (file.toolchain !== undefined) removeLine(file.toolchain.line);
  file.toolchain = undefined;
}

/** Removes the entries that match from a list of directives, and their lines from the tree. */
export function dropWhere<T extends { line: Line }>(list: T[], matches: (entry: T) => boolean): T[] {
  return list.filter((entry) => {
    if (!matches(entry)) return true;
    removeLine(entry.line);
    return false;
  });
}

/** Keeps the first entry that matches and removes the others; returns what is left and the one kept. */
export function keepFirst<T extends { line: Line }>(
  list: T[],
  matches: (entry: T) => boolean,
): { left: T[]; first: T | undefined } {
  const first = list.find(matches);
  return { left: dropWhere(list, (entry) => entry !== first && matches(entry)), first };
}

/** Sets a godebug key: in its first line, else in a new line of the last block; further lines of the key go. */
export function addGodebug(file: GoMod | GoWork, key: string, value: string): void {
  const tokens = ["godebug", `${key}=${value}`];
  const { left, first } = keepFirst(file.godebug, (entry) => entry.key === key);
  file.godebug = left;
  if (first !== undefined) {
    first.value = value;
    updateLine(first.line, tokens);
  } else {
    const line = addLine(file.syntax, "last", tokens);
    file.godebug.push({ key, value, position: line.start, line });
  }
}

export function dropGodebug(file: GoMod | GoWork, key: string): void {
  file.godebug = dropWhere(file.godebug, (entry) => entry.key === key);
}

/**
 * Replaces one module version by another module version or by a directory (a path with version ""). With old
 * version "" it replaces all versions, and takes the place of every replacement of that path.
 */
export function addReplace(file: GoMod | GoWork, old: ModuleVersion, target: ModuleVersion): void {
  const tokens = replaceTokens(old, target);
  const { left, first } = keepFirst(
    file.replace,
    (entry) => entry.old.path === old.path && (old.version === "" || entry.old.version === old.version),
  );
  file.replace = left;
  if (first !== undefined) {
    Object.assign(first, { old, new: target } satisfies Partial<ReplaceDirective>);
    updateLine(first.line, tokens);
    return;
  }
  const beside = file.replace.findLast((entry) => entry.old.path === old.path);
  const line = addLine(file.syntax, beside?.line ?? "end", tokens);
  file.replace.push({ old, new: target, position: line.start, line });
}

function replaceTokens(old: ModuleVersion, target: ModuleVersion): string[] {
  const words = [autoQuote(old.path), old.version, "=>", autoQuote(target.path), target.version];
  return ["replace", ...words.filter((word) => word !== "")];
}

/** Drops the replacement of exactly this version; "" means the one of all versions. */
export function dropReplace(file: GoMod | GoWork, { path, version }: ModuleVersion): void {
  file.replace = dropWhere(file.replace, ({ old }) => old.path === path && old.version === version);
}
