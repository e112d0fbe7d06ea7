import { trimSpace } from "./characters.ts";
import { encodeSource } from "./source-text.ts";
import type { Comment, FileSyntax, Line, LineBlock, Paren, Statement } from "./syntax.ts";

/** The bytes of a file in the standard layout: the same as golang.org/x/mod/modfile.Format gives. */
export function formatFile(file: FileSyntax): Uint8Array {
  return encodeSource(formatText(file));
}

/** The same as text; bytes that are not UTF-8 stay escaped (see source-text.ts). */
export function formatText(file: FileSyntax): string {
  const printer = new Printer();
  printer.file(file);
  return printer.text();
}

const opening = new Set(["(", "[", "{"]);
const closing = new Set([",", ")", "]", "}"]);

class Printer {
  /** Finished lines, and the one being written: all that the layout rules look back at. */
  readonly #lines: string[] = [];
  #line = "";
  /** Comments for the end of the line being written. */
  #pending: Comment[] = [];
  /** The indent in tabs. */
  #margin = 0;

  text(): string {
    let count = this.#lines.length;
    if (this.#line === "") while (count > 0 && this.#lines[count - 1] === "") count--;
    return this.#lines
      .slice(0, count)
      .map((line) => `${line}\n`)
      .join("")
      .concat(this.#line);
  }

  file(file: FileSyntax): void {
    this.#wholeLines(file.comments.before);
    for (const [index, statement] of file.statements.entries()) {
      this.#node(statement);
      if (statement.kind !== "comments") this.#newline();
      this.#wholeLines(statement.comments.after);
      if (index + 1 < file.statements.length) this.#newline();
    }
  }

  #wholeLines(comments: readonly Comment[]): void {
    for (const comment of comments) {
      this.#write(trimSpace(comment.token));
      this.#newline();
    }
  }

  /** A token or comment may hold line feeds only where an edit or a broken string put them. */
  #write(text: string): void {
    const [first, ...rest] = text.split("\n");
    this.#line += first;
    for (const line of rest) {
      this.#lines.push(this.#line);
      this.#line = line;
    }
  }

  #trim(): void {
    let end = this.#line.length;
    while (end > 0 && (this.#line[end - 1] === "\t" || this.#line[end - 1] === " ")) end--;
    this.#line = this.#line.slice(0, end);
  }

  #indent(): void {
    this.#line += "\t".repeat(this.#margin);
  }

  /** Ends the line with its comments; at the top of the file and after a blank line, no line is added. */
  #newline(): void {
    if (this.#pending.length > 0) this.#line += " ";
    for (const [index, comment] of this.#pending.entries()) {
      if (index > 0) {
        this.#trim();
        this.#write("\n");
        this.#indent();
      }
      this.#write(trimSpace(comment.token));
    }
    this.#pending = [];
    this.#trim();
    const count = this.#lines.length;
    const atTop = count === 0;
    const afterBlank = count >= 2 && this.#lines[count - 1] === "";
    if (this.#line !== "" || !(atTop || afterBlank)) this.#write("\n");
    this.#indent();
  }

  #node(node: Statement | Paren, text?: string): void {
    const { before, suffix } = node.comments;
    if (before.length > 0) {
      this.#trim();
      if (this.#line !== "") this.#write("\n");
      this.#indent();
      this.#wholeLines(before);
    }
    if (text !== undefined) this.#write(text);
    else if (node.kind === "line") this.#tokens(node);
    else if (node.kind === "block") this.#block(node);
    // Not push(...suffix): a crafted file can hold more comments than a call can have arguments.
    for (const comment of suffix) this.#pending.push(comment);
  }

  #block(block: LineBlock): void {
    this.#tokens(block);
    this.#write(" ");
    this.#node(block.lparen, "(");
    this.#margin++;
    for (const line of block.lines) {
      this.#newline();
      this.#node(line);
    }
    this.#margin--;
    this.#newline();
    this.#node(block.rparen, ")");
  }

  #tokens({ tokens }: Line | LineBlock): void {
    let separator = "";
    for (const token of tokens) {
      if (closing.has(token)) separator = "";
      this.#write(separator + token);
      separator = opening.has(token) ? "" : " ";
    }
  }
}
