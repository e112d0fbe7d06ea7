import { isWellFormed } from "../base/bytewise.ts";
import { ModwharfError } from "../base/errors.ts";
import { splitPathVersion } from "./path-version.ts";
import { isLetter } from "./unicode/classes.ts";
import { display, quote, quoteChar } from "./unicode/quote.ts";

/*
 * What may be the path of a module, a package or a file: the rules of golang.org/x/mod/module (module.go).
 *
 * A Go string is bytes and may be invalid UTF-8, which every kind of path refuses. A JavaScript string is
 * UTF-16; the only ones without UTF-8 form hold a lone surrogate, and those are refused in the same words.
 */

export type PathKind = "module" | "import" | "file";

/** Why a path is refused, in the words of golang.org/x/mod, and what helps. */
export interface PathProblem {
  readonly reason: string;
  readonly expected?: string;
  readonly fix?: string;
}

const FILE_CHARS = "letters, digits, spaces and !#$%&()+,-.=@[]^_{}~";

/** The characters of an element as each kind allows them; what is not ASCII is judged by `isAllowed`. */
const kinds: Record<PathKind, { ascii: RegExp; chars: string }> = {
  // Neither % nor + here: they would change their meaning in a URL.
  module: { ascii: /^[-._~0-9A-Za-z]+$/, chars: "ASCII letters, digits and -._~" },
  import: { ascii: /^[-._~+0-9A-Za-z]+$/, chars: "ASCII letters, digits and -._~+" },
  // Without what shells (" ' * < > ? ` |), Windows (: \) and macOS (:) treat specially.
  file: { ascii: /^[-!#$%&()+,.=@[\]^_{}~ 0-9A-Za-z]+$/, chars: FILE_CHARS },
};

/** Device names of Windows, reserved there as file names in any case and with any extension. */
const WINDOWS_NAME = /^(?:con|prn|aux|nul|com[1-9]|lpt[1-9])$/i;

/** The short (8.3) name of some other file on Windows: PROGRA~1. */
const WINDOWS_SHORT_NAME = /~[0-9]+$/;

function isAllowed(char: string, kind: PathKind): boolean {
  if (char <= "\x7f") return kinds[kind].ascii.test(char);
  return kind === "file" && isLetter(char.codePointAt(0)!);
}

/** What is wrong with one path element (the text between two slashes) as part of a path of this kind. */
export function problemOfElement(element: string, kind: PathKind): PathProblem | undefined {
  if (element === "") return { reason: "empty path element", fix: "remove the superfluous slash" };
  if (/^\.+$/.test(element)) {
    return { reason: `invalid path element ${quote(element)}`, expected: "no element made of dots alone" };
  }
  if (element.startsWith(".") && kind === "module") {
    return { reason: "leading dot in path element", expected: "elements that begin with another character" };
  }
  if (element.endsWith(".")) {
    return { reason: "trailing dot in path element", expected: "elements that end with another character" };
  }
  // Most elements need no look at each character, which 20,000 files of a zip would notice.
  for (const char of kinds[kind].ascii.test(element) ? "" : element) {
    if (!isAllowed(char, kind))
      return { reason: `invalid char ${quoteChar(char)}`, expected: kinds[kind].chars };
  }
  return problemOnWindows(element, kind);
}

function problemOnWindows(element: string, kind: PathKind): PathProblem | undefined {
  const stem = element.split(".", 1)[0]!;
  if (WINDOWS_NAME.test(stem)) {
    return {
      reason: `${quote(stem)} disallowed as path element component on Windows`,
      fix: "rename it: Windows reserves this name whatever follows its first dot",
    };
  }
  // A file in a zip never goes by its short name; an import path might find another directory by it.
  if (kind !== "file" && WINDOWS_SHORT_NAME.test(stem)) {
    return {
      reason: "trailing tilde and digits in path element",
      fix: "rename it: Windows uses such names as short names of other files",
    };
  }
  return undefined;
}

function problemOfElements(path: string, kind: PathKind): PathProblem | undefined {
  if (!isWellFormed(path)) return { reason: "invalid UTF-8" };
  if (path === "") return { reason: "empty string" };
  if (path.startsWith("-") && kind !== "file") {
    return { reason: "leading dash", fix: "rename it: the go command would read it as a flag" };
  }
  if (path.includes("//")) return { reason: "double slash", fix: "use single slashes" };
  if (path.endsWith("/")) return { reason: "trailing slash", fix: "remove the last slash" };
  for (const element of path.split("/")) {
    const problem = problemOfElement(element, kind);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function problemOfModulePath(path: string): PathProblem | undefined {
  const first = path.split("/", 1)[0]!;
  if (!first.includes(".")) {
    return {
      reason: "missing dot in first path element",
      expected: "a domain name first",
      fix: `name the module like example.com/${path}`,
    };
  }
  const bad = /[^-.0-9a-z]/.exec(first);
  if (bad !== null) {
    return {
      reason: `invalid char ${quoteChar(bad[0])} in first path element`,
      expected: "a domain name of lower-case ASCII letters, digits, dots and dashes",
    };
  }
  if (splitPathVersion(path) !== undefined) return undefined;
  if (path.startsWith("gopkg.in/")) {
    return { reason: "invalid version", expected: "a gopkg.in path ending in .vN, such as gopkg.in/yaml.v3" };
  }
  return {
    reason: "invalid version",
    expected: "an ending /vN only for N of 2 and more, without leading zero or dots",
    fix: "v0 and v1 have no version suffix; v2 and later end in /v2 and so on",
  };
}

/** What is wrong with the path, or undefined when it is valid; for callers that list problems. */
export function problemOfPath(path: string, kind: PathKind): PathProblem | undefined {
  return problemOfElements(path, kind) ?? (kind === "module" ? problemOfModulePath(path) : undefined);
}

function check(path: string, kind: PathKind): void {
  const problem = problemOfPath(path, kind);
  if (problem === undefined) return;
  const { reason, expected, fix } = problem;
  throw new ModwharfError("MODULE_PATH", `malformed ${kind} path: ${reason}`, {
    subject: display(path),
    expected,
    fix,
  });
}

/**
 * Throws MODULE_PATH unless `path` is a valid module path (module.CheckPath): a valid import path without `+`
 * whose first element is a lower-case domain name with a dot, none of whose elements begins with a dot, and
 * whose version suffix, if any, is well-formed (`/v2` and up; gopkg.in: `.vN`).
 */
export function checkPath(path: string): void {
  check(path, "module");
}

/**
 * Throws MODULE_PATH unless `path` is a valid import path (module.CheckImportPath): non-empty elements of ASCII
 * letters, digits and -._~+ between single slashes, none ending in a dot nor being a name of Windows' own.
 */
export function checkImportPath(path: string): void {
  check(path, "import");
}

/**
 * Throws MODULE_PATH unless `path` is a valid slash-separated path of a file in a module zip
 * (module.CheckFilePath): as an import path, but with Go's Unicode letters, the space and !#$%&()+,-.=@[]^_{}~.
 */
export function checkFilePath(path: string): void {
  check(path, "file");
}
