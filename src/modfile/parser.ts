import { attachSuffixComments } from "./attach-comments.ts";
import { endsLine, Lexer, type Token } from "./lexer.ts";
import { decodeSource } from "./source-text.ts";
import {
  type Comment,
  type CommentBlock,
  type FileSyntax,
  type Line,
  type LineBlock,
  newComment,
  newFileSyntax,
  newLine,
  newParen,
  noComments,
} from "./syntax.ts";

/**
 * The syntax tree of a go.mod or go.work file, whatever its lines mean. `file` is the name that errors carry.
 * Follows the grammar of golang.org/x/mod/modfile read.go, its choices in odd inputs included.
 *
 * Throws ModfileSyntaxError with one problem, at the position that Go reports.
 */
export function parseSyntax(file: string, input: Uint8Array | string): FileSyntax {
  const lexer = new Lexer(file, decodeSource(input));
  const syntax = newFileSyntax(file);
  let pending: CommentBlock | undefined;
  for (;;) {
    const kind = lexer.peek();
    if (kind === "comment") {
      const token = lexer.next();
      pending ??= { kind: "comments", comments: noComments(), start: token.start };
      pending.comments.before.push(wholeLine(token));
    } else if (kind === "\n" || kind === "eof") {
      // A blank line or the end of the file sets comments apart from any statement.
      if (pending !== undefined) syntax.statements.push(pending);
      pending = undefined;
      if (kind === "eof") break;
      lexer.next();
    } else {
      const statement = parseStatement(lexer);
      if (pending !== undefined) statement.comments.before = pending.comments.before;
      pending = undefined;
      syntax.statements.push(statement);
    }
  }
  attachSuffixComments(syntax, lexer.suffixComments);
  return syntax;
}

function wholeLine(token: Token): Comment {
  return { start: token.start, token: token.text, suffix: false };
}

function parseStatement(lexer: Lexer): Line | LineBlock {
  const first = lexer.next();
  const tokens = [first.text];
  let end = first.end;
  for (;;) {
    const token = lexer.next();
    if (endsLine(token.kind)) return { ...newLine(tokens), start: first.start, end };
    if (token.kind !== "(") {
      tokens.push(token.text);
      end = token.end;
      continue;
    }
    if (endsLine(lexer.peek())) return parseBlock(lexer, { first, tokens, lparen: token });
    tokens.push(token.text);
    if (lexer.peek() !== ")") continue;
    // `( )` opens and closes an empty block at the end of a line, and is two plain tokens elsewhere.
    const rparen = lexer.next();
    if (endsLine(lexer.peek())) {
      lexer.next();
      tokens.pop();
      return newBlock({ first, tokens, lparen: token }, [], rparen);
    }
    tokens.push(rparen.text);
  }
}

interface BlockStart {
  readonly first: Token;
  readonly tokens: string[];
  readonly lparen: Token;
}

function newBlock(start: BlockStart, lines: Line[], rparen: Token): LineBlock {
  return {
    kind: "block",
    comments: noComments(),
    start: start.first.start,
    lparen: newParen(start.lparen.start),
    tokens: start.tokens,
    lines,
    rparen: newParen(rparen.start),
  };
}

function parseBlock(lexer: Lexer, start: BlockStart): LineBlock {
  const lines: Line[] = [];
  let before: Comment[] = [];
  for (;;) {
    const kind = lexer.peek();
    if (kind === "eolComment") {
      lexer.next(); // attached later
    } else if (kind === "\n") {
      lexer.next();
      if (keepsBlankLine(before, lines)) before.push(newComment(""));
    } else if (kind === "comment") {
      before.push(wholeLine(lexer.next()));
    } else if (kind === "eof") {
      const { line, column } = start.first.start;
      lexer.fail(`the block that starts at ${line}:${column} has no end`, { fix: "add the closing )." });
    } else if (kind === ")") {
      return closeBlock(lexer, newBlock(start, lines, lexer.next()), before);
    } else {
      const line = parseLine(lexer);
      line.comments.before = before;
      before = [];
      lines.push(line);
    }
  }
}

/** Blank lines are kept, as one, between the lines of a block; not at its start. */
function keepsBlankLine(before: readonly Comment[], lines: readonly Line[]): boolean {
  const last = before.at(-1);
  return last === undefined ? lines.length > 0 : last.token !== "";
}

function closeBlock(lexer: Lexer, block: LineBlock, before: Comment[]): LineBlock {
  const onlyBlank = before.length === 1 && before[0]!.token === "";
  block.rparen.comments.before = onlyBlank ? [] : before;
  if (!endsLine(lexer.peek())) {
    lexer.fail("something follows the ) that closes a block", { fix: "start a new line after the )." });
  }
  lexer.next();
  return block;
}

function parseLine(lexer: Lexer): Line {
  const first = lexer.next();
  const tokens = [first.text];
  let end = first.end;
  for (;;) {
    const token = lexer.next();
    if (endsLine(token.kind)) return { ...newLine(tokens, true), start: first.start, end };
    tokens.push(token.text);
    end = token.end;
  }
}
