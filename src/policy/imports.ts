import { portsOf } from "../api/build-constraint.ts";
import { parseGoHeader } from "../api/parser.ts";
import { readableGoFiles } from "./go-source.ts";
import type { Place } from "./hits.ts";
import type { ModuleSnapshot, RepositorySnapshot } from "./snapshot.ts";
import { readTexts } from "./tree.ts";

const known = new WeakMap<ModuleSnapshot, Promise<Map<string, Place>>>();

/**
 * The packages that a module's own Go files import, tests included, each with the first place. Files that no
 * port builds (`//go:build ignore`) do not count. Read once for all rules.
 */
export function importsOf(
  repository: RepositorySnapshot,
  module: ModuleSnapshot,
): Promise<Map<string, Place>> {
  let imports = known.get(module);
  if (imports === undefined) {
    imports = readImports(repository, module);
    known.set(module, imports);
  }
  return imports;
}

/** `a/b/c`, `a/b` and `a`: the paths that a module with the package `a/b/c` may have. */
export function prefixesOf(importPath: string): string[] {
  const elements = importPath.split("/");
  return elements.map((_, i) => elements.slice(0, elements.length - i).join("/"));
}

async function readImports(
  repository: RepositorySnapshot,
  module: ModuleSnapshot,
): Promise<Map<string, Place>> {
  const imports = new Map<string, Place>();
  for await (const { path, text } of readTexts(repository.tree, readableGoFiles(repository, module))) {
    const header = parseGoHeader(path, text);
    const usesCgo = header.imports.some((entry) => entry.path === "C");
    if (portsOf(path, header.constraint, usesCgo) === 0) continue;
    for (const { path: imported, at } of header.imports) {
      // A test's import says less than one of the package itself.
      const known = imports.get(imported);
      if (known === undefined || (known.file.endsWith("_test.go") && !path.endsWith("_test.go"))) {
        imports.set(imported, { file: path, ...at });
      }
    }
  }
  return imports;
}
