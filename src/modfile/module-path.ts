import { trimSpace } from "./characters.ts";
import { unquote } from "./quote.ts";
import { decodeSource } from "./source-text.ts";

/**
 * The module path that a go.mod declares, "" when none can be found. Looks at single lines only and does not
 * mind the rest of the file, as golang.org/x/mod/modfile.ModulePath: for files that may not parse.
 */
export function modulePath(input: Uint8Array | string): string {
  for (const whole of decodeSource(input).split("\n")) {
    const comment = whole.indexOf("//");
    const line = trimSpace(comment < 0 ? whole : whole.slice(0, comment));
    if (!line.startsWith("module")) continue;
    const rest = line.slice("module".length);
    const path = trimSpace(rest);
    // `modules x` is another word, `module` alone names nothing.
    if (path.length === rest.length || path === "") continue;
    return path.startsWith('"') || path.startsWith("`") ? (unquote(path) ?? "") : path;
  }
  return "";
}
