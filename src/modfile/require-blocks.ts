import { trimSpace } from "./characters.ts";
import { isIndirect, withoutSlashes } from "./directive-comments.ts";
import { blockAround } from "./edit-lines.ts";
import type { GoMod } from "./go-mod.ts";
import {
  type Comment,
  type Comments,
  type FileSyntax,
  type Line,
  type LineBlock,
  newComment,
  newLineBlock,
} from "./syntax.ts";

/** Where direct and indirect requirements go. */
export interface RequireBlocks {
  readonly direct: LineBlock;
  readonly indirect: LineBlock;
  /** The block that each line stood in at first. */
  readonly blockOf: ReadonlyMap<Line, LineBlock>;
  /** True when every line moves to its block, whichever it stands in. */
  readonly moveAll: boolean;
}

/** What is known of the require statements before anything moves; indexes into the statements, -1 for none. */
interface Survey {
  lastDirect: number;
  lastIndirect: number;
  lastRequire: number;
  count: number;
  readonly blockOf: Map<Line, LineBlock>;
  /** Comments taken from in front of blocks that are gathered. */
  readonly directComments: Comment[];
  readonly indirectComments: Comment[];
}

/**
 * Finds, or adds, the last uncommented block of direct and of indirect requirements. `indirectOf` tells how a
 * path will be marked; undefined when it will go. With `gather`, comments in front of blocks are collected.
 */
export function requireBlocks(
  mod: GoMod,
  indirectOf: (path: string) => boolean | undefined,
  gather: boolean,
): RequireBlocks {
  const { syntax } = mod;
  const survey = surveyRequires(syntax);
  if (gather) {
    const willBeDirect = mod.require.filter(({ module }) => indirectOf(module.path) === false);
    gatherComments(survey, syntax, new Set(willBeDirect.map(({ line }) => line)));
  }
  const oneFlatBlock = survey.count === 1 && !hasComments(syntax.statements[survey.lastRequire]!.comments);
  const { direct, indirect } = placeBlocks(syntax, survey);
  direct.comments.before = [...direct.comments.before, ...survey.directComments];
  indirect.comments.before = [...indirect.comments.before, ...survey.indirectComments];
  return { direct, indirect, blockOf: survey.blockOf, moveAll: gather || oneFlatBlock };
}

function surveyRequires(syntax: FileSyntax): Survey {
  const survey: Survey = {
    lastDirect: -1,
    lastIndirect: -1,
    lastRequire: -1,
    count: 0,
    blockOf: new Map(),
    directComments: [],
    indirectComments: [],
  };
  for (const [index, statement] of syntax.statements.entries()) {
    if (statement.kind === "comments" || statement.tokens[0] !== "require") continue;
    survey.lastRequire = index;
    survey.count++;
    const lines = statement.kind === "line" ? [statement] : statement.lines;
    if (statement.kind === "block") for (const line of lines) survey.blockOf.set(line, statement);
    if (lines.length === 0 || [statement, ...lines].some(({ comments }) => hasComments(comments))) continue;
    const indirect = lines.filter(isIndirect).length;
    if (indirect === 0) survey.lastDirect = index;
    if (indirect === lines.length) survey.lastIndirect = index;
  }
  return survey;
}

/** True with any comment but a plain `// indirect`. */
function hasComments({ before, suffix, after }: Comments): boolean {
  if (before.length > 0 || after.length > 0 || suffix.length > 1) return true;
  return suffix.length === 1 && trimSpace(withoutSlashes(suffix[0]!)) !== "indirect";
}

/** A block's comments go where its lines go: with the direct ones unless none of its lines will be direct. */
function gatherComments(survey: Survey, syntax: FileSyntax, willBeDirect: ReadonlySet<Line>): void {
  for (const statement of syntax.statements) {
    if (statement.kind !== "block" || statement.tokens[0] !== "require") continue;
    const isDirect = statement.lines.length === 0 || statement.lines.some((line) => willBeDirect.has(line));
    const target = isDirect ? survey.directComments : survey.indirectComments;
    const { before } = statement.comments;
    if (target.length > 0 && before.length > 0) target.push(newComment("//"));
    for (const comment of before) target.push(comment);
    statement.comments.before = [];
  }
}

/** Blocks that stay empty or get one line are put right by `cleanup`. */
function placeBlocks(syntax: FileSyntax, survey: Survey): { direct: LineBlock; indirect: LineBlock } {
  let { lastDirect, lastIndirect } = survey;
  let direct: LineBlock;
  if (lastDirect >= 0) {
    direct = ensureBlock(syntax, lastDirect);
  } else {
    const { lastRequire } = survey;
    if (lastIndirect >= 0) lastDirect = lastIndirect++;
    else lastDirect = lastRequire >= 0 ? lastRequire + 1 : syntax.statements.length;
    direct = insertBlock(syntax, lastDirect);
  }
  const indirect =
    lastIndirect >= 0 ? ensureBlock(syntax, lastIndirect) : insertBlock(syntax, lastDirect + 1);
  return { direct, indirect };
}

function insertBlock(syntax: FileSyntax, index: number): LineBlock {
  const block = newLineBlock(["require"]);
  syntax.statements.splice(index, 0, block);
  return block;
}

function ensureBlock(syntax: FileSyntax, index: number): LineBlock {
  const statement = syntax.statements[index] as Line | LineBlock;
  if (statement.kind === "block") return statement;
  const block = blockAround(statement);
  syntax.statements[index] = block;
  return block;
}
