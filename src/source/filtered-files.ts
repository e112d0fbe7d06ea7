import { join } from "node:path";
import { processError, runProcess } from "../base/process.ts";
import { readObjects } from "./objects.ts";
import type { Repository } from "./repository.ts";
import type { TreeEntry } from "./tree.ts";

/**
 * The paths among `paths` (from the repository's root) that a `.gitattributes` gives a `filter`, as Git LFS does.
 * The zip holds what git stores for them (an LFS pointer), whereas a developer whose git runs the filter sees,
 * and on a direct `go get` hashes, something else.
 */
export async function filteredFiles(
  repository: Repository,
  commit: string,
  { tree, paths }: { tree: readonly TreeEntry[]; paths: readonly string[] },
): Promise<string[]> {
  const attributeFiles = tree.filter(
    ({ path, mode }) => mode === "regular" && /(^|\/)\.gitattributes$/.test(path),
  );
  const texts = await readObjects(
    repository,
    attributeFiles.map(({ objectId }) => objectId),
  );
  // Attributes are asked of an index, which costs two processes; almost no repository needs them.
  if (paths.length === 0 || !texts.some((text) => text?.content.includes("filter"))) return [];
  const options = {
    ...repository.spawning,
    env: { ...repository.spawning.env, GIT_INDEX_FILE: join(repository.scratchDir, "index") },
  };
  await run(repository, ["read-tree", commit], options);
  const input = `${paths.join("\0")}\0`;
  const output = await run(repository, ["check-attr", "--cached", "--stdin", "-z", "filter"], {
    ...options,
    input,
  });
  return parseAttributes(output);
}

async function run(repository: Repository, args: string[], options: Parameters<typeof runProcess>[2]) {
  const { exitCode, stdout, stderr } = await runProcess(repository.gitPath, args, options);
  if (exitCode !== 0) throw processError(repository.gitPath, args, exitCode, stderr);
  return stdout.toString("utf8");
}

/** Reads `path NUL attribute NUL value NUL` records; the value is `unspecified` or `unset` for unfiltered files. */
function parseAttributes(output: string): string[] {
  const fields = output.split("\0");
  const filtered: string[] = [];
  for (let i = 0; i + 2 < fields.length; i += 3) {
    if (fields[i + 2] !== "unspecified" && fields[i + 2] !== "unset") filtered.push(fields[i]!);
  }
  return filtered;
}
