import { trimSpace } from "./characters.ts";
import { isIndirect, withoutSlashes } from "./directive-comments.ts";
import { type Line, nowhere } from "./syntax.ts";

const marker = "indirect;";

/** Adds or removes the `// indirect` mark of a require line, and leaves the rest of its comment. */
export function setIndirect(line: Line, indirect: boolean): void {
  if (isIndirect(line) === indirect) return;
  const [comment, ...others] = line.comments.suffix;
  const text = comment === undefined ? "" : trimSpace(withoutSlashes(comment));
  if (!indirect && text === "indirect") {
    // The whole end of the line goes with it, as in Go.
    line.comments.suffix = [];
    return;
  }
  const token = indirect ? markedText(text) : unmarkedText(comment!.token);
  line.comments.suffix = [{ start: comment?.start ?? nowhere, token, suffix: true }, ...others];
}

function markedText(text: string): string {
  return text === "" ? "// indirect" : `// ${marker} ${text}`;
}

function unmarkedText(token: string): string {
  return `//${token.slice(token.indexOf(marker) + marker.length)}`;
}
