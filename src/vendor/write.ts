import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fixForErrno } from "../base/errno-advice.ts";
import { ModwharfError } from "../base/errors.ts";
import { errnoOf, makeDirectory } from "../base/files.ts";
import { fsPath } from "../dirhash/names.ts";
import { parentOf } from "./module-tree.ts";
import type { VendorPlan } from "./plan.ts";

/**
 * Makes `target` what the plan says, or removes it when there is nothing to vendor. The files are written beside it
 * and take its place at the end: a run that fails or is killed leaves the old directory as it was. (Between the two
 * renames of that exchange none stands under the name; `recoverVendor`, called first, puts the old one back.)
 *
 * Throws FILE_UNWRITABLE, and the signal's reason when it aborts.
 */
export async function writeVendor(plan: VendorPlan, target: string, signal?: AbortSignal): Promise<void> {
  const temporary = besideName(target, "new");
  try {
    await writeFiles(plan, temporary, signal);
    exchange(plan.modulesTxt === "" ? undefined : temporary, target);
  } catch (error) {
    throw unwritable(target, error);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function writeFiles(plan: VendorPlan, dir: string, signal?: AbortSignal): Promise<void> {
  const { files, directories } = plan.vendored;
  const made = new Set([...directories, ...[...files.keys()].map(parentOf)]);
  // Not recursive: that calls a read-only file system ENOENT.
  await mkdir(dir);
  for (const path of made) await makeDirectory(join(dir, path));
  for (const [path, { tree, source }] of files) {
    signal?.throwIfAborted();
    // Exclusive: the directory is ours alone, so anything that stands there was put there.
    writeFileSync(fsPath(join(dir, path)), await tree.read(source), { flag: "wx", mode: 0o666 });
  }
  writeFileSync(join(dir, "modules.txt"), plan.modulesTxt, { flag: "wx" });
}

/** Two renames without a turn of the event loop between them, so that no signal of ours comes in. */
function exchange(fresh: string | undefined, target: string): void {
  const old = besideName(target, "old");
  const hadOld = renameIfPresent(target, old);
  try {
    if (fresh !== undefined) renameSync(fresh, target);
  } catch (error) {
    if (hadOld) renameSync(old, target);
    throw error;
  }
  rmSync(old, { recursive: true, force: true });
}

function renameIfPresent(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return false;
    throw error;
  }
}

/** A hidden name in the same directory, which `go` does not look into; it says whose it is. */
function besideName(target: string, role: "new" | "old"): string {
  const random = randomBytes(6).toString("hex");
  return join(dirname(target), `.${basename(target)}.${role}.${process.pid}.${random}.tmp`);
}

/**
 * Clears what a killed run left beside `target`. When it was killed in the middle of the exchange, the old directory
 * goes back to its place first. What belongs to a process that is alive stays.
 */
export function recoverVendor(target: string): void {
  const parent = dirname(target);
  for (const name of existsSync(parent) ? readdirSync(parent) : []) {
    if (!name.startsWith(`.${basename(target)}.`)) continue;
    const [, role, pid] = /\.(new|old)\.(\d+)\.[0-9a-f]{12}\.tmp$/.exec(name) ?? [];
    if (role === undefined || isAlive(Number(pid))) continue;
    if (role === "old" && !existsSync(target)) renameSync(join(parent, name), target);
    else rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    // Signal 0 is none: it only asks.
    return process.kill(pid, 0);
  } catch (error) {
    return errnoOf(error) === "EPERM";
  }
}

function unwritable(target: string, error: unknown): unknown {
  const errno = errnoOf(error);
  if (error instanceof ModwharfError || errno === undefined || errno === "ABORT_ERR") return error;
  return new ModwharfError("FILE_UNWRITABLE", "cannot write the vendor directory", {
    subject: target,
    actual: errno,
    fix: `${fixForErrno(errno) ?? "make the directory writable"}; the old one is as it was`,
    cause: error,
  });
}
