/**
 * Tokens of Go source (Go specification, "Lexical elements"), as far as declarations need them: automatic
 * semicolons included, function bodies skipped without making tokens. Bytes were decoded as UTF-8 before.
 */
export type TokenKind = "eof" | "name" | "number" | "char" | "string" | "operator" | ";";

/** A place in a source file where it stops being Go; the parser catches it and marks the file. */
export class GoSyntaxProblem extends Error {
  override readonly name = "GoSyntaxProblem";
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const NAME = /[\p{L}_][\p{L}\p{Nd}_]*/uy;
const NUMBER = /(?:0[xX][\da-fA-F_.]+(?:[pP][+-]?[\d_]+)?|[\d_.]+(?:[eE][+-]?[\d_]+)?|0[bBoO][\d_]+)i?/y;
const LONG_OPERATOR = /<<=|>>=|&\^=|\.\.\.|<-|<<|>>|&\^|&&|\|\||\+\+|--|[=!<>:+\-*/%&|^]=/y;
/** What changes how the text after it reads, inside a function body. */
const BODY_EVENT = /[{}"'`/]/g;

/** After these a line end is a semicolon (specification, "Semicolons"). */
const ENDS_STATEMENT = new Set(["break", "continue", "fallthrough", "return", "++", "--", ")", "]", "}"]);

/** Reads tokens one after the other; `kind`, `text` and `start` are those of the current token. */
export class GoLexer {
  readonly source: string;
  kind: TokenKind = "eof";
  text = "";
  start = 0;
  /** Offset after the current token. */
  end = 0;
  #endsStatement = false;

  constructor(source: string) {
    // A byte order mark is allowed at the start of a file only.
    this.source = source;
    this.end = source.charCodeAt(0) === 0xfeff ? 1 : 0;
  }

  /** Moves to the next token. Throws GoSyntaxProblem for what no Go token starts with. */
  next(): void {
    if (this.#skipBlanks()) {
      this.#set(";", "\n", this.end);
      this.#endsStatement = false;
      return;
    }
    this.start = this.end;
    if (this.start >= this.source.length) {
      const needsSemicolon = this.#endsStatement;
      this.#set(needsSemicolon ? ";" : "eof", "", this.source.length);
      this.#endsStatement = false;
      return;
    }
    this.#scan(this.source.charCodeAt(this.start));
    this.#endsStatement =
      this.kind === "name"
        ? !KEYWORDS.has(this.text) || ENDS_STATEMENT.has(this.text)
        : this.kind === "operator"
          ? ENDS_STATEMENT.has(this.text)
          : this.kind !== ";";
  }

  /** Remembers the current token; calling the result goes back to it. */
  mark(): () => void {
    const { kind, text, start, end } = this;
    const endsStatement = this.#endsStatement;
    return () => {
      this.#set(kind, text, end);
      this.start = start;
      this.#endsStatement = endsStatement;
    };
  }

  /** With `{` as the current token: moves to the `}` that closes it, which becomes the current token. */
  skipBlock(): void {
    let depth = 1;
    for (let at = this.end; ; ) {
      BODY_EVENT.lastIndex = at;
      const found = BODY_EVENT.exec(this.source);
      if (found === null) throw new GoSyntaxProblem("a block is not closed", this.start);
      at = found.index + 1;
      const event = found[0];
      if (event === "{") depth++;
      else if (event === "}") {
        if (--depth > 0) continue;
        this.#set("operator", "}", at);
        this.start = at - 1;
        this.#endsStatement = true;
        return;
      } else at = event === "/" ? this.#afterSlash(at) : this.#afterQuote(found.index, event);
    }
  }

  #set(kind: TokenKind, text: string, end: number): void {
    this.kind = kind;
    this.text = text;
    this.end = end;
  }

  /** Skips blanks and comments; true when a line end among them is a semicolon (it is then consumed). */
  #skipBlanks(): boolean {
    const { source } = this;
    for (;;) {
      const code = source.charCodeAt(this.end);
      if (code === 10) {
        if (this.#endsStatement) {
          this.start = this.end++;
          return true;
        }
        this.end++;
      } else if (code === 32 || code === 9 || code === 13) this.end++;
      else if (code === 47 && source.charCodeAt(this.end + 1) === 47) this.end = lineEnd(source, this.end);
      else if (code === 47 && source.charCodeAt(this.end + 1) === 42) {
        const from = this.end;
        this.end = this.#afterSlash(from + 1);
        if (this.#endsStatement && source.slice(from, this.end).includes("\n")) {
          this.start = from;
          return true;
        }
      } else return false;
    }
  }

  /** `at` is just behind a `/`: the offset behind the comment it starts, or `at` when it is a division. */
  #afterSlash(at: number): number {
    const code = this.source.charCodeAt(at);
    if (code === 47) return lineEnd(this.source, at);
    if (code !== 42) return at;
    const close = this.source.indexOf("*/", at + 1);
    if (close < 0) throw new GoSyntaxProblem("a comment is not closed", at - 1);
    return close + 2;
  }

  /** The offset behind the literal that starts with `quote` at `at`. */
  #afterQuote(at: number, quote: string): number {
    const { source } = this;
    if (quote === "`") {
      const close = source.indexOf("`", at + 1);
      if (close < 0) throw new GoSyntaxProblem("a raw string is not closed", at);
      return close + 1;
    }
    for (let i = at + 1; i < source.length; i++) {
      const char = source[i];
      if (char === "\\") i++;
      else if (char === quote) return i + 1;
      else if (char === "\n") break;
    }
    throw new GoSyntaxProblem("a literal is not closed", at);
  }

  #scan(code: number): void {
    const { source, start } = this;
    if (code === 59) this.#set(";", ";", start + 1);
    else if (code === 34 || code === 96 || code === 39) {
      const end = this.#afterQuote(start, String.fromCharCode(code));
      this.#set(code === 39 ? "char" : "string", source.slice(start, end), end);
    } else if (isDigit(code) || (code === 46 && isDigit(source.charCodeAt(start + 1)))) {
      this.#match(NUMBER, "number");
    } else if (isAsciiLetter(code) || code >= 0x80) {
      this.#match(NAME, "name");
    } else if (!this.#tryMatch(LONG_OPERATOR, "operator")) {
      if (!"+-*/%&|^<>=!()[]{},.:~".includes(source[start]!)) {
        throw new GoSyntaxProblem(`${JSON.stringify(source[start])} starts no token of Go`, start);
      }
      this.#set("operator", source[start]!, start + 1);
    }
  }

  #tryMatch(pattern: RegExp, kind: TokenKind): boolean {
    pattern.lastIndex = this.start;
    const found = pattern.exec(this.source);
    if (found === null) return false;
    this.#set(kind, found[0], this.start + found[0].length);
    return true;
  }

  #match(pattern: RegExp, kind: TokenKind): void {
    if (this.#tryMatch(pattern, kind)) return;
    throw new GoSyntaxProblem(`${JSON.stringify(this.source[this.start])} starts no token of Go`, this.start);
  }
}

/** The 25 keywords (specification, "Keywords"). */
export const KEYWORDS: ReadonlySet<string> = new Set(
  (
    "break case chan const continue default defer else fallthrough for func go goto if import interface map " +
    "package range return select struct switch type var"
  ).split(" "),
);

function lineEnd(source: string, at: number): number {
  const end = source.indexOf("\n", at);
  return end < 0 ? source.length : end;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isAsciiLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
}
