import { fields, trimSpace } from "../modfile/characters.ts";
import { unquote } from "../modfile/quote.ts";

/** What may hide a comment, or is one. */
const EVENT = /["'`]|\/\/|\/\*/g;

/**
 * The patterns of the `//go:embed` comments in a Go file's text, found as go/build finds them: by tokens, so that
 * strings do not count. The compiler checks where they stand. Malformed lines are left out: the compiler's too.
 */
export function embedPatterns(text: string): string[] {
  if (!text.includes("//go:embed")) return [];
  const patterns: string[] = [];
  for (let at = 0; ; ) {
    EVENT.lastIndex = at;
    const event = EVENT.exec(text);
    if (event === null) return patterns;
    const start = event.index;
    at = endOfToken(text, start, event[0]);
    if (event[0] === "//") patterns.push(...patternsOf(text.slice(start, at)));
  }
}

function endOfToken(text: string, start: number, kind: string): number {
  const found = (closing: string, behind: number) => {
    const end = text.indexOf(closing, start + kind.length);
    return end < 0 ? text.length : end + behind;
  };
  if (kind === "//") return found("\n", 0);
  if (kind === "/*") return found("*/", 2);
  if (kind === "`") return found("`", 1);
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === kind) return at + 1;
    // Go's scanner gives up on the literal at the line's end and goes on behind it.
    if (text[at] === "\n") return at;
    if (text[at] === "\\" && text[at + 1] !== "\n") at++;
  }
  return text.length;
}

/** The arguments of a `//go:embed` comment: separated by blanks, some quoted; none when it is another comment. */
function patternsOf(comment: string): string[] {
  const match = /^\/\/go:embed(?=\s|\u0085|$)/.exec(comment);
  if (match === null) return [];
  const patterns: string[] = [];
  let rest = trimSpace(comment.slice(match[0].length));
  while (rest !== "") {
    const word = firstArgument(rest);
    const pattern = /^["`]/.test(word) ? unquote(word) : word;
    const behind = rest.slice(word.length);
    if (pattern === undefined || (behind !== "" && trimSpace(behind).length === behind.length)) return [];
    patterns.push(pattern);
    rest = trimSpace(behind);
  }
  return patterns;
}

function firstArgument(text: string): string {
  const quoted = /^(?:`[^`]*`|"(?:[^"\\]|\\.)*")/.exec(text);
  return quoted?.[0] ?? fields(text)[0]!;
}
