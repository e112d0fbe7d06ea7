import { parseGoHeader } from "../api/parser.ts";
import { readableGoFiles } from "./go-source.ts";
import type { RuleEdit } from "./rule.ts";
import type { ModuleSnapshot, RepositorySnapshot } from "./snapshot.ts";
import { readTexts } from "./tree.ts";

/** One import of a module's own packages that a new module path changes. */
export interface ImportRewrite {
  file: string;
  line: number;
  from: string;
  to: string;
}

/** The rewrites as edits, one for each file: an import path stands in its line between quotes of either kind. */
export function rewriteEdits(rewrites: readonly ImportRewrite[]): RuleEdit[] {
  const files = [...new Set(rewrites.map((rewrite) => rewrite.file))];
  return files.map((file) => {
    const own = rewrites.filter((rewrite) => rewrite.file === file);
    const paths = [...new Set(own.map((rewrite) => rewrite.from))];
    return { file, what: `rewrite the imports of ${paths.join(", ")}`, apply: (text) => rewrite(text, own) };
  });
}

function rewrite(text: string, rewrites: readonly ImportRewrite[]): string | undefined {
  const lines = text.split("\n");
  for (const { line, from, to } of rewrites) {
    const before = lines[line - 1];
    // The checkout's file may be shorter than the commit's.
    if (before === undefined) continue;
    lines[line - 1] = before.replace(`"${from}"`, () => `"${to}"`).replace(`\`${from}\``, () => `\`${to}\``);
  }
  const changed = lines.join("\n");
  return changed === text ? undefined : changed;
}

/** The imports that must change when a module takes another path, in all modules of the repository. */
export async function importRewrites(
  repository: RepositorySnapshot,
  module: ModuleSnapshot,
  newPath: string,
): Promise<ImportRewrite[]> {
  const files = repository.modules.flatMap((other) => readableGoFiles(repository, other));
  const nested = repository.modules
    .map((other) => other.path)
    .filter((path) => path !== module.path && path.startsWith(`${module.path}/`));
  const rewrites: ImportRewrite[] = [];
  for await (const { path: file, text } of readTexts(repository.tree, files)) {
    for (const { path, at } of parseGoHeader(file, text).imports) {
      const own = path === module.path || path.startsWith(`${module.path}/`);
      if (!own || nested.some((other) => path === other || path.startsWith(`${other}/`))) continue;
      rewrites.push({ file, line: at.line, from: path, to: newPath + path.slice(module.path.length) });
    }
  }
  return rewrites;
}
