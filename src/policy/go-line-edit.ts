import { setGo } from "../modfile/edit.ts";
import { isPrunedAt } from "../modfile/go-version.ts";
import { goModEdit } from "./hits.ts";
import type { RuleEdit } from "./rule.ts";
import type { ModuleSnapshot } from "./snapshot.ts";

/**
 * Sets the go line. From go 1.17 on a go.mod names indirect requirements too: a step over that line is for go mod
 * tidy, not for an edit.
 */
export function goLineEdit(module: ModuleSnapshot, version: string): { edits?: RuleEdit[] } {
  const { go, require } = module.goMod;
  const isSameForm = isPrunedAt(go?.version) === isPrunedAt(version);
  if (!isSameForm && require.length > 0) return {};
  return { edits: [goModEdit(module.file, `set go ${version}`, (goMod) => setGo(goMod, version))] };
}
