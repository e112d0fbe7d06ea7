import { fields, trimSpace } from "./characters.ts";
import type { Comment, Line, LineBlock } from "./syntax.ts";

/** True when the line ends in `// indirect` or `// indirect; …`. */
export function isIndirect(line: Line): boolean {
  const [comment] = line.comments.suffix;
  if (comment === undefined) return false;
  const words = fields(withoutSlashes(comment));
  return words.length === 1 ? words[0] === "indirect" : words[0] === "indirect;";
}

export function withoutSlashes(comment: Comment): string {
  return comment.token.startsWith("//") ? comment.token.slice(2) : comment.token;
}

/**
 * The text of the comments on a directive: those of its line, else those of its block. Lines are joined by line
 * feeds; a bare `//` gives an empty line. This is the rationale of a retract directive.
 */
export function directiveComment(block: LineBlock | undefined, line: Line): string {
  let { comments } = line;
  if (block !== undefined && comments.before.length === 0 && comments.suffix.length === 0) {
    comments = block.comments;
  }
  return [...comments.before, ...comments.suffix]
    .filter((comment) => comment.token.startsWith("//"))
    .map((comment) => trimSpace(withoutSlashes(comment)))
    .join("\n");
}

/** The message of a paragraph that starts with `Deprecated:`, up to the paragraph's end; "" when there is none. */
export function deprecation(block: LineBlock | undefined, line: Line): string {
  const match = /(?:^|\n\n)Deprecated: *(.*?)(?:$|\n\n)/s.exec(directiveComment(block, line));
  return match?.[1] ?? "";
}
