import { parseGoHeader } from "../api/parser.ts";
import { goFilesOf } from "./imports.ts";
import type { ModuleSnapshot, RepositorySnapshot } from "./snapshot.ts";

/** One import of a module's own packages that a new module path changes. */
export interface ImportRewrite {
  file: string;
  line: number;
  from: string;
  to: string;
}

/** The imports that must change when a module takes another path, in all modules of the repository. */
export async function importRewrites(
  repository: RepositorySnapshot,
  module: ModuleSnapshot,
  newPath: string,
): Promise<ImportRewrite[]> {
  const files = repository.modules.flatMap((other) => goFilesOf(repository, other));
  const nested = repository.modules
    .map((other) => other.path)
    .filter((path) => path !== module.path && path.startsWith(`${module.path}/`));
  const contents = await repository.tree.read(files);
  const rewrites: ImportRewrite[] = [];
  for (const [i, file] of files.entries()) {
    for (const { path, at } of parseGoHeader(file, new TextDecoder().decode(contents[i])).imports) {
      const own = path === module.path || path.startsWith(`${module.path}/`);
      if (!own || nested.some((other) => path === other || path.startsWith(`${other}/`))) continue;
      rewrites.push({ file, line: at.line, from: path, to: newPath + path.slice(module.path.length) });
    }
  }
  return rewrites;
}
