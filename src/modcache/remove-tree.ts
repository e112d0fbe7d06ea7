import { chmodSync, lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** Removes an extracted tree, whose folders are read-only, or whatever stands at `path`. No error when it is absent. */
export function removeTree(path: string): void {
  makeFoldersWritable(path);
  rmSync(path, { recursive: true, force: true });
}

function makeFoldersWritable(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  // Links are removed, never followed.
  if (stat?.isDirectory() !== true) return;
  if ((stat.mode & 0o300) !== 0o300) chmodSync(path, 0o777);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) makeFoldersWritable(join(path, entry.name));
  }
}
