import { type ErrorDetails, ModwharfError } from "../base/errors.ts";
import type { Position } from "./syntax.ts";

/** One thing that is wrong with a file, at one place: what an editor underlines and a gate reports. */
export interface ModfileProblem extends ErrorDetails {
  readonly file: string;
  readonly position: Position;
  /** The problem in a few words, without its place. */
  readonly what: string;
}

/**
 * Every problem of one file (code MODFILE_SYNTAX). Code, subject, expected, actual and fix are those of the
 * first problem; the message has one line for each. A scanner or grammar error is always alone, since what
 * follows it means nothing; errors of meaning are collected over the whole file, as Go's ErrorList.
 */
export class ModfileSyntaxError extends ModwharfError {
  readonly problems: readonly ModfileProblem[];

  constructor(problems: readonly ModfileProblem[]) {
    const [first] = problems;
    if (first === undefined) throw new ModwharfError("INTERNAL", "a syntax error without a problem");
    super("MODFILE_SYNTAX", first.what, detailsOf(first));
    this.problems = problems;
    if (problems.length > 1) this.message = problems.map(renderProblem).join("\n");
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), problems: this.problems };
  }
}

function detailsOf(problem: ModfileProblem): ErrorDetails {
  const { file, position } = problem;
  const { line, column } = position;
  return { ...problem, subject: `${file}:${line}:${column}`, at: { file, line, column } };
}

function renderProblem(problem: ModfileProblem): string {
  return new ModwharfError("MODFILE_SYNTAX", problem.what, detailsOf(problem)).message;
}
