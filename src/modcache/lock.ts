import { spawn } from "node:child_process";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { errnoOf } from "../base/files.ts";

/** Releases the lock. */
export type Unlock = () => Promise<void>;

/*
 * cmd/go locks files with flock(2) (cmd/go/internal/lockedfile/internal/filelock), which Node has no call for. Such
 * a lock belongs to the open file, not to the process: a child that inherits the descriptor locks it for us, and it
 * stays locked until we close the file or end, however we end. Linux images have flock(1) from util-linux or
 * busybox, macOS has perl.
 */
const LOCKERS: readonly (readonly [command: string, ...args: string[]])[] = [
  ["flock", "3"],
  ["perl", "-e", 'open(my $f, ">&=", 3) or die $!; flock($f, 2) or die $!'],
];

/** Where a program is to be found; the whole environment of the locker. */
export type LockEnv = Readonly<Record<string, string | undefined>>;

/**
 * Takes the exclusive lock of a file that cmd/go locks too, and waits for as long as another program holds it.
 * Throws NOT_SUPPORTED on Windows, TOOL_MISSING where neither flock nor perl is installed.
 */
export async function lockFile(path: string, env: LockEnv, platform = process.platform): Promise<Unlock> {
  if (platform === "win32") {
    throw new ModwharfError("NOT_SUPPORTED", "go's file locks cannot be taken on Windows", {
      subject: path,
      fix: "leave the extraction of modules to go",
    });
  }
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, "a", 0o666);
  try {
    for (const [command, ...args] of LOCKERS) {
      if (await runLocker(command, args, { file, env })) return () => file.close();
    }
    throw new ModwharfError("TOOL_MISSING", "no program to lock files with", {
      subject: path,
      expected: "flock (util-linux) or perl",
      fix: "install util-linux, or leave the extraction of modules to go",
    });
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** True once the file is locked; false when the program is not installed. */
function runLocker(
  command: string,
  args: readonly string[],
  on: { file: FileHandle; env: LockEnv },
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      stdio: ["ignore", "ignore", "ignore", on.file.fd],
      env: { ...on.env },
    });
    child.once("error", (error) => (errnoOf(error) === "ENOENT" ? resolve(false) : reject(error)));
    child.once("close", (code) => {
      if (code === 0) resolve(true);
      else
        reject(
          new ModwharfError("PROCESS_FAILED", `${command} could not lock the file`, { actual: `${code}` }),
        );
    });
  });
}
