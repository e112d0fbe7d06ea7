import { ModwharfError } from "../base/errors.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import { addNewRequire } from "./edit.ts";
import { removeLine } from "./edit-lines.ts";
import { sortBlocks } from "./edit-sort.ts";
import type { GoMod, RequireDirective } from "./go-mod.ts";
import { setIndirect } from "./indirect.ts";
import { autoQuote } from "./quote.ts";
import { type RequireBlocks, requireBlocks } from "./require-blocks.ts";
import { type Line, newLine } from "./syntax.ts";

/** One requirement of the list that a go.mod is to have. */
export interface Requirement {
  readonly module: ModuleVersion;
  readonly indirect: boolean;
}

/**
 * Makes the requirements exactly these, keeping blocks and comments; new ones join the last block, and all
 * blocks are sorted. Of one path, only one version may be given. Call `cleanup` afterwards.
 */
export function setRequire(mod: GoMod, requirements: readonly Requirement[]): void {
  const needed = byPath(requirements);
  mod.require = mod.require.filter((entry) => {
    const wanted = needed.get(entry.module.path);
    if (wanted === undefined) removeLine(entry.line);
    else update(entry, wanted);
    // A second line of the same path finds nothing needed any more, and goes.
    return needed.delete(entry.module.path);
  });
  for (const { module, indirect } of needed.values()) addNewRequire(mod, module, indirect);
  sortBlocks(mod);
}

/**
 * Makes the requirements exactly these, direct and indirect ones in blocks of their own. Lines move between the
 * last uncommented block of each kind as their mark changes; other blocks, above all those with comments, keep
 * theirs. A file with one plain block gets it split in two. Call `cleanup` afterwards.
 */
export function setRequireSeparateIndirect(mod: GoMod, requirements: readonly Requirement[]): void {
  placeRequirements(mod, requirements, false);
}

/** The same with at most two blocks in the end: all blocks are gathered, their comments kept in front. */
export function setRequireAtMostTwo(mod: GoMod, requirements: readonly Requirement[]): void {
  placeRequirements(mod, requirements, true);
}

function placeRequirements(mod: GoMod, requirements: readonly Requirement[], gather: boolean): void {
  const needed = byPath(requirements);
  const blocks = requireBlocks(mod, (path) => needed.get(path)?.indirect, gather);
  const have = new Set<string>();
  mod.require = mod.require.filter((entry) => {
    const { path } = entry.module;
    const wanted = needed.get(path);
    if (wanted === undefined || have.has(path)) {
      removeLine(entry.line);
      return false;
    }
    have.add(path);
    update(entry, wanted);
    moveIfMisplaced(entry, blocks);
    return true;
  });
  for (const { module, indirect } of needed.values()) {
    if (have.has(module.path)) continue;
    const line = newLine([autoQuote(module.path), module.version], true);
    setIndirect(line, indirect);
    (indirect ? blocks.indirect : blocks.direct).lines.push(line);
    mod.require.push({ module, indirect, position: line.start, line });
  }
  sortBlocks(mod);
}

function byPath(requirements: readonly Requirement[]): Map<string, Requirement> {
  const needed = new Map<string, Requirement>();
  for (const requirement of requirements) {
    const { path, version } = requirement.module;
    const previous = needed.get(path)?.module.version;
    if (previous !== undefined && previous !== version) {
      throw new ModwharfError("INTERNAL", `two versions of ${path} are required: ${previous} and ${version}`);
    }
    needed.set(path, requirement);
  }
  return needed;
}

/** Gives a require line another version and mark. */
function update(entry: RequireDirective, { module, indirect }: Requirement): void {
  const { line } = entry;
  const { comments, tokens, inBlock } = line;
  entry.module = module;
  // A blank line before an updated line goes, see golang.org/issue/33779.
  if (inBlock && comments.before.length === 1 && comments.before[0]!.token === "") comments.before = [];
  const at = inBlock ? 1 : 2;
  if (tokens.length > at) tokens[at] = module.version;
  entry.indirect = indirect;
  setIndirect(line, indirect);
}

function moveIfMisplaced(entry: RequireDirective, blocks: RequireBlocks): void {
  const [target, other] = entry.indirect
    ? [blocks.indirect, blocks.direct]
    : [blocks.direct, blocks.indirect];
  if (!blocks.moveAll && blocks.blockOf.get(entry.line) !== other) return;
  const moved = copyInBlock(entry.line);
  removeLine(entry.line);
  entry.line = moved;
  target.lines.push(moved);
}

function copyInBlock(line: Line): Line {
  const tokens = !line.inBlock && line.tokens[0] === "require" ? line.tokens.slice(1) : [...line.tokens];
  return { ...line, comments: { ...line.comments }, tokens, inBlock: true };
}
