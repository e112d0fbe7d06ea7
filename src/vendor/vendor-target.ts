import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import type { Project } from "../modgraph/project.ts";

/** Throws USAGE unless `dir` is, or could be, the vendor directory of the go.mod or go.work beside it. */
export function checkVendorTarget(dir: string): void {
  const stats = statSync(dir, { throwIfNoEntry: false });
  const parent = dirname(dir);
  if (stats === undefined && !existsSync(join(parent, "go.mod")) && !existsSync(join(parent, "go.work"))) {
    throw noVendorDirectory(dir);
  }
  if (stats?.isDirectory() === false) {
    throw new ModwharfError("USAGE", "not a vendor directory", {
      subject: dir,
      expected: "a directory",
      actual: stats.isFile() ? "a file" : "something else",
      fix: `name the directory: modwharf verify vendor ${parent}`,
    });
  }
  if (existsSync(join(dir, "go.mod")) && !existsSync(join(dir, "modules.txt"))) {
    throw new ModwharfError("USAGE", "not a vendor directory", {
      subject: dir,
      expected: "a directory with modules.txt, beside go.mod",
      actual: "the directory of a module",
      fix: `name its vendor directory: modwharf verify vendor ${join(dir, "vendor")}`,
    });
  }
}

/** Throws USAGE when there is no directory, though the project requires modules. */
export function checkVendorExists(dir: string, { main }: Project): void {
  const isNeeded = [...main.values()].some(({ goMod }) => goMod.require.length > 0);
  if (isNeeded && !existsSync(dir)) throw noVendorDirectory(dir);
}

function noVendorDirectory(subject: string): ModwharfError {
  return new ModwharfError("USAGE", "there is no vendor directory", {
    subject,
    expected: "a directory that go mod vendor or modwharf vendor made",
    actual: "no such directory",
    fix: "correct the path, or create the directory with modwharf vendor",
  });
}
