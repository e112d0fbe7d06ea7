import { posix, win32 } from "node:path";
import { ModwharfError } from "../base/errors.ts";

/** One method of GOAUTH. */
export type AuthMethod =
  | { readonly kind: "netrc" }
  /** A program with its arguments, which prints credentials. */
  | { readonly kind: "command"; readonly words: readonly string[] };

/**
 * Parses GOAUTH (`go help goauth`): methods between semicolons, first ones win. `off` gives none.
 * Throws USAGE for a malformed list, NOT_SUPPORTED for the `git dir` method.
 */
export function parseGoauth(goauth: string): AuthMethod[] {
  const methods = goauth.split(";").map((method) => method.trim());
  if (methods.includes("off")) {
    if (methods.length === 1) return [];
    throw badGoauth("off alone, or a list without it");
  }
  return methods.map(parseMethod);
}

function parseMethod(method: string): AuthMethod {
  const [name, ...rest] = method.split(/\s+/);
  if (name === undefined || name === "") throw badGoauth("methods between semicolons, none of them empty");
  if (name === "netrc") return { kind: "netrc" };
  if (name !== "git") return { kind: "command", words: splitQuoted(method) };
  if (rest.length !== 1 || !(posix.isAbsolute(rest[0]!) || win32.isAbsolute(rest[0]!))) {
    throw badGoauth("git with the absolute path of one directory");
  }
  throw new ModwharfError("NOT_SUPPORTED", "the GOAUTH method git is not supported", {
    fix: "use netrc, or a command that prints the credentials",
  });
}

/** Words between spaces; quotes around a whole word keep its spaces, as in cmd/go (cmd/internal/quoted). */
function splitQuoted(text: string): string[] {
  const words: string[] = [];
  for (const [, double, single, unfinished, plain] of text.matchAll(/"([^"]*)"|'([^']*)'|(["'])|(\S+)/g)) {
    if (unfinished !== undefined) throw badGoauth(`a ${unfinished} at the end of each quoted word`);
    words.push(double ?? single ?? plain!);
  }
  return words;
}

/** Headers that belong to URLs beginning with a prefix, as a GOAUTH command prints them. */
export interface CredentialSet {
  /** With their `https://`. */
  readonly urls: readonly string[];
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Parses a GOAUTH command's output: lines of URLs, a blank line, lines of headers, a blank line, repeated.
 * Throws USAGE; the message shows no line, since any may be a secret.
 */
export function parseCredentialSets(output: string): CredentialSet[] {
  const lines = output.split("\n");
  if (lines.pop() !== "") throw badOutput("a blank line after the headers");
  const sets: CredentialSet[] = [];
  while (lines.length > 0) {
    const urls = takeBlock(lines, "URLs");
    if (!urls.every((url) => URL.canParse(url) || url.startsWith("/"))) throw badOutput("a URL on each line");
    sets.push({ urls, headers: Object.fromEntries(takeBlock(lines, "headers").map(parseHeader)) });
  }
  return sets;
}

function takeBlock(lines: string[], what: string): string[] {
  const end = lines.indexOf("");
  if (end < 0) throw badOutput(`a blank line after the ${what}`);
  const block = lines.splice(0, end);
  lines.shift();
  return block;
}

function parseHeader(line: string): [string, string] {
  const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): (.*)$/.exec(line) ?? [];
  if (name === undefined || value === undefined || /[\x00-\x08\x0a-\x1f\x7f]/.test(value)) {
    throw badOutput("headers of the form Name: value");
  }
  return [name.toLowerCase(), value.trim()];
}

function badGoauth(expected: string): ModwharfError {
  return new ModwharfError("USAGE", "GOAUTH is malformed", { expected, fix: "see `go help goauth`" });
}

function badOutput(expected: string): ModwharfError {
  return new ModwharfError("USAGE", "the output of a GOAUTH command is malformed", { expected });
}
