import { randomBytes } from "node:crypto";
import { link, readFile, rename, stat, unlink } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { createFileOnce, errnoOf } from "../base/files.ts";

/** The work under a lock takes milliseconds: whoever holds it longer than this is gone. */
const ABANDONED_MS = 60_000;
const WAIT_MS = 120_000;

interface Holder {
  host: string;
  pid: number;
  nonce: string;
}

/**
 * Runs `body` while holding the lock of a file: a dot file beside it that names its holder. A lock whose process
 * is dead, or (from another machine) that is a minute old, is broken. `stillOurs` tells `body` right before
 * its decisive step whether somebody took the lock for abandoned.
 */
export async function withFileLock<T>(
  path: string,
  body: (stillOurs: () => Promise<boolean>) => Promise<T>,
): Promise<T> {
  const lock = join(dirname(path), `.${basename(path)}.lock`);
  const nonce = randomBytes(12).toString("hex");
  await acquire(lock, { host: hostname(), pid: process.pid, nonce });
  const stillOurs = async () => (await readHolder(lock))?.nonce === nonce;
  try {
    return await body(stillOurs);
  } finally {
    if (await stillOurs()) await unlink(lock).catch(() => {});
  }
}

async function acquire(lock: string, holder: Holder): Promise<void> {
  for (const started = Date.now(); Date.now() - started < WAIT_MS; ) {
    if (await createFileOnce(lock, JSON.stringify(holder))) return;
    const other = await readHolder(lock);
    if (other !== undefined && (await isAbandoned(lock, other))) await breakLock(lock, other.nonce);
    else await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 20));
  }
  throw new ModwharfError("FILE_UNWRITABLE", "the lock of a store file is never released", {
    subject: lock,
    fix: "remove the lock file when no other publish is running",
  });
}

/** undefined when the lock is gone; a lock that nobody can read counts as held by nobody known. */
async function readHolder(lock: string): Promise<Holder | undefined> {
  try {
    const { host, pid, nonce } = JSON.parse(await readFile(lock, "utf8")) as Partial<Holder>;
    return { host: String(host), pid: Number(pid), nonce: String(nonce) };
  } catch (error) {
    return errnoOf(error) === undefined ? { host: "", pid: 0, nonce: "" } : undefined;
  }
}

async function isAbandoned(lock: string, { host, pid }: Holder): Promise<boolean> {
  if (host === hostname() && !isAlive(pid)) return true;
  const found = await stat(lock).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > ABANDONED_MS;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) !== "ESRCH";
  }
}

/** Takes the abandoned lock away; a fresh one that somebody else put in its place meanwhile is put back. */
async function breakLock(lock: string, abandoned: string): Promise<void> {
  const taken = `${lock}.${randomBytes(6).toString("hex")}`;
  try {
    await rename(lock, taken);
  } catch {
    return;
  }
  if ((await readHolder(taken))?.nonce !== abandoned) await link(taken, lock).catch(() => {});
  await unlink(taken).catch(() => {});
}
