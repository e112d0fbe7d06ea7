import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/** Names below `root` that are no scratch files (dot files), sorted. */
export async function visibleNames(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

/** Their contents in base64 by name. */
export async function visibleFiles(root: string): Promise<Record<string, string>> {
  const names = await visibleNames(root);
  const contents = await Promise.all(names.map((name) => readFile(join(root, name), "base64")));
  return Object.fromEntries(names.map((name, i) => [name, contents[i]!]));
}
