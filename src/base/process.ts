import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { ModwharfError } from "./errors.ts";
import { redact } from "./redact.ts";

export interface ProcessOptions {
  cwd?: string;
  /** The whole environment of the child; nothing is inherited, so that no setting leaks in by accident. */
  env: Readonly<Record<string, string | undefined>>;
  /** Written to the child's standard input, which is then closed. */
  input?: string | Uint8Array;
  signal?: AbortSignal;
  /** Bytes of standard output that are kept at most by `runProcess`; more is an error. Default 64 MiB. */
  maxOutputBytes?: number;
}

export interface ProcessResult {
  exitCode: number;
  stdout: Buffer;
  stderr: string;
}

/** A program's failure in the project's own words; `stderr` is redacted and cut. */
export function processError(
  command: string,
  args: readonly string[],
  exitCode: number,
  stderr: string,
): ModwharfError {
  const tail = redact(stderr.trim()).slice(-2000);
  return new ModwharfError("PROCESS_FAILED", `${command} ${args[0] ?? ""} failed`.trim(), {
    subject: redact([command, ...args].join(" ")).slice(0, 500),
    expected: "exit code 0",
    actual: `${exitCode}${tail === "" ? "" : `: ${tail}`}`,
  });
}

function start(command: string, args: readonly string[], options: ProcessOptions): ChildProcess {
  return spawn(command, [...args], {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    windowsHide: true,
  });
}

function missing(command: string, error: Error): Error {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") return error;
  return new ModwharfError("TOOL_MISSING", `${command} was not found`, {
    subject: "PATH",
    fix: `install ${command} in the job's image, or use an image that has it`,
    cause: error,
  });
}

/** Waits for the end of `child`; resolves with its exit code, a signal counting as 128. */
function ended(command: string, child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(missing(command, error)));
    child.once("close", (code) => resolve(code ?? 128));
  });
}

function feed(child: ChildProcess, input: string | Uint8Array | undefined): void {
  // A child that ends without reading its input closes the pipe; its exit code tells what matters.
  child.stdin?.on("error", () => {});
  child.stdin?.end(input);
}

/** Runs a program to its end, whatever its exit code, and returns what it printed. */
export async function runProcess(
  command: string,
  args: readonly string[],
  options: ProcessOptions,
): Promise<ProcessResult> {
  const child = start(command, args, options);
  const limit = options.maxOutputBytes ?? 64 * 1024 * 1024;
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let size = 0;
  child.stdout?.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit) child.kill();
    else stdout.push(chunk);
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    if (stderr.length < 1000) stderr.push(chunk);
  });
  feed(child, options.input);
  const exitCode = await ended(command, child);
  if (size > limit) {
    throw new ModwharfError("PROCESS_FAILED", `${command} ${args[0] ?? ""} printed too much`, {
      expected: `at most ${limit} bytes`,
      actual: `more`,
    });
  }
  return { exitCode, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString("utf8") };
}

/** Runs a program and returns its standard output; any exit code but 0 throws PROCESS_FAILED. */
export async function outputOf(
  command: string,
  args: readonly string[],
  options: ProcessOptions,
): Promise<string> {
  const result = await runProcess(command, args, options);
  if (result.exitCode !== 0) throw processError(command, args, result.exitCode, result.stderr);
  return result.stdout.toString("utf8");
}

/**
 * Hands a program's standard output to `consume` as a stream: for what must not be held whole (archives).
 * Resolves with what `consume` returns once both it and the program have ended well; the program's failure
 * wins over the consumer's, since a cut stream is its symptom.
 */
export async function streamProcess<T>(
  command: string,
  args: readonly string[],
  options: ProcessOptions,
  consume: (stdout: Readable) => Promise<T>,
): Promise<T> {
  const child = start(command, args, options);
  const stderr: Buffer[] = [];
  child.stderr?.on("data", (chunk: Buffer) => {
    if (stderr.length < 1000) stderr.push(chunk);
  });
  feed(child, options.input);
  const exit = ended(command, child);
  const consumed = consume(child.stdout as Readable).then(
    (value) => ({ value }),
    (error: unknown) => {
      child.kill();
      return { error };
    },
  );
  const [outcome, exitCode] = await Promise.all([consumed, exit]);
  if ("error" in outcome && (exitCode === 128 || exitCode === 0)) throw outcome.error;
  if (exitCode !== 0) throw processError(command, args, exitCode, Buffer.concat(stderr).toString("utf8"));
  if ("error" in outcome) throw outcome.error;
  return outcome.value;
}
