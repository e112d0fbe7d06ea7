/**
 * The syntax tree of go.mod and go.work, after golang.org/x/mod/modfile: it holds every token and comment, so
 * printing loses nothing but spacing. Statements that were added by an edit have the position `nowhere`.
 */

/** A place in a file, as Go counts: `line` and `column` from 1, the column in code points; `byte` from 0. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly byte: number;
}

/** The position of what no file holds yet. */
export const nowhere: Position = { line: 0, column: 0, byte: 0 };

/** One `//` comment. An empty token stands for a blank line between the lines of a block. */
export interface Comment {
  readonly start: Position;
  /** With its slashes, without its line end. */
  readonly token: string;
  /** True at the end of a line of tokens, false on a line of its own. */
  readonly suffix: boolean;
}

export interface Comments {
  /** Whole lines before the statement. */
  before: Comment[];
  /** At the end of the statement's line. */
  suffix: Comment[];
  /** Whole lines after it; only edits fill this. */
  after: Comment[];
}

/** Comments at top level that belong to no statement. */
export interface CommentBlock {
  readonly kind: "comments";
  readonly comments: Comments;
  readonly start: Position;
}

/** One line of tokens. In a block the tokens leave out the block's own (`require`). */
export interface Line {
  readonly kind: "line";
  readonly comments: Comments;
  start: Position;
  end: Position;
  tokens: string[];
  inBlock: boolean;
  /** Marked by an edit; still in the tree, printed as an empty line, until cleanUpSyntax takes it out. */
  removed: boolean;
}

export interface Paren {
  readonly kind: "paren";
  readonly comments: Comments;
  readonly position: Position;
}

/** `require ( … )`: lines that share their first tokens. */
export interface LineBlock {
  readonly kind: "block";
  readonly comments: Comments;
  readonly start: Position;
  readonly lparen: Paren;
  readonly tokens: string[];
  lines: Line[];
  readonly rparen: Paren;
}

export type Statement = CommentBlock | Line | LineBlock;

export interface FileSyntax {
  readonly kind: "file";
  /** The file's name, for errors. */
  readonly name: string;
  readonly comments: Comments;
  statements: Statement[];
}

export function noComments(): Comments {
  return { before: [], suffix: [], after: [] };
}

export function newFileSyntax(name: string): FileSyntax {
  return { kind: "file", name, comments: noComments(), statements: [] };
}

/** A line that an edit adds. */
export function newLine(tokens: string[], inBlock = false): Line {
  return {
    kind: "line",
    comments: noComments(),
    start: nowhere,
    end: nowhere,
    tokens,
    inBlock,
    removed: false,
  };
}

export function newParen(position: Position): Paren {
  return { kind: "paren", comments: noComments(), position };
}

/** A block that an edit adds. */
export function newLineBlock(tokens: string[], lines: Line[] = []): LineBlock {
  return {
    kind: "block",
    comments: noComments(),
    start: nowhere,
    lparen: newParen(nowhere),
    tokens,
    lines,
    rparen: newParen(nowhere),
  };
}

/** A comment that an edit adds. */
export function newComment(token: string, suffix = false): Comment {
  return { start: nowhere, token, suffix };
}
