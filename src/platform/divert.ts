/** Lines of standard output belong to one borrower at a time. */
let queue: Promise<unknown> = Promise.resolve();

/**
 * Runs `body` while everything it prints on stdout goes to `sink`, line by line. The @actions packages print
 * workflow commands, progress and even their failures there and offer no other way; with `--json` stdout is not
 * theirs. Calls run one after the other.
 */
export function divertStdout<T>(sink: (line: string) => void, body: () => Promise<T>): Promise<T> {
  const run = queue.then(() => diverted(sink, body));
  queue = run.catch(() => {});
  return run;
}

async function diverted<T>(sink: (line: string) => void, body: () => Promise<T>): Promise<T> {
  const { stdout } = process;
  const write = stdout.write;
  let pending = "";
  stdout.write = ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    const lines = (pending + (typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"))).split(
      /\r?\n/,
    );
    pending = lines.pop() ?? "";
    for (const line of lines) sink(line);
    const callback = typeof encoding === "function" ? encoding : done;
    if (typeof callback === "function") callback();
    return true;
  }) as typeof stdout.write;
  try {
    return await body();
  } finally {
    stdout.write = write;
    if (pending !== "") sink(pending);
  }
}
