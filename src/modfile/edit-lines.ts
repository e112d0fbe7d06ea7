import {
  type FileSyntax,
  type Line,
  type LineBlock,
  newLine,
  newLineBlock,
  type Statement,
} from "./syntax.ts";

/**
 * Where a new line goes: after the given line or block; `"last"`, with the last statement of its kind; `"end"`,
 * at the end of the file.
 */
export type Place = Line | LineBlock | "last" | "end";

/**
 * Adds a line. Beside a line or block of the same kind it joins that block, and a single line becomes a block
 * of two; beside one of another kind it follows as a statement of its own. (FileSyntax.addLine.)
 */
export function addLine(syntax: FileSyntax, place: Place, tokens: string[]): Line {
  const hint = place === "last" ? lastOfKind(syntax, tokens[0]!) : place;
  if (hint !== undefined && hint !== "end") {
    for (const [index, statement] of syntax.statements.entries()) {
      if (statement === hint || (statement.kind === "block" && statement.lines.includes(hint as Line))) {
        return addBeside(syntax, { index, hint }, tokens);
      }
    }
  }
  const line = newLine(tokens);
  syntax.statements.push(line);
  return line;
}

function lastOfKind(syntax: FileSyntax, verb: string): Line | LineBlock | undefined {
  const found = syntax.statements.findLast((statement) => isOfKind(statement, verb));
  return found?.kind === "comments" ? undefined : found;
}

function isOfKind(statement: Statement, verb: string): boolean {
  if (statement.kind === "comments") return false;
  return statement.tokens[0] === verb;
}

function addBeside(
  syntax: FileSyntax,
  { index, hint }: { index: number; hint: Line | LineBlock },
  tokens: string[],
): Line {
  const statement = syntax.statements[index]!;
  if (!isOfKind(statement, tokens[0]!)) {
    const line = newLine(tokens);
    syntax.statements.splice(index + 1, 0, line);
    return line;
  }
  const line = newLine(tokens.slice(1), true);
  if (statement.kind === "line") {
    syntax.statements[index] = blockAround(statement, line);
  } else if (statement.kind === "block") {
    const at = statement === hint ? statement.lines.length : statement.lines.indexOf(hint as Line) + 1;
    statement.lines.splice(at, 0, line);
  }
  return line;
}

/** A block in the place of a single line, with that line as its first; the line's comments stay its own. */
export function blockAround(line: Line, ...more: Line[]): LineBlock {
  const block = newLineBlock(line.tokens.slice(0, 1), [line, ...more]);
  line.tokens = line.tokens.slice(1);
  line.inBlock = true;
  return block;
}

/** Gives a line new tokens, `tokens[0]` being the verb, which a line in a block leaves out. */
export function updateLine(line: Line, tokens: string[]): void {
  line.tokens = line.inBlock ? tokens.slice(1) : tokens;
}

/** Marks a line, with the comment at its end, for removal by `cleanUpSyntax`. */
export function removeLine(line: Line): void {
  line.removed = true;
  line.tokens = [];
  line.comments.suffix = [];
}

/**
 * Takes out what was removed. A block left with one line becomes a line, unless a comment stands before its
 * closing parenthesis; an empty block goes. (FileSyntax.Cleanup.)
 */
export function cleanUpSyntax(syntax: FileSyntax): void {
  syntax.statements = syntax.statements.flatMap((statement): Statement[] => {
    if (statement.kind === "line") return statement.removed ? [] : [statement];
    if (statement.kind === "comments") return [statement];
    const lines = statement.lines.filter((line) => !line.removed);
    const [only] = lines;
    if (only === undefined) return [];
    if (lines.length === 1 && statement.rparen.comments.before.length === 0) {
      return [collapse(statement, only)];
    }
    statement.lines = lines;
    return [statement];
  });
}

/** The line object stays the same, since directives refer to it. */
function collapse(block: LineBlock, line: Line): Line {
  const outer = block.comments;
  const inner = line.comments;
  inner.before = [...outer.before, ...inner.before];
  inner.suffix = [...inner.suffix, ...outer.suffix];
  inner.after = [...inner.after, ...outer.after];
  const { start, end } = newLine([]);
  return Object.assign(line, { start, end, inBlock: false, tokens: [...block.tokens, ...line.tokens] });
}
