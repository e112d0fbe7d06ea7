import { GoLexer, GoSyntaxProblem, KEYWORDS } from "./lexer.ts";
import type { Place } from "./syntax.ts";

/** What a parser asks of the current token; the parsers of types and of declarations share one lexer through it. */
export class TokenReader {
  protected readonly lexer: GoLexer;
  #lineStarts: number[] | undefined;
  /** The place that was asked for last: in a file of one line, counting from its start again would take for ever. */
  #last = { line: 0, offset: 0, column: 1 };

  /** The first token is not read yet, since it may be a mistake already. */
  constructor(source: string) {
    this.lexer = new GoLexer(source);
  }

  /** Line and column of an offset; the line table is made on first use. */
  placeOf(offset: number): Place {
    const { source } = this.lexer;
    if (this.#lineStarts === undefined) {
      this.#lineStarts = [0];
      for (let i = source.indexOf("\n"); i >= 0; i = source.indexOf("\n", i + 1))
        this.#lineStarts.push(i + 1);
    }
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#lineStarts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: this.#columnOf(low, offset) };
  }

  /** Counts code points, so the second half of a surrogate pair is none. */
  #columnOf(line: number, offset: number): number {
    const { source } = this.lexer;
    const isAhead = this.#last.line === line && this.#last.offset <= offset;
    let { offset: at, column } = isAhead ? this.#last : { offset: this.#lineStarts![line]!, column: 1 };
    for (; at < offset; at++) if ((source.charCodeAt(at) & 0xfc00) !== 0xdc00) column++;
    this.#last = { line, offset, column };
    return column;
  }

  protected is(text: string): boolean {
    return this.lexer.text === text && this.lexer.kind !== "string" && this.lexer.kind !== "char";
  }

  protected take(text: string): boolean {
    if (!this.is(text)) return false;
    this.lexer.next();
    return true;
  }

  protected expect(text: string): void {
    if (!this.take(text)) throw this.unexpected(JSON.stringify(text));
  }

  protected unexpected(expected: string): GoSyntaxProblem {
    const { kind, text, start } = this.lexer;
    const found =
      kind === "eof" ? "the end of the file" : text === "\n" ? "a line end" : JSON.stringify(text);
    return new GoSyntaxProblem(`expected ${expected}, found ${found}`, start);
  }

  protected isName(): boolean {
    return this.lexer.kind === "name" && !KEYWORDS.has(this.lexer.text);
  }

  protected name(): string {
    if (!this.isName()) throw this.unexpected("a name");
    const { text } = this.lexer;
    this.lexer.next();
    return text;
  }

  /**
   * Skips an expression up to one of `stops` outside brackets, or to the end of the statement; its source with
   * blanks folded. Blocks and literals are jumped over.
   */
  protected skipExpression(stops: readonly string[]): string {
    const { lexer } = this;
    const parts: string[] = [];
    for (let depth = 0; ; lexer.next()) {
      if (lexer.kind === "eof") break;
      if (depth === 0 && (lexer.kind === ";" || (lexer.kind === "operator" && stops.includes(lexer.text))))
        break;
      const from = lexer.start;
      if (this.is("{")) lexer.skipBlock();
      else if (lexer.kind === "operator" && (lexer.text === "(" || lexer.text === "[")) depth++;
      else if (lexer.kind === "operator" && (lexer.text === ")" || lexer.text === "]")) {
        if (--depth < 0) throw this.unexpected("an expression");
      }
      parts.push(lexer.source.slice(from, lexer.end));
    }
    return parts.join(" ");
  }
}
