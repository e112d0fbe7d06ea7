import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { FileHashes } from "../../dirhash/hash-list.ts";
import { fsPath } from "../../dirhash/names.ts";
import { walkTree } from "../../dirhash/walk.ts";
import { modulePaths } from "../../modcache/layout.ts";
import type { ModuleVersion } from "../../module/module-version.ts";
import { zipPrefix } from "../../zip/files.ts";
import { digestModuleZip } from "../../zip/hash.ts";

/** A file of an extracted tree that is not the zip's. */
export interface TreeDifference {
  readonly kind: "modified" | "missing" | "extra";
  /** Relative to the tree. */
  readonly path: string;
}

/**
 * Names the files in which an extracted tree differs from its module, told by the zip beside it; undefined when that
 * zip is not the one that go.sum vouches for, so that nothing says what the files should be.
 */
export async function treeDifferences(
  cache: string,
  module: ModuleVersion,
  h1: string,
): Promise<TreeDifference[] | undefined> {
  const paths = modulePaths(cache, module);
  const digest = await digestModuleZip(module, paths.zip).catch(() => undefined);
  if (digest?.sum() !== h1) return undefined;
  const expected = new FileHashes(digest.list(), zipPrefix(module));
  const found: TreeDifference[] = [];
  const there = filesOf(paths.tree);
  for (const path of there) {
    const sha256 = expected.of(path);
    if (sha256 === undefined) found.push({ kind: "extra", path });
    else if ((await sha256Of(`${paths.tree}/${path}`)) !== sha256) found.push({ kind: "modified", path });
  }
  const names = new Set(there);
  for (const path of expected.paths()) if (!names.has(path)) found.push({ kind: "missing", path });
  return found;
}

function filesOf(tree: string): string[] {
  const files: string[] = [];
  walkTree(tree, ({ path, mode }) => {
    if (mode !== "directory") files.push(path);
    return undefined;
  });
  return files;
}

/** undefined for what cannot be read, such as a link that leads nowhere. */
async function sha256Of(file: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(fsPath(file)), hash);
    return hash.digest("hex");
  } catch {
    return undefined;
  }
}
