import { visible } from "./visible.ts";

/**
 * Text for between double quotes, such that no user text can close a label, add a link (`click`) or a directive
 * (`%%{init}%%`); mermaid renders labels as HTML and Markdown, and knows `#60;` for `<`.
 */
export function mermaidLabel(text: string): string {
  return visible(text).replace(/[^\p{L}\p{N} ./,+=-]/gu, (mark) => `#${mark.codePointAt(0)};`);
}
