import { chmodSync, lstatSync, readdirSync, rmdirSync, rmSync, unlinkSync } from "node:fs";
import { sep } from "node:path";

/** Removes an extracted tree, whose folders are read-only, or whatever stands at `path`. No error when it is absent. */
export function removeTree(path: string): void {
  try {
    remove(path);
  } catch {
    // Another program removes it too, or it is Windows: slower, and knows what to do.
    rmSync(path, { recursive: true, force: true });
  }
}

/** rmSync makes several times as many system calls, and none that gives the right to write. */
function remove(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  // Links are removed, never followed.
  if (!stat.isDirectory()) {
    unlinkSync(path);
    return;
  }
  if ((stat.mode & 0o300) !== 0o300) chmodSync(path, 0o777);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inside = path + sep + entry.name;
    if (entry.isDirectory()) remove(inside);
    else unlinkSync(inside);
  }
  rmdirSync(path);
}
