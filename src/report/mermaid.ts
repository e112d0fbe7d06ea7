import { visible } from "./visible.ts";

export interface FlowNode {
  /** Any text that tells nodes apart; not shown. */
  key: string;
  label: string;
}

export interface FlowEdge {
  from: string;
  to: string;
  label?: string;
}

/**
 * A mermaid flow chart from data. Node names are numbers and labels are quoted with mermaid's own entities, so
 * that no user text can close a label, add a link (`click`) or a directive (`%%{init}%%`).
 */
export function flowChart(nodes: readonly FlowNode[], edges: readonly FlowEdge[]): string {
  const ids = new Map(nodes.map((node, i) => [node.key, `n${i}`]));
  const lines = nodes.map((node) => `  ${ids.get(node.key)}["${mermaidLabel(node.label)}"]`);
  for (const { from, to, label } of edges) {
    const [source, target] = [ids.get(from), ids.get(to)];
    if (source === undefined || target === undefined) continue;
    lines.push(`  ${source} -->${label === undefined ? "" : `|"${mermaidLabel(label)}"|`} ${target}`);
  }
  return ["flowchart LR", ...lines].join("\n");
}

/** Text for between double quotes; mermaid renders labels as HTML and Markdown, and knows `#60;` for `<`. */
export function mermaidLabel(text: string): string {
  return visible(text).replace(/[^\p{L}\p{N} ./,+=-]/gu, (mark) => `#${mark.codePointAt(0)};`);
}
