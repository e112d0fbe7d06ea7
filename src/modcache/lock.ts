import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { compareBytewise } from "../base/bytewise.ts";
import { ModwharfError } from "../base/errors.ts";
import { errnoOf } from "../base/files.ts";
import { makeDirectorySync } from "../base/small-files.ts";

/** Releases the locks. */
export type Unlock = () => Promise<void>;

/*
 * cmd/go locks files with flock(2) (cmd/go/internal/lockedfile/internal/filelock), which Node has no call for. Such
 * a lock belongs to the open file, not to the process: a child that inherits the descriptor locks it for us, and it
 * stays locked until we close the file or end, however we end. Linux images have perl, or else flock(1) from
 * util-linux or busybox; macOS has perl. One child takes many locks, since starting it costs more than they do.
 */
const LOCKERS: readonly (readonly [command: string, ...args: string[]])[] = [
  ["perl", "-e", 'for (@ARGV) { open(my $f, ">&=", $_) or die $!; flock($f, 2) or die $! }'],
  ["/bin/sh", "-c", 'for fd; do flock "$fd" || exit; done', "sh"],
];

/** What a shell ends with when it does not find a program. */
const NOT_FOUND = 127;

/** The first descriptor behind standard input, output and error. */
const FIRST_FD = 3;

/** Where a program is to be found; the whole environment of the locker. */
export type LockEnv = Readonly<Record<string, string | undefined>>;

/**
 * Takes the exclusive locks of files that cmd/go locks too, and waits for as long as another program holds one. They
 * are taken in the order of their names, so that two who want several never wait for each other; cmd/go holds one
 * at a time. Throws NOT_SUPPORTED on Windows, TOOL_MISSING where neither perl nor flock is installed.
 */
export async function lockFiles(
  paths: readonly string[],
  env: LockEnv,
  platform = process.platform,
): Promise<Unlock> {
  if (platform === "win32") {
    throw new ModwharfError("NOT_SUPPORTED", "go's file locks cannot be taken on Windows", {
      subject: paths[0],
      fix: "leave the extraction of modules to go",
    });
  }
  const files: number[] = [];
  const close = async () => {
    for (const fd of files.splice(0)) closeSync(fd);
  };
  try {
    for (const path of [...new Set(paths)].sort(compareBytewise)) {
      makeDirectorySync(dirname(path));
      files.push(openSync(path, "a", 0o666));
    }
    for (const [command, ...args] of LOCKERS) {
      if (await runLocker(command, args, { files, env })) return close;
    }
    throw new ModwharfError("TOOL_MISSING", "no program to lock files with", {
      subject: paths[0],
      expected: "perl, or flock (util-linux)",
      fix: "install util-linux, or leave the extraction of modules to go",
    });
  } catch (error) {
    await close();
    throw error;
  }
}

/** True once the files are locked; false when the program is not installed. */
function runLocker(
  command: string,
  args: readonly string[],
  on: { files: readonly number[]; env: LockEnv },
): Promise<boolean> {
  const descriptors = on.files.map((_, i) => String(FIRST_FD + i));
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args, ...descriptors], {
      stdio: ["ignore", "ignore", "ignore", ...on.files],
      env: { ...on.env },
    });
    child.once("error", (error) => (errnoOf(error) === "ENOENT" ? resolve(false) : reject(error)));
    child.once("close", (code) => {
      if (code === 0 || code === NOT_FOUND) resolve(code === 0);
      else
        reject(
          new ModwharfError("PROCESS_FAILED", `${command} could not lock the files`, { actual: `${code}` }),
        );
    });
  });
}
