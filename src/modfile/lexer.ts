import { isSpace } from "../module/unicode/classes.ts";
import { isPrintable } from "./characters.ts";
import { ModfileSyntaxError } from "./problem.ts";
import { quoteToken } from "./quote.ts";
import { isEscapedByte } from "./source-text.ts";
import type { Comment, Position } from "./syntax.ts";

/** A punctuation token's kind is the character itself. */
export type TokenKind =
  | "eof"
  | "comment"
  | "eolComment"
  | "identifier"
  | "string"
  | "\n"
  | "("
  | ")"
  | "["
  | "]"
  | "{"
  | "}"
  | ",";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: Position;
  readonly end: Position;
}

const punctuation = new Set<string>(["\n", "(", ")", "[", "]", "{", "}", ","]);

const space = 0x20;
const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const slash = 0x2f;
const star = 0x2a;
const backslash = 0x5c;
const doubleQuote = 0x22;
const backquote = 0x60;

/** True for a token that ends a line of tokens. */
export function endsLine(kind: TokenKind): boolean {
  return kind === "eof" || kind === "eolComment" || kind === "\n";
}

/**
 * Cuts the text of a go.mod or go.work file into tokens, one ahead of the parser: `peek` looks at the next one,
 * `next` takes it. Throws ModfileSyntaxError where Go's scanner stops, at the same position.
 */
export class Lexer {
  readonly file: string;
  /** Comments at line ends, in file order, to be attached once the tree stands. */
  readonly suffixComments: Comment[] = [];
  readonly #text: string;
  #at = 0;
  #line = 1;
  #column = 1;
  #byte = 0;
  /** Whether a token stands on the current line already, which makes a comment one at the line's end. */
  #lineHasToken = false;
  #ahead: Token;

  constructor(file: string, text: string) {
    this.file = file;
    this.#text = text;
    this.#ahead = this.#read();
  }

  peek(): TokenKind {
    return this.#ahead.kind;
  }

  next(): Token {
    const token = this.#ahead;
    this.#ahead = this.#read();
    return token;
  }

  /** Throws at `position`, by default at the end of what was read, the token ahead included. */
  fail(what: string, details: { fix?: string; position?: Position } = {}): never {
    const { position = this.#position(), ...rest } = details;
    throw new ModfileSyntaxError([{ file: this.file, position, what, ...rest }]);
  }

  #position(): Position {
    return { line: this.#line, column: this.#column, byte: this.#byte };
  }

  /** Moves past one code point (or one byte that is not UTF-8), counting as Go does. */
  #advance(): number {
    const unit = this.#text.charCodeAt(this.#at++);
    this.#column++;
    if (unit < 0x80) {
      this.#byte++;
      if (unit === lineFeed) {
        this.#line++;
        this.#column = 1;
      }
    } else if (unit < 0x800) this.#byte += 2;
    else if (unit >= 0xd800 && unit <= 0xdbff) {
      this.#at++;
      this.#byte += 4;
    } else this.#byte += isEscapedByte(unit) ? 1 : 3;
    return unit;
  }

  #token(kind: TokenKind, from: number, start: Position): Token {
    this.#lineHasToken = kind !== "\n" && kind !== "comment" && kind !== "eolComment";
    return { kind, text: this.#text.slice(from, this.#at), start, end: this.#position() };
  }

  #read(): Token {
    this.#skipSpace();
    const from = this.#at;
    const start = this.#position();
    if (from >= this.#text.length) return this.#token("eof", from, start);
    const unit = this.#text.charCodeAt(from);
    if (unit === slash) {
      if (this.#text.charCodeAt(from + 1) === slash) return this.#comment(from, start);
      this.#refuseBlockComment();
    }
    const char = this.#text[from]!;
    if (punctuation.has(char)) {
      this.#advance();
      return this.#token(char as TokenKind, from, start);
    }
    if (unit === doubleQuote || unit === backquote) return this.#string(from, start);
    return this.#identifier(from, start);
  }

  #skipSpace(): void {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit !== space && unit !== tab && unit !== carriageReturn) return;
      this.#at++;
      this.#byte++;
      this.#column++;
    }
  }

  /** A comment runs to the end of its line; its token leaves out one LF or CRLF. */
  #comment(from: number, start: Position): Token {
    const suffix = this.#lineHasToken;
    while (this.#at < this.#text.length && this.#advance() !== lineFeed);
    const whole = this.#token(suffix ? "eolComment" : "comment", from, start);
    const token = { ...whole, text: whole.text.replace(/\r?\n$/, "") };
    if (suffix) this.suffixComments.push({ start, token: token.text, suffix });
    return token;
  }

  #refuseBlockComment(): void {
    if (this.#text.charCodeAt(this.#at) !== slash || this.#text.charCodeAt(this.#at + 1) !== star) return;
    this.fail("a /* comment, which this kind of file cannot have", { fix: "start each line of it with //." });
  }

  /**
   * The quotes stay part of the token. A backslash in double quotes shields any character that follows, even
   * a line feed: Go's scanner has the same gap, and leaves it to unquoting to refuse such a string.
   */
  #string(from: number, start: Position): Token {
    const quoteUnit = this.#advance();
    for (;;) {
      if (this.#at >= this.#text.length) this.#failUnterminated(start);
      if (this.#text.charCodeAt(this.#at) === lineFeed) this.fail("a quoted string runs past its line");
      const unit = this.#advance();
      if (unit === quoteUnit) return this.#token("string", from, start);
      if (unit === backslash && quoteUnit === doubleQuote) {
        if (this.#at >= this.#text.length) this.#failUnterminated(start);
        this.#advance();
      }
    }
  }

  #failUnterminated(position: Position): never {
    this.fail("a quoted string has no end", { position, fix: "add the closing quote." });
  }

  #identifier(from: number, start: Position): Token {
    while (this.#at < this.#text.length && isIdentifier(this.#text.codePointAt(this.#at)!)) {
      if (this.#text.charCodeAt(this.#at) === slash) {
        if (this.#text.charCodeAt(this.#at + 1) === slash) break;
        this.#refuseBlockComment();
      }
      this.#advance();
    }
    if (this.#at === from) this.#failUnexpected();
    return this.#token("identifier", from, start);
  }

  #failUnexpected(): never {
    const char = String.fromCodePoint(this.#text.codePointAt(this.#at)!);
    const fix = char === "\uFEFF" ? { fix: "save the file as UTF-8 without a byte order mark." } : {};
    this.fail(`the character ${quoteToken(char)} cannot stand here`, fix);
  }
}

/** Nearly every printable character is part of an identifier: paths and versions need no quotes. */
function isIdentifier(codePoint: number): boolean {
  if (codePoint < 0x80) {
    return codePoint > space && codePoint < 0x7f && !punctuation.has(String.fromCharCode(codePoint));
  }
  return !isSpace(codePoint) && isPrintable(codePoint);
}
