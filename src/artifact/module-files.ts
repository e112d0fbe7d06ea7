import { objectsMissing } from "../source/missing.ts";
import { joinTag } from "../source/module-tag.ts";
import { readObjects } from "../source/objects.ts";
import type { Repository } from "../source/repository.ts";
import type { TaggedModule } from "../source/tags.ts";
import { entriesBelow } from "../source/tree.ts";
import { MAX_LICENSE_BYTES, type TreeFile } from "../zip/files.ts";

/** What goes before Go's zip rules. */
export interface ModuleFileList {
  readonly files: readonly TreeFile[];
  /** The root's LICENSE, raw, which a module in a folder without one gets. */
  readonly borrowedLicense: Buffer | undefined;
}

/**
 * Lists a module's files as `go` sees them in git's archive: submodules are absent, symlinks present (the rules
 * drop them). A module below the root without an entry named LICENSE gets the root's LICENSE blob, be that a
 * symlink's text; its own LICENSE symlink counts as one, although it is dropped later (coderepo.go, Zip).
 *
 * Throws OBJECTS_MISSING.
 */
export async function fileList(repository: Repository, { tree, dir }: TaggedModule): Promise<ModuleFileList> {
  const entries = entriesBelow(tree, dir).filter(({ mode }) => mode !== "submodule");
  const missing = entries
    .filter(({ sizeBytes }) => sizeBytes === undefined)
    .map(({ path }) => joinTag(dir, path));
  if (missing.length > 0) throw objectsMissing(repository, missing);
  const files = entries.map(({ path, mode, sizeBytes = 0 }): TreeFile => {
    return { path, mode: mode === "symlink" ? "symlink" : "regular", sizeBytes };
  });
  const license = tree.find((entry) => entry.path === "LICENSE" && entry.mode !== "submodule");
  if (dir === "" || license === undefined || entries.some(({ path }) => path === "LICENSE")) {
    return { files, borrowedLicense: undefined };
  }
  if (license.sizeBytes === undefined) throw objectsMissing(repository, ["LICENSE"]);
  files.push({ path: "LICENSE", mode: "regular", sizeBytes: license.sizeBytes });
  // The rules refuse a larger one by its size alone.
  if (license.sizeBytes > MAX_LICENSE_BYTES) return { files, borrowedLicense: undefined };
  const [blob] = await readObjects(repository, [license.objectId]);
  if (blob === undefined) throw objectsMissing(repository, ["LICENSE"]);
  return { files, borrowedLicense: blob.content };
}
