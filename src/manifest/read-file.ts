import { ModwharfError } from "../base/errors.ts";
import { errnoOf, readWhole } from "../base/files.ts";

/** The bytes of a manifest, which is shown as `name`. Throws FILE_UNREADABLE. */
export async function readManifest(path: string, name: string): Promise<Buffer> {
  try {
    return await readWhole(path);
  } catch (error) {
    if (error instanceof ModwharfError) throw error;
    throw new ModwharfError("FILE_UNREADABLE", "cannot read the manifest", {
      subject: name,
      actual: errnoOf(error),
      fix: `${errnoOf(error) === "EISDIR" ? "name a file in it: a" : "name a"} go.sum, go.mod, go.work, vendor/modules.txt or a text file of path@version lines`,
      cause: error,
    });
  }
}
