import { addLine, cleanUpSyntax, updateLine } from "./edit-lines.ts";
import { checkGoVersion, checkToolchain, dropWhere, keepFirst } from "./edit-shared.ts";
import { sortWorkBlocks } from "./edit-sort.ts";
import type { GoWork } from "./go-work.ts";
import { autoQuote } from "./quote.ts";
import { type FileSyntax, newLine } from "./syntax.ts";

/*
 * Edits of a go.work, after golang.org/x/mod/modfile.WorkFile; godebug and replace are in edit-shared.ts. What
 * an edit removes leaves an empty line until `cleanupWork`.
 */

/** Takes out the lines that edits removed; call it once, before formatting. */
export function cleanupWork(work: GoWork): void {
  cleanUpSyntax(work.syntax);
}

/** Sets the Go version; a new directive goes below the comments at the top. Throws USAGE for a malformed one. */
export function setWorkGo(work: GoWork, version: string): void {
  checkGoVersion(version);
  const tokens = ["go", version];
  if (work.go !== undefined) {
    work.go.version = version;
    updateLine(work.go.line, tokens);
    return;
  }
  const line = newLine(tokens);
  work.syntax.statements.splice(belowTopComments(work.syntax), 0, line);
  work.go = { version, position: line.start, line };
}

/** Sets the toolchain; a new directive goes after the go directive, else below the comments at the top. */
export function setWorkToolchain(work: GoWork, name: string): void {
  checkToolchain(name);
  const tokens = ["toolchain", name];
  if (work.toolchain !== undefined) {
    work.toolchain.name = name;
    updateLine(work.toolchain.line, tokens);
    return;
  }
  const { statements } = work.syntax;
  const go = statements.findIndex((statement) => statement.kind === "line" && statement.tokens[0] === "go");
  const line = newLine(tokens);
  statements.splice(go >= 0 ? go + 1 : belowTopComments(work.syntax), 0, line);
  work.toolchain = { name, position: line.start, line };
}

function belowTopComments({ statements }: FileSyntax): number {
  const index = statements.findIndex(({ kind }) => kind !== "comments");
  return index < 0 ? statements.length : index;
}

/** Uses a directory: in its first line, else in a new line of the last block; further lines of it go. */
export function addUse(work: GoWork, path: string, modulePath = ""): void {
  const { left, first } = keepFirst(work.use, (entry) => entry.path === path);
  work.use = left;
  if (first === undefined) {
    addNewUse(work, path, modulePath);
  } else {
    first.modulePath = modulePath;
    updateLine(first.line, ["use", autoQuote(path)]);
  }
}

/** Adds a line at the end of the last use block, whatever lines the directory has. */
export function addNewUse(work: GoWork, path: string, modulePath = ""): void {
  const line = addLine(work.syntax, "last", ["use", autoQuote(path)]);
  work.use.push({ path, modulePath, position: line.start, line });
}

/** Makes the used directories exactly these and sorts all blocks. Call `cleanupWork` afterwards. */
export function setUse(work: GoWork, directories: readonly { path: string; modulePath: string }[]): void {
  const needed = new Map(directories.map(({ path, modulePath }) => [path, modulePath]));
  work.use = dropWhere(work.use, ({ path }) => !needed.has(path));
  const have = new Set<string>();
  for (const entry of work.use) {
    entry.modulePath = needed.get(entry.path)!;
    have.add(entry.path);
  }
  for (const [path, modulePath] of needed) if (!have.has(path)) addNewUse(work, path, modulePath);
  sortWorkBlocks(work);
}

export function dropUse(work: GoWork, path: string): void {
  work.use = dropWhere(work.use, (entry) => entry.path === path);
}
