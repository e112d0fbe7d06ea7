import { closeSync, openSync } from "node:fs";
import { writeOutputFile } from "../base/output-file.ts";
import type { ModuleVersion } from "../module/module-version.ts";
import { checkZipVersion, errorOf, type FileProblem } from "./check.ts";
import { type CreatedZip, createZip } from "./create.ts";
import { readTree } from "./read-tree.ts";
import { fileSink } from "./sink.ts";
import { checkListing, listTree } from "./tree.ts";

/**
 * Makes the module zip of a directory (zip.CreateFromDir) and puts it in the place of `outFile` in one step: a file
 * that is not whole is never seen there. Returns what was left out too.
 * Throws MODULE_PATH, MODULE_VERSION, ZIP_INVALID, FILE_UNREADABLE, FILE_UNWRITABLE.
 */
export async function createZipFromDir(
  mv: ModuleVersion,
  dir: string,
  outFile: string,
): Promise<CreatedZip & { readonly omitted: readonly FileProblem[] }> {
  checkZipVersion(mv);
  // Sizes are found, and limited, while reading: asking for them first would take a tenth of the time.
  const checked = checkListing(listTree(dir, { sizes: false }));
  const problem = errorOf(checked, dir);
  if (problem !== undefined) throw problem;
  let created: CreatedZip | undefined;
  await writeOutputFile(outFile, async (temporary) => {
    const fd = openSync(temporary, "wx");
    try {
      created = await createZip(mv, readTree(dir, checked.valid), fileSink(fd));
    } finally {
      closeSync(fd);
    }
  });
  return { ...created!, omitted: checked.omitted };
}
