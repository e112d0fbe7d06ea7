import type { Comment, FileSyntax, Paren, Position, Statement } from "./syntax.ts";

type Node = Statement | Paren;

/**
 * Gives each comment at a line's end to the last node that ends before it on one line: to the last line of a
 * block rather than to the block, to the parenthesis that opens or closes one. Both lists are in file order,
 * so one walk from the end does it. A node that itself spans lines gets none; what is left goes to the file.
 */
export function attachSuffixComments(file: FileSyntax, comments: readonly Comment[]): void {
  let left = comments.length;
  const nodes = [...nodesByEnd(file)];
  for (const node of nodes.reverse()) {
    if (left === 0) break;
    const { start, end } = spanOf(node);
    if (start.line !== end.line) continue;
    const after = left;
    while (left > 0 && end.byte <= comments[left - 1]!.start.byte) left--;
    if (left < after) node.comments.suffix = comments.slice(left, after);
  }
  file.comments.before = [...file.comments.before, ...comments.slice(0, left)];
}

/** All nodes but the file, ordered by where they end, an inner node before the outer one. */
function* nodesByEnd(file: FileSyntax): Generator<Node> {
  for (const statement of file.statements) {
    if (statement.kind === "block") {
      yield statement.lparen;
      yield* statement.lines;
      yield statement.rparen;
    }
    yield statement;
  }
}

function spanOf(node: Node): { start: Position; end: Position } {
  switch (node.kind) {
    case "comments":
      return { start: node.start, end: node.start };
    case "paren":
      return { start: node.position, end: afterParen(node) };
    case "line":
      return { start: node.start, end: node.end };
    case "block":
      return { start: node.start, end: afterParen(node.rparen) };
  }
}

function afterParen({ position }: Paren): Position {
  return { line: position.line, column: position.column + 1, byte: position.byte + 1 };
}
