import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ModwharfError, messageOf } from "../base/errors.ts";
import { writeFileAtomic } from "../base/files.ts";
import { editGoMod } from "./hits.ts";
import type { RuleEdit } from "./rule.ts";

/**
 * Applies mechanical fixes to the files of a checkout, several of one file after one another; an edit that no
 * longer applies is left out. Returns what was done. Throws FILE_UNREADABLE and FILE_UNWRITABLE.
 */
export async function applyEdits(root: string, edits: readonly RuleEdit[]): Promise<string[]> {
  const done: string[] = [];
  for (const file of new Set(edits.map((edit) => edit.file))) {
    const path = join(root, file);
    const before = await readCheckout(path, file);
    const own = edits.filter((edit) => edit.file === file);
    const { text, applied } = applyAll(file, before, own);
    done.push(...applied.map(({ what }) => `${file}: ${what}`));
    if (text !== before) await writeFileAtomic(path, text);
  }
  return done;
}

async function readCheckout(path: string, file: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new ModwharfError("FILE_UNREADABLE", "the file to be fixed is not in the checkout", {
      subject: file,
      actual: messageOf(cause),
      fix: "check head out whole, without a sparse checkout, and run again",
      cause,
    });
  }
}

/** Two findings can have the same fix, which is done once. */
function applyAll(
  file: string,
  before: string,
  edits: readonly RuleEdit[],
): { text: string; applied: RuleEdit[] } {
  const distinct = [...new Map(edits.map((edit) => [edit.what, edit])).values()];
  const onTree = distinct.filter((edit) => edit.change !== undefined);
  const changed =
    onTree.length === 0
      ? undefined
      : editGoMod(file, before, (goMod) => {
          for (const edit of onTree) edit.change!(goMod);
        });
  const applied = changed === undefined ? [] : [...onTree];
  let text = changed ?? before;
  for (const edit of distinct) {
    if (edit.change !== undefined) continue;
    const next = edit.apply(text);
    if (next === undefined) continue;
    text = next;
    applied.push(edit);
  }
  return { text, applied };
}
