import { ModwharfError } from "../base/errors.ts";
import { canonicalModuleVersion } from "../module/major.ts";
import { type ModfileProblem, ModfileSyntaxError } from "./problem.ts";
import { autoQuote, quoteToken, showText, unquote } from "./quote.ts";
import type { FileSyntax, Line, LineBlock, Position } from "./syntax.ts";

/**
 * Turns the version of a module as written into the one to use; throws a ModwharfError when there is none.
 * `go` resolves branch names with it. Without a fixer versions are made canonical (v1.2 becomes v1.2.0), and
 * what is no version is a problem.
 */
export type VersionFixer = (path: string, version: string) => string;

/** One line with what it means to parse it: its verb, and where in the line's tokens the arguments start. */
export interface Directive {
  readonly verb: string;
  readonly line: Line;
  readonly block: LineBlock | undefined;
  readonly args: Arguments;
  /** False for the go.mod of a dependency, in which only what concerns its users counts. */
  readonly strict: boolean;
  readonly fix: VersionFixer | undefined;
}

/** The arguments of a directive: a window on the line's tokens, since parsing rewrites them in normal form. */
export class Arguments {
  readonly #line: Line;
  readonly #offset: number;

  constructor(line: Line, offset: number) {
    this.#line = line;
    this.#offset = offset;
  }

  get count(): number {
    return this.#line.tokens.length - this.#offset;
  }

  get(index: number): string | undefined {
    return this.#line.tokens[this.#offset + index];
  }

  set(index: number, token: string): void {
    this.#line.tokens[this.#offset + index] = token;
  }

  toString(): string {
    return this.#line.tokens.slice(this.#offset).join(" ");
  }
}

/**
 * The error for a directive that cannot be read; the caller that knows the line adds file and position. `actual`
 * may be any text of the file.
 */
export function refuse(
  what: string,
  details: { expected?: string; actual?: string; fix?: string } = {},
): never {
  const { actual, ...rest } = details;
  const shown = actual === undefined ? {} : { actual: showText(actual) };
  throw new ModwharfError("MODFILE_SYNTAX", what, { ...rest, ...shown });
}

/** The one argument of a directive, as a token. */
export function onlyArgument(directive: Directive, expected: string): string {
  const { args, verb } = directive;
  if (args.count !== 1) {
    refuse(`a ${verb} directive takes exactly one argument`, { expected, actual: `${verb} ${args}`.trim() });
  }
  return args.get(0)!;
}

/** The text of an argument, unquoted; the token is rewritten with quotes only where they are needed. */
export function parseString(args: Arguments, index: number): string {
  const token = args.get(index)!;
  let text: string | undefined = token;
  if (token.startsWith('"')) {
    text = unquote(token);
    if (text === undefined) refuse("a quoted string has a malformed escape", { actual: token });
  } else if (/["'`]/.test(token)) {
    refuse("a quote in a string that is not quoted", {
      actual: token,
      fix: 'use "…" around the whole string.',
    });
  }
  args.set(index, autoQuote(text));
  return text;
}

/** The version in an argument, of the module `path`; the token is rewritten with it. */
export function parseVersion(directive: Directive, path: string, index: number): string {
  const { args, fix } = directive;
  const text = parseString(args, index);
  const version = fix === undefined ? canonicalVersion(path, text) : fix(path, text);
  args.set(index, version);
  return version;
}

function canonicalVersion(path: string, text: string): string {
  const version = canonicalModuleVersion(text);
  if (version === undefined) {
    const of = path === "" ? "" : ` of ${showText(path)}`;
    return refuse(`the version${of} is not a semantic version`, {
      expected: "the form v1.2.3",
      actual: quoteToken(text),
    });
  }
  return version;
}

/** A closed range of versions; a single version is a range with equal ends, as in golang.org/x/mod. */
export interface VersionInterval {
  readonly low: string;
  readonly high: string;
}

/** Reads `v1` or `[v1, v2]` from the first argument on; also returns how many arguments it took. */
export function parseVersionInterval(
  directive: Directive,
  path: string,
): { interval: VersionInterval; count: number } {
  const { args } = directive;
  const expected = "v1.2.3 or [v1.0.0, v1.2.3]";
  const refuseHere = (): never =>
    refuse("a version or a range of versions is malformed", { expected, actual: `${args}` || "nothing" });
  if (args.count === 0 || args.get(0) === "(") refuseHere();
  if (args.get(0) !== "[") {
    const version = parseVersion(directive, path, 0);
    return { interval: { low: version, high: version }, count: 1 };
  }
  if (args.count < 2) refuseHere();
  const low = parseVersion(directive, path, 1);
  if (args.get(2) !== "," || args.count < 4) refuseHere();
  const high = parseVersion(directive, path, 3);
  if (args.get(4) !== "]") refuseHere();
  return { interval: { low, high }, count: 5 };
}

/** A file of a million bad lines would hold gigabytes of problems; nobody reads past this many. */
const maxProblems = 10_000;

/** Collects the problems of a file while its directives are read, as Go's ErrorList. */
export class Problems {
  readonly #syntax: FileSyntax;
  readonly #list: ModfileProblem[] = [];

  constructor(syntax: FileSyntax) {
    this.#syntax = syntax;
  }

  /** Runs `read`; a ModwharfError that it throws becomes a problem at `position`. */
  attempt(position: Position, read: () => void): void {
    try {
      read();
    } catch (error) {
      if (!(error instanceof ModwharfError)) throw error;
      this.#add(position, error);
    }
  }

  #add(position: Position, error: ModwharfError): void {
    const { subject, expected, actual, fix } = error;
    const what = subject === undefined ? error.what : `${error.what} (${subject})`;
    this.#list.push({ file: this.#syntax.name, position, what, expected, actual, fix, cause: error });
    if (this.#list.length >= maxProblems) this.throwIfAny();
  }

  throwIfAny(): void {
    if (this.#list.length > 0) throw new ModfileSyntaxError(this.#list);
  }
}
