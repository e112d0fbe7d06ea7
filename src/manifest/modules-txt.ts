import { basename, dirname, join, resolve } from "node:path";
import { parseModulesTxt } from "../modfile/modules-txt.ts";
import type { ManifestContext } from "./context.ts";
import { readManifest } from "./read-file.ts";

/**
 * Adds the modules of a vendor directory: those with packages in it, and the go.mod of those that are only required.
 * The go.sum of the folder above has the hashes.
 */
export async function addModulesTxt(context: ManifestContext, name: string): Promise<void> {
  const { cwd, sums, builder } = context;
  const root = basename(dirname(resolve(cwd, name))) === "vendor" ? join(dirname(name), "..") : dirname(name);
  for (const file of ["go.sum", "go.work.sum"]) {
    await sums.readIfPresent(resolve(cwd, root, file), join(root, file));
  }
  const { modules } = parseModulesTxt(name, await readManifest(resolve(cwd, name), name));
  for (const { module, replacement, explicit, packages, line } of modules) {
    const from = `${name}:${line}`;
    if (replacement?.version === "") builder.addLocal({ module, directory: replacement.path, from });
    // Without a version it only records a replacement.
    if (module.version === "" || replacement?.version === "") continue;
    builder.add({
      module: replacement ?? module,
      needs: packages.length > 0 ? "zip" : "mod",
      from,
      isDirect: explicit,
      replaces: replacement && module,
    });
  }
}
