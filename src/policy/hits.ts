import { cleanup } from "../modfile/edit.ts";
import { formatGoMod, type GoMod, parseGoMod } from "../modfile/go-mod.ts";
import type { Position } from "../modfile/syntax.ts";
import type { RuleEdit } from "./rule.ts";
import type { ModuleSnapshot } from "./snapshot.ts";

/** The place of a directive in a module's go.mod. */
export function placeIn(module: ModuleSnapshot, position: Position | undefined): Place {
  return { file: module.file, line: position?.line || 1, column: position?.column || 1 };
}

export interface Place {
  file: string;
  line: number;
  column: number;
}

/** The place of the module directive, for what concerns the module as a whole. */
export function modulePlace(module: ModuleSnapshot): Place {
  return placeIn(module, module.goMod.module?.position);
}

/** A fix of a go.mod through its syntax tree, so that comments and layout stay. */
export function goModEdit(file: string, what: string, change: (goMod: GoMod) => void): RuleEdit {
  return { file, what, change, apply: (text) => editGoMod(file, text, change) };
}

/** The text of a go.mod after a change of its syntax tree; undefined when it changes nothing. */
export function editGoMod(file: string, text: string, change: (goMod: GoMod) => void): string | undefined {
  const goMod = parseGoMod(file, text);
  change(goMod);
  cleanup(goMod);
  const changed = new TextDecoder().decode(formatGoMod(goMod));
  return changed === text ? undefined : changed;
}
