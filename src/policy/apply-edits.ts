import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../base/files.ts";
import type { RuleEdit } from "./rule.ts";

/**
 * Applies mechanical fixes to the files of a checkout, several of one file after one another; an edit that no
 * longer applies is left out. Returns what was done.
 */
export async function applyEdits(root: string, edits: readonly RuleEdit[]): Promise<string[]> {
  const done: string[] = [];
  for (const file of new Set(edits.map((edit) => edit.file))) {
    const path = join(root, file);
    const before = await readFile(path, "utf8");
    let text = before;
    for (const edit of edits) {
      if (edit.file !== file) continue;
      const changed = edit.apply(text);
      if (changed === undefined) continue;
      text = changed;
      done.push(`${file}: ${edit.what}`);
    }
    if (text !== before) await writeFileAtomic(path, text);
  }
  return done;
}
