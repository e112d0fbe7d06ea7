import { baseNameOf } from "./tree.ts";

const NAMES = new Set(["go.mod", "go.sum", "go.work", "go.work.sum", "module.yaml"]);

/** The names under which a repository's policy is looked for, in its root. */
export const policyFiles: readonly string[] = ["modwharf.yaml", "modwharf.yml"];

/** True for files that the gate's answer can depend on. */
export function isGoRelated(path: string): boolean {
  const name = baseNameOf(path);
  return name.endsWith(".go") || NAMES.has(name) || /(^|\/)vendor\//.test(path) || policyFiles.includes(path);
}
