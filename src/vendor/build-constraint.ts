import { fields, trimSpace } from "../modfile/characters.ts";

/**
 * Whether some set of build tags selects a Go file (cmd/go/internal/imports ShouldBuild with any tags): each tag
 * counts as set and as not set, whatever suits, but for `ignore`, which is never set. `text` is the file without a
 * byte order mark.
 */
export function mayBuild(text: string): boolean {
  const { goBuild, plusBuild } = readHeader(text);
  if (goBuild.length > 1) return false;
  if (goBuild.length === 1) return new Expression(goBuild[0]!).mayHold();
  return plusBuild.every(plusBuildMayHold);
}

interface Header {
  /** What follows `//go:build` on each such line. */
  readonly goBuild: string[];
  /** What follows `+build` on each such line above the last blank line of the leading comments. */
  readonly plusBuild: string[];
}

/** Reads the comments above the first code (go/build parseFileHeader). */
function readHeader(text: string): Header {
  const header: Header = { goBuild: [], plusBuild: [] };
  let pending: string[] = [];
  let isLeading = true;
  let inComment = false;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const line = trimSpace(text.slice(start, end));
    start = end + 1;
    if (line === "" && isLeading) {
      // Only what a blank line separates from the code is a constraint; the rest is the package's own comment.
      header.plusBuild.push(...pending);
      pending = [];
      continue;
    }
    if (!line.startsWith("//")) isLeading = false;
    if (!inComment) {
      const goBuild = behindMarker(line, "//go:build");
      if (goBuild !== undefined) header.goBuild.push(goBuild);
      const plusBuild = isLeading ? behindMarker(trimSpace(line.slice(2)), "+build") : undefined;
      if (plusBuild !== undefined) pending.push(plusBuild);
    }
    const rest = skipComments(line, inComment);
    if (rest === "code") break;
    inComment = rest === "open";
  }
  return header;
}

/** The text behind `marker` when the line is the marker alone or the marker and a blank; else undefined. */
function behindMarker(line: string, marker: string): string | undefined {
  if (!line.startsWith(marker)) return undefined;
  const rest = line.slice(marker.length);
  const trimmed = trimSpace(rest);
  return rest === "" || trimmed.length < rest.length ? trimmed : undefined;
}

/** What a line ends in: code, a comment that goes on, or neither. */
function skipComments(line: string, inComment: boolean): "code" | "open" | "closed" {
  let rest = line;
  let isOpen = inComment;
  while (rest !== "") {
    if (isOpen) {
      const close = rest.indexOf("*/");
      if (close < 0) return "open";
      isOpen = false;
      rest = trimSpace(rest.slice(close + 2));
    } else if (rest.startsWith("//")) {
      return "closed";
    } else if (rest.startsWith("/*")) {
      isOpen = true;
      rest = trimSpace(rest.slice(2));
    } else return "code";
  }
  return isOpen ? "open" : "closed";
}

const TAG = /^[\p{L}\p{Nd}_.]+$/u;
const MAX_OLD_OPERATORS = 100;
const MAX_TAGS = 1000;

/** `+build` lines: blanks are or, commas are and. A line with too many parts does not count, as in Go. */
function plusBuildMayHold(text: string): boolean {
  const options = fields(text).map((clause) => clause.split(","));
  const operators = options.reduce((sum, literals) => sum + literals.length, 0) - 1;
  if (operators > MAX_OLD_OPERATORS) return true;
  return options.some((literals) => literals.every(literalMayHold));
}

function literalMayHold(literal: string): boolean {
  if (literal.startsWith("!!") || literal === "!") return false;
  const isNegated = literal.startsWith("!");
  const tag = isNegated ? literal.slice(1) : literal;
  return isNegated || (TAG.test(tag) && tag !== "ignore");
}

const TOKEN = /[ \t]*(\(|\)|!|&&|\|\||[\p{L}\p{Nd}_.]+|[^ \t]|$)/uy;

/** A `//go:build` expression, judged while it is parsed (go/build/constraint parseExpr). */
class Expression {
  readonly #text: string;
  #token = "";
  #at = 0;
  #tags = 0;
  #isBroken = false;

  constructor(text: string) {
    this.#text = text;
  }

  /** False also for an expression that cannot be parsed, as then no build takes the file. */
  mayHold(): boolean {
    this.#next();
    const value = this.#or(true);
    return value && this.#token === "" && !this.#isBroken;
  }

  /** `wanted` is what every tag pretends to be: true, or false below a `!`. */
  #or(wanted: boolean): boolean {
    let value = this.#and(wanted);
    while (this.#token === "||") {
      this.#next();
      value = this.#and(wanted) || value;
    }
    return value;
  }

  #and(wanted: boolean): boolean {
    let value = this.#not(wanted);
    while (this.#token === "&&") {
      this.#next();
      value = this.#not(wanted) && value;
    }
    return value;
  }

  #not(wanted: boolean): boolean {
    if (++this.#tags > MAX_TAGS) this.#isBroken = true;
    if (this.#isBroken) return false;
    if (this.#token !== "!") return this.#atom(wanted);
    this.#next();
    return !this.#atom(!wanted);
  }

  #atom(wanted: boolean): boolean {
    const token = this.#token;
    if (token === "(") {
      this.#next();
      const value = this.#or(wanted);
      if (this.#token !== ")") this.#isBroken = true;
      this.#next();
      return value;
    }
    // A second `!` lands here too: Go refuses double negation.
    if (!TAG.test(token)) this.#isBroken = true;
    this.#next();
    return token === "ignore" ? false : wanted;
  }

  #next(): void {
    TOKEN.lastIndex = this.#at;
    this.#token = TOKEN.exec(this.#text)?.[1] ?? "";
    this.#at = TOKEN.lastIndex;
  }
}
