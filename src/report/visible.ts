/**
 * Characters that change how text around them is shown without being seen themselves: C0 and C1 controls
 * (terminal escapes, carriage returns), line and paragraph separators, bidirectional controls (Trojan Source,
 * CVE-2021-42574), zero-width and soft-hyphen characters, tag characters, and lone surrogates, which no UTF-8
 * file can hold. Names of files, tags and branches can carry any of them.
 */
const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

/** The text on one line: hidden characters appear as `\u202e` or `\u{e0041}`, newlines and tabs as blanks. */
export function visible(text: string): string {
  return text.replace(/\r\n|[\n\r\t]/g, " ").replace(HIDDEN, escaped);
}

/** The lines of a text, hidden characters made visible but tabs kept; every kind of line end counts. */
export function visibleLines(text: string): string[] {
  return text.split(/\r\n|[\n\r]/).map((line) => line.split("\t").map(visible).join("\t"));
}

function escaped(character: string): string {
  const hex = character.codePointAt(0)!.toString(16);
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`;
}

/** The text with lone surrogates replaced by U+FFFD: what UTF-8 and percent-encoding can hold. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}

/**
 * A line that GitHub's runner does not take for a workflow command: it reads `::name::` at the start of a line,
 * after blanks, and its old form `##[name]` anywhere in one. A backslash shows that something was kept apart.
 */
export function withoutCommands(line: string): string {
  return line.replace(/^(\s*)::/, "$1\\::").replaceAll("##[", "##\\[");
}
