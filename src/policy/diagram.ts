import { mermaidLabel } from "../report/mermaid.ts";
import type { Diagram, Finding, Level } from "../report/report.ts";
import { shorten } from "../report/shorten.ts";
import { counterpart } from "./judge.ts";
import type { ModuleSnapshot, RepositorySnapshot } from "./snapshot.ts";

/** More nodes are no picture any more; the table has them all. */
const MAX_EDGES = 60;

/** Mermaid draws nothing of more than 50,000 characters. */
const MAX_LABEL = 120;

interface Edge {
  from: string;
  to: string;
  label: string;
}

/**
 * What changed between the repository's modules and their dependencies, as a mermaid graph coloured by the worst
 * new finding about each module; undefined when no requirement changed.
 */
export function dependencyDiagram(
  base: RepositorySnapshot,
  head: RepositorySnapshot,
  findings: readonly Finding[],
): Diagram | undefined {
  const edges = head.modules.flatMap((module) => changedEdges(counterpart(base, module), module));
  if (edges.length === 0) return undefined;
  const shown = edges.slice(0, MAX_EDGES);
  const nodes = [...new Set(shown.flatMap((edge) => [edge.from, edge.to]))];
  const levels = new Map(nodes.map((node) => [node, worstLevel(node, findings)]));
  const lines = [
    "flowchart LR",
    ...nodes.map(
      (node, i) => `  n${i}["${mermaidLabel(shorten(node, MAX_LABEL))}"]${classOf(levels.get(node))}`,
    ),
    ...shown.map(
      (edge) =>
        `  n${nodes.indexOf(edge.from)} -->|"${mermaidLabel(shorten(edge.label, MAX_LABEL))}"| n${nodes.indexOf(edge.to)}`,
    ),
    "  classDef error fill:#ffd7d5,stroke:#cf222e,color:#1f2328",
    "  classDef warning fill:#fff8c5,stroke:#9a6700,color:#1f2328",
    "  classDef note fill:#ddf4ff,stroke:#0969da,color:#1f2328",
  ];
  const more = edges.length > shown.length ? ` (first ${MAX_EDGES} of ${edges.length})` : "";
  return { title: `Changed dependencies${more}`, mermaid: lines.join("\n") };
}

function changedEdges(base: ModuleSnapshot | undefined, module: ModuleSnapshot): Edge[] {
  const before = new Map(base?.goMod.require.map((require) => [require.module.path, require.module.version]));
  const after = new Map(module.goMod.require.map((require) => [require.module.path, require.module.version]));
  const edges: Edge[] = [];
  for (const [path, version] of after) {
    const known = before.get(path);
    if (known === version) continue;
    edges.push({
      from: module.path,
      to: path,
      label: known === undefined ? `+ ${version}` : `${known} to ${version}`,
    });
  }
  for (const [path, version] of before) {
    if (!after.has(path)) edges.push({ from: module.path, to: path, label: `- ${version}` });
  }
  return edges;
}

const RANK: Readonly<Record<Level, number>> = { note: 1, warning: 2, error: 3 };

function worstLevel(path: string, findings: readonly Finding[]): Level | undefined {
  const concerns = ({ subject }: Finding) =>
    subject === path || subject.startsWith(`${path}@`) || subject.startsWith(`${path} `);
  const own = findings.filter((finding) => finding.status === "new" && concerns(finding));
  return own.map((finding) => finding.level).sort((a, b) => RANK[b] - RANK[a])[0];
}

function classOf(level: Level | undefined): string {
  return level === undefined ? "" : `:::${level}`;
}
