/**
 * True for import paths of the standard library: their first element has no dot, which is reserved for it
 * (cmd/go, "Import path syntax").
 */
export function isStandardLibrary(importPath: string): boolean {
  return !importPath.split("/")[0]!.includes(".");
}
