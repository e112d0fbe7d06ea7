import { closeSync, openSync } from "node:fs";
import { relative, sep } from "node:path";
import { writeOutputFile } from "../base/output-file.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import { checkZipVersion, errorOf, type FileProblem } from "./check.ts";
import { type CreatedZip, createZip } from "./create.ts";
import { readTree } from "./read-tree.ts";
import { fileSink } from "./sink.ts";
import { checkListing, listTree } from "./tree.ts";

/** A file that is not in the zip: by a rule, or because the zip takes its place. */
export interface LeftOutFile extends Omit<FileProblem, "rule"> {
  readonly rule: FileProblem["rule"] | "own-output";
}

/**
 * Makes the module zip of a directory (zip.CreateFromDir) and puts it in the place of `outFile` in one step: a file
 * that is not whole is never seen there. Returns what was left out too: one thing more than Go leaves out, the zip of
 * an earlier run where `outFile` is inside `dir`, so that the same files give the same zip again.
 * Throws MODULE_PATH, MODULE_VERSION, ZIP_INVALID, FILE_UNREADABLE, FILE_UNWRITABLE.
 */
export async function createZipFromDir(
  mv: ModuleVersion,
  dir: string,
  outFile: string,
): Promise<CreatedZip & { readonly omitted: readonly LeftOutFile[] }> {
  checkZipVersion(mv);
  // Sizes are found, and limited, while reading: asking for them first would take a tenth of the time.
  const checked = checkListing(listTree(dir, { sizes: false }));
  const problem = errorOf(checked, dir);
  if (problem !== undefined) throw problem;
  const own = relative(dir, outFile).split(sep).join("/");
  const isOwnThere = checked.valid.includes(own);
  const paths = isOwnThere ? checked.valid.filter((path) => path !== own) : checked.valid;
  let created: CreatedZip | undefined;
  await writeOutputFile(outFile, async (temporary) => {
    const fd = openSync(temporary, "wx");
    try {
      created = await createZip(mv, readTree(dir, paths), fileSink(fd));
    } finally {
      closeSync(fd);
    }
  });
  const replaced = { path: own, rule: "own-output", reason: "file is where the zip goes" } as const;
  return { ...created!, omitted: isOwnThere ? [replaced, ...checked.omitted] : checked.omitted };
}
