import { type GoMod, parseGoMod, parseGoModLax } from "../../src/modfile/go-mod.ts";
import { type GoWork, parseGoWork } from "../../src/modfile/go-work.ts";
import { formatFile } from "../../src/modfile/printer.ts";
import { ModfileSyntaxError } from "../../src/modfile/problem.ts";
import { encodeSource } from "../../src/modfile/source-text.ts";
import type { Comments, FileSyntax, Line, Paren, Position, Statement } from "../../src/modfile/syntax.ts";

/*
 * What a go.mod or go.work was read as, in the shape that test/support/xmod/modfile.go gives: every token,
 * comment, position and field, and the printed file. Strings have one character for each byte.
 */

const bytesOf = (text: string): string => Buffer.from(encodeSource(text)).toString("latin1");

const positionOf = ({ line, column, byte }: Position): unknown => [line, column, byte];

const commentsOf = ({ before, suffix, after }: Comments): unknown =>
  [before, suffix, after].map((list) => list.map((c) => [positionOf(c.start), bytesOf(c.token), c.suffix]));

const lineOf = (line: Line): unknown => [
  "line",
  positionOf(line.start),
  positionOf(line.end),
  line.tokens.map(bytesOf),
  line.inBlock,
  commentsOf(line.comments),
];

const parenOf = ({ position, comments }: Paren): unknown => [positionOf(position), commentsOf(comments)];

function statementOf(statement: Statement): unknown {
  const { kind, start, comments } = statement;
  if (kind === "comments") return [kind, positionOf(start), commentsOf(comments)];
  if (kind === "line") return lineOf(statement);
  const { tokens, lparen, lines, rparen } = statement;
  return [
    kind,
    positionOf(start),
    tokens.map(bytesOf),
    parenOf(lparen),
    lines.map(lineOf),
    parenOf(rparen),
    commentsOf(comments),
  ];
}

function syntaxOf(syntax: FileSyntax): Record<string, unknown> {
  return {
    format: Buffer.from(formatFile(syntax)).toString("latin1"),
    syntax: [commentsOf(syntax.comments), syntax.statements.map(statementOf)],
  };
}

function each<T extends { position: Position }>(
  list: readonly T[],
  fields: (entry: T) => unknown[],
): unknown {
  return list.map((entry) => [positionOf(entry.position), ...fields(entry)]);
}

const one = <T extends { position: Position }>(
  entry: T | undefined,
  fields: (entry: T) => unknown[],
): unknown => (entry === undefined ? [] : [positionOf(entry.position), ...fields(entry)]);

const versionOf = ({ path, version }: { path: string; version: string }): unknown =>
  [path, version].map(bytesOf);

function sharedOf(file: GoMod | GoWork): Record<string, unknown> {
  return {
    ...syntaxOf(file.syntax),
    go: one(file.go, ({ version }) => [version]),
    toolchain: one(file.toolchain, ({ name }) => [bytesOf(name)]),
    godebug: each(file.godebug, ({ key, value }) => [key, value].map(bytesOf)),
    replace: each(file.replace, (entry) => [entry.old, entry.new].map(versionOf)),
  };
}

export function describeGoMod(mod: GoMod): Record<string, unknown> {
  return {
    ...sharedOf(mod),
    module: one(mod.module, ({ path, deprecated }) => [path, deprecated].map(bytesOf)),
    require: each(mod.require, ({ module, indirect }) => [versionOf(module), indirect]),
    exclude: each(mod.exclude, ({ module }) => [versionOf(module)]),
    retract: each(mod.retract, ({ interval, rationale }) =>
      [interval.low, interval.high, rationale].map(bytesOf),
    ),
    tool: each(mod.tool, ({ path }) => [bytesOf(path)]),
    ignore: each(mod.ignore, ({ path }) => [bytesOf(path)]),
  };
}

export function describeGoWork(work: GoWork): Record<string, unknown> {
  return { ...sharedOf(work), use: each(work.use, ({ path }) => [bytesOf(path)]) };
}

/** The description of a file, or `{errors}` with the position of each problem. */
export function describeOrErrors(describe: () => Record<string, unknown>): Record<string, unknown> {
  try {
    return describe();
  } catch (error) {
    if (!(error instanceof ModfileSyntaxError)) throw error;
    return { errors: error.problems.map(({ position }) => positionOf(position)) };
  }
}

/** Our side of the operations modfile.Parse, modfile.ParseLax and modfile.ParseWork of the Go program. */
export const parsers: Record<string, (input: Uint8Array) => Record<string, unknown>> = {
  "modfile.Parse": (input) => describeOrErrors(() => describeGoMod(parseGoMod("file", input))),
  "modfile.ParseLax": (input) => describeOrErrors(() => describeGoMod(parseGoModLax("file", input))),
  "modfile.ParseWork": (input) => describeOrErrors(() => describeGoWork(parseGoWork("file", input))),
};
