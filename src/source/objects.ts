import { ModwharfError } from "../base/errors.ts";
import { processError, runProcess } from "../base/process.ts";
import type { Repository } from "./repository.ts";

export interface GitObject {
  /** Hex. */
  readonly objectId: string;
  readonly type: "blob" | "tree" | "commit" | "tag";
  readonly content: Buffer;
}

/**
 * Reads objects by name (an object id, `<id>^{commit}`, `<commit>:<path>`) with one process; the answers stand
 * in the order of the names, undefined for an object that the repository does not have.
 */
export async function readObjects(
  repository: Repository,
  names: readonly string[],
): Promise<(GitObject | undefined)[]> {
  const bad = names.find((name) => /[\n\0]/.test(name));
  if (bad !== undefined) {
    throw new ModwharfError("NOT_SUPPORTED", "a name with a line break cannot be asked of git", {
      subject: JSON.stringify(bad),
    });
  }
  if (names.length === 0) return [];
  const output = await ask(repository, "--batch", names);
  return parseBatch(output, names.length);
}

/** Resolves names as `readObjects` does, without reading content: their object ids, or undefined. */
export async function resolveObjects(
  repository: Repository,
  names: readonly string[],
): Promise<(string | undefined)[]> {
  if (names.length === 0) return [];
  const output = await ask(repository, "--batch-check=%(objectname)", names);
  return output
    .toString("latin1")
    .split("\n")
    .slice(0, names.length)
    .map((line) => (/^[0-9a-f]{40,64}$/.test(line) ? line : undefined));
}

/** The most that go.mod files, LICENSE and tag objects of one question may weigh together. */
const MAX_ANSWER_BYTES = 512 * 1024 * 1024;

async function ask(repository: Repository, mode: string, names: readonly string[]): Promise<Buffer> {
  const args = ["cat-file", mode];
  const input = `${names.join("\n")}\n`;
  const options = { ...repository.spawning, input, maxOutputBytes: MAX_ANSWER_BYTES };
  const { exitCode, stdout, stderr } = await runProcess(repository.gitPath, args, options);
  if (exitCode !== 0) throw processError(repository.gitPath, args, exitCode, stderr);
  return stdout;
}

/** Splits `cat-file --batch`: `<id> <type> <size>\n<content>\n`, or one line for what is missing. */
function parseBatch(output: Buffer, count: number): (GitObject | undefined)[] {
  const objects: (GitObject | undefined)[] = [];
  let at = 0;
  while (objects.length < count) {
    const end = output.indexOf(10, at);
    if (end < 0) throw new ModwharfError("PROCESS_FAILED", "git cat-file answered less than it was asked");
    const header = /^([0-9a-f]{40,64}) (blob|tree|commit|tag) (\d+)$/.exec(output.toString("utf8", at, end));
    at = end + 1;
    if (header === null) {
      objects.push(undefined);
      continue;
    }
    const size = Number(header[3]);
    const content = output.subarray(at, at + size);
    objects.push({ objectId: header[1]!, type: header[2] as GitObject["type"], content });
    at += size + 1;
  }
  return objects;
}
