import { compareVersions } from "../module/version.ts";
import type { VersionInterval } from "./directive.ts";
import type { GoMod } from "./go-mod.ts";
import type { GoWork } from "./go-work.ts";
import { compareSource } from "./source-text.ts";
import type { FileSyntax, Line } from "./syntax.ts";

type LineOrder = (a: Line, b: Line) => number;

/**
 * Drops repeated exclude, replace, tool and ignore lines and sorts the lines of each block: retract from new to
 * old, exclude by version from go 1.21 on, everything else by its tokens. Requirements and retractions may
 * repeat: the first are for version selection to judge, the second carry comments.
 */
export function sortBlocks(mod: GoMod): void {
  const repeated = new Set<Line>();
  mod.exclude = firstOfEach(mod.exclude, repeated, ({ module }) => JSON.stringify(module));
  mod.replace = lastOfEach(mod.replace, repeated);
  mod.tool = firstOfEach(mod.tool, repeated, ({ path }) => path);
  mod.ignore = firstOfEach(mod.ignore, repeated, ({ path }) => path);
  dropLines(mod.syntax, repeated);
  const semanticExclude = mod.go !== undefined && compareVersions(`v${mod.go.version}`, "v1.21") >= 0;
  sortLines(mod.syntax, (verb) => {
    if (verb === "exclude" && semanticExclude) return compareExclude;
    return verb === "retract" ? compareRetract : compareTokens;
  });
}

/** Drops repeated replace lines of a go.work and sorts the lines of each block. */
export function sortWorkBlocks(work: GoWork): void {
  const repeated = new Set<Line>();
  work.replace = lastOfEach(work.replace, repeated);
  dropLines(work.syntax, repeated);
  sortLines(work.syntax, () => compareTokens);
}

function firstOfEach<T extends { line: Line }>(
  list: readonly T[],
  repeated: Set<Line>,
  keyOf: (entry: T) => string,
): T[] {
  const seen = new Set<string>();
  return list.filter((entry) => {
    const key = keyOf(entry);
    if (seen.has(key)) repeated.add(entry.line);
    else seen.add(key);
    return !repeated.has(entry.line);
  });
}

/** Of the replacements of one module version the last one counts. */
function lastOfEach(list: GoMod["replace"], repeated: Set<Line>): GoMod["replace"] {
  return firstOfEach(list.toReversed(), repeated, ({ old }) => `${old.version} ${old.path}`).reverse();
}

/** Blocks without lines go too. */
function dropLines(syntax: FileSyntax, dropped: ReadonlySet<Line>): void {
  syntax.statements = syntax.statements.filter((statement) => {
    if (statement.kind === "line") return !dropped.has(statement);
    if (statement.kind === "comments") return true;
    statement.lines = statement.lines.filter((line) => !dropped.has(line));
    return statement.lines.length > 0;
  });
}

function sortLines(syntax: FileSyntax, orderOf: (verb: string) => LineOrder): void {
  for (const statement of syntax.statements) {
    if (statement.kind === "block") statement.lines.sort(orderOf(statement.tokens[0]!));
  }
}

const compareTokens: LineOrder = (a, b) => {
  for (let i = 0; i < Math.min(a.tokens.length, b.tokens.length); i++) {
    const order = compareSource(a.tokens[i]!, b.tokens[i]!);
    if (order !== 0) return order;
  }
  return a.tokens.length - b.tokens.length;
};

const compareExclude: LineOrder = (a, b) => {
  if (a.tokens.length !== 2 || b.tokens.length !== 2) return compareTokens(a, b);
  return compareSource(a.tokens[0]!, b.tokens[0]!) || compareVersions(a.tokens[1]!, b.tokens[1]!);
};

const compareRetract: LineOrder = (a, b) => {
  const [x, y] = [intervalOf(a), intervalOf(b)];
  return compareVersions(y.low, x.low) || compareVersions(y.high, x.high);
};

/** A line that is no interval sorts as one of an invalid version. */
function intervalOf({ tokens }: Line): VersionInterval {
  const [first = "", low = "", comma, high = "", close] = tokens;
  if (tokens.length === 1) return { low: first, high: first };
  const isRange = tokens.length === 5 && first === "[" && comma === "," && close === "]";
  return isRange ? { low, high } : { low: "", high: "" };
}
