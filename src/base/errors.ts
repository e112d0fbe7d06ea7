import { codes, type ErrorCode, exitCodes } from "./codes.ts";

export interface ErrorDetails {
  /** What the message is about: a file with its line, a URL, a version. Never a credential. */
  subject?: string | undefined;
  expected?: string | undefined;
  actual?: string | undefined;
  /** One imperative sentence that mends it. */
  fix?: string | undefined;
  /** Where in the user's repository, for annotations: path with slashes, 1-based line and column. */
  at?: { file: string; line?: number | undefined; column?: number | undefined } | undefined;
  cause?: unknown;
}

/**
 * The one error class. `what` states the problem without its subject; the rendered message is
 * `what (subject): expected X, got Y. Fix: …`, leaving out the parts that are not given.
 */
export class ModwharfError extends Error {
  override readonly name = "ModwharfError";
  readonly code: ErrorCode;
  readonly what: string;
  readonly subject: string | undefined;
  readonly expected: string | undefined;
  readonly actual: string | undefined;
  readonly fix: string | undefined;
  readonly at: ErrorDetails["at"];

  constructor(code: ErrorCode, what: string, details: ErrorDetails = {}) {
    super(render(what, details), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.what = what;
    this.subject = details.subject;
    this.expected = details.expected;
    this.actual = details.actual;
    this.fix = details.fix;
    this.at = details.at;
  }

  /** The process exit code of this error's class. */
  get exitCode(): number {
    return exitCodes[codes[this.code].exit];
  }

  toJSON(): Record<string, unknown> {
    const { code, what, subject, expected, actual, fix, at } = this;
    return { code, message: this.message, what, subject, expected, actual, fix, at };
  }
}

function render(what: string, { subject, expected, actual, fix }: ErrorDetails): string {
  let text = subject === undefined ? what : `${what} (${subject})`;
  const sides = [expected !== undefined && `expected ${expected}`, actual !== undefined && `got ${actual}`];
  const said = sides.filter((side) => side !== false).join(", ");
  if (said !== "") text += `: ${said}`;
  if (fix !== undefined) text += `${/[.!?]$/.test(text) ? "" : "."} Fix: ${fix}`;
  return text;
}

/** True for integrity errors, which no caller may retry, downgrade or skip. */
export function isIntegrityError(error: unknown): boolean {
  return error instanceof ModwharfError && codes[error.code].exit === "integrity";
}

/** The exit code for any thrown value; what is not ours is a defect (2), never a silent success. */
export function exitCodeOf(error: unknown): number {
  return error instanceof ModwharfError ? error.exitCode : exitCodes.usage;
}

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
