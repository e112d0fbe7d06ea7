import { ModwharfError } from "../base/errors.ts";
import { checkPath, type PathProblem, problemOfElement, problemOfPath } from "./path.ts";
import { display } from "./unicode/quote.ts";

/*
 * The escaped form of paths and versions in URLs and file names: each upper-case letter as `!` and its lower-case
 * one, so that two modules never differ in case alone on a file system that does not tell (github.com/!azure).
 */

function escapeUpperCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
}

/** undefined unless the text is ASCII without upper case and each `!` precedes a lower-case letter. */
function unescapeUpperCase(escaped: string): string | undefined {
  if (/[A-Z]|[^\0-\x7f]|!(?![a-z])/.test(escaped)) return undefined;
  return escaped.replace(/!([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}

const NOT_ESCAPED: PathProblem = {
  reason: "not an escaped form",
  expected: "ASCII without upper case, and ! only before a lower-case letter",
};

function refuse(what: "module path" | "version", escaped: string, { reason, expected }: PathProblem): never {
  const code = what === "version" ? "MODULE_VERSION" : "MODULE_PATH";
  throw new ModwharfError(code, `invalid escaped ${what}: ${reason}`, {
    subject: display(escaped),
    expected,
  });
}

/** The escaped form of a module path (module.EscapePath); throws MODULE_PATH when the path is invalid. */
export function escapePath(path: string): string {
  checkPath(path);
  return escapeUpperCase(path);
}

/** The module path of an escaped one (module.UnescapePath); throws MODULE_PATH when either is invalid. */
export function unescapePath(escaped: string): string {
  const path = unescapeUpperCase(escaped);
  if (path === undefined) return refuse("module path", escaped, NOT_ESCAPED);
  const problem = problemOfPath(path, "module");
  if (problem !== undefined) return refuse("module path", escaped, problem);
  return path;
}

/**
 * The escaped form of a version (module.EscapeVersion). It need not be a semantic version (branches and commits
 * occur in queries) but an ASCII file name without `!`; else throws MODULE_VERSION.
 */
export function escapeVersion(version: string): string {
  if (problemOfElement(version, "file") !== undefined || /[!\x80-\u{10ffff}]/u.test(version)) {
    throw new ModwharfError("MODULE_VERSION", "disallowed version string", {
      subject: display(version),
      expected: "a file name in ASCII without ! and slashes",
    });
  }
  return escapeUpperCase(version);
}

/** The version of an escaped one (module.UnescapeVersion); throws MODULE_VERSION when either is invalid. */
export function unescapeVersion(escaped: string): string {
  const version = unescapeUpperCase(escaped);
  if (version === undefined) return refuse("version", escaped, NOT_ESCAPED);
  const problem = problemOfElement(version, "file");
  if (problem !== undefined) return refuse("version", escaped, problem);
  return version;
}
