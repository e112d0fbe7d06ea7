import { utimes } from "node:fs/promises";
import { join } from "node:path";
import { visibleNames } from "../support/visible-files.ts";

/** Makes every file below `root` that much older. */
export async function ageFiles(root: string, ms: number): Promise<void> {
  const then = new Date(Date.now() - ms);
  for (const name of await visibleNames(root)) await utimes(join(root, name), then, then);
}
