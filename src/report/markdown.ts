import type { Diagram } from "./report.ts";
import { visible, visibleLines } from "./visible.ts";

/**
 * Markdown as GitHub and GitLab read it. Beyond the syntax itself two things act on plain text there: mentions
 * and references (`@user`, `#1`, `!1`, `~label`) notify people or link, and on GitLab a line that starts with
 * `/` is a quick action. So user text never starts a line, and marks that trigger references are cut from what
 * follows by a zero-width space.
 */
const CUT = "&#8203;";

/** `module@v1.2.3`: would become a mail link or a mention, and people copy it, so it is shown as code. */
const MODULE_VERSION = /^([^\s`@]+@v\d[\w.+-]*?)([.,:;)]*)$/;

/** User text as inline Markdown that shows exactly that text, on one line, also at the start of a line. */
export function inline(text: string): string {
  const words = visible(text).trim().split(" ");
  return words
    .map((word) => {
      const [, moduleVersion, rest = ""] = MODULE_VERSION.exec(word) ?? [];
      return moduleVersion === undefined ? escapeWord(word) : code(moduleVersion) + rest;
    })
    .join(" ")
    .replace(/^[-+=/:]|^\d+(?=[.)])/, (start) => (/\d/.test(start) ? `${start}\\` : `\\${start}`));
}

/** Marks that are syntax somewhere; a backslash makes each of them plain. */
const SYNTAX = /[\\`*_{}[\]()|~#!<>&$@%:]/g;
const ENTITIES: Readonly<Record<string, string>> = { "<": "&lt;", ">": "&gt;", "&": "&amp;", $: "&#36;" };
const PLAIN = "@%:";

function escapeWord(word: string): string {
  const escaped = word.replace(SYNTAX, (mark, at: number) => {
    const plain = ENTITIES[mark] ?? (PLAIN.includes(mark) ? mark : `\\${mark}`);
    return refersTo(mark, word.slice(at + 1)) ? plain + CUT : plain;
  });
  return escaped.replace(/\bwww\./gi, (start) => `${start.slice(0, -1)}${CUT}.`);
}

/** True when the mark and what follows could be read as a mention, a reference or the middle of a bare URL. */
function refersTo(mark: string, next: string): boolean {
  if (mark === ":") return next.startsWith("//");
  return /[@#!~%$&]/.test(mark) && /^[\p{L}\p{N}"'_/]/u.test(next);
}

/** User text as a code span, whatever backticks it holds; a pipe needs HTML, since a table would split at it. */
export function code(text: string): string {
  const shown = visible(text);
  if (shown.trim() === "") return "";
  if (shown.includes("|")) {
    return `<code>${shown.replace(HTML_MARKS, (mark) => `&#${mark.charCodeAt(0)};`)}</code>`;
  }
  const fence = "`".repeat(longestRun(shown, "`") + 1);
  const pad = /^`|`$|^ .* $/.test(shown) ? " " : "";
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** User text as the content of an HTML element. Markdown and references are still read there, so those marks go too. */
export function escapeHtml(text: string): string {
  return visible(text)
    .replace(HTML_MARKS, (mark, at: number, whole: string) => {
      const entity = `&#${mark.charCodeAt(0)};`;
      return refersTo(mark, whole.slice(at + 1)) ? entity + CUT : entity;
    })
    .replace(/\bwww\./gi, (start) => `${start.slice(0, -1)}${CUT}.`);
}

const HTML_MARKS = /[&<>"'@#!~$%:/\\`*_[\]|]/g;

/** A link whose text is already Markdown; anything but an http(s) address is left out and the text stands alone. */
export function link(markdown: string, url: string | undefined): string {
  const safe = url === undefined ? undefined : webAddress(url);
  return safe === undefined ? markdown : `[${markdown}](<${safe}>)`;
}

/** The address in its normal form when it is http or https, else undefined (`javascript:` and the like). */
export function webAddress(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  if (parsed.protocol !== "https:" && parsed.protocol !== "http:") return undefined;
  // WHATWG URLs allow more than RFC 3986, and some of it is syntax in Markdown. User info stays behind.
  const path = encodeMarks(parsed.pathname + parsed.search);
  return parsed.origin + path + (parsed.hash === "" ? "" : `#${encodeMarks(parsed.hash.slice(1))}`);
}

/** Percent-encodes ASCII marks that RFC 3986 has no place for; the URL parser has encoded everything else. */
function encodeMarks(text: string): string {
  return text.replace(
    /%(?![0-9A-Fa-f]{2})|[^\w\-.~:/?@!$&*+,;=%']/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

/** A table's cell: names, paths and versions as code, words as text. */
export function cell(text: string): string {
  return /[/@\\:=_`]|^v\d/.test(text) && !/\s/.test(text) ? code(text) : inline(text);
}

/** A row of cells that are Markdown already. */
export function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** Head and rule of a table; the columns are user text. */
export function tableHead(columns: readonly string[]): string {
  return `${row(columns.map(inline))}\n${row(columns.map(() => "---"))}`;
}

/** A fenced block that its content cannot end. */
export function fenced(content: string, language = ""): string {
  const fence = "`".repeat(Math.max(3, longestRun(content, "`") + 1));
  return `${fence}${language}\n${visibleLines(content).join("\n")}\n${fence}`;
}

/** A mermaid diagram under its title. */
export function diagramBlock(diagram: Diagram): string {
  return `#### ${inline(diagram.title)}\n\n${fenced(diagram.mermaid, "mermaid")}`;
}

/** A part that is folded away until someone opens it; the body is Markdown already. */
export function fold(title: string, body: string): string {
  return `<details><summary>${escapeHtml(title)}</summary>\n\n${body}\n\n</details>`;
}

function longestRun(text: string, mark: string): number {
  let longest = 0;
  let run = 0;
  for (const character of text) {
    run = character === mark ? run + 1 : 0;
    if (run > longest) longest = run;
  }
  return longest;
}
