/**
 * What a command found and did. Commands return it, renderers turn it into text, the platform writes it.
 * All user text in it (paths, versions, titles) is untrusted: every renderer escapes for its own format.
 */
export interface Report {
  /** The command's name, e.g. "publish". */
  command: string;
  /** One plain sentence: the verdict. */
  summary: string;
  findings: Finding[];
  /** How it ended when a finding blocks: `integrity` where content was altered. Default `findings`. */
  blockedAs?: "findings" | "remote" | "integrity";
  /** Tables for people; the same facts are in `data` for programs. */
  tables: Table[];
  /** A mermaid graph each, with its title. Source only, without the fence. */
  diagrams?: Diagram[];
  /** What `--json` prints, and what outputs are taken from. Field names are part of the contract. */
  data: Record<string, unknown>;
  /** Counters and sizes for OpenMetrics, names without the `modwharf_` prefix. */
  metrics?: Metric[];
  /** Handed to the command's `post` step on GitHub; JSON-able, no secrets. */
  post?: Record<string, unknown>;
}

export type Level = "error" | "warning" | "note";

/** One expected problem in the user's module. */
export interface Finding {
  /** The rule's id in kebab-case; also the id in SARIF and Code Quality. */
  rule: string;
  level: Level;
  /** True when it fails the command (exit 1); an existing or waived problem does not. */
  blocking: boolean;
  /** One sentence, no trailing newline. */
  message: string;
  /** One imperative sentence. */
  fix?: string;
  /** Path relative to the repository's root, with slashes. */
  file?: string;
  /** 1-based. */
  line?: number;
  /** 1-based, in characters. */
  column?: number;
  endLine?: number;
  /** What it is about (module, symbol, version): with the rule it makes the fingerprint, so no line numbers. */
  subject: string;
  /** The module of this repository that it belongs to. */
  module?: string;
  /** Existed at the base already, or a reason why it does not block. */
  status?: "new" | "existing" | "waived";
  /** Where to read more. */
  reference?: string;
  /** Longer explanation, plain text with newlines. */
  detail?: string;
}

export interface Table {
  title: string;
  columns: string[];
  /** Plain text cells. */
  rows: string[][];
}

export interface Diagram {
  title: string;
  mermaid: string;
}

export interface Metric {
  name: string;
  help: string;
  type: "counter" | "gauge";
  unit?: "bytes" | "seconds";
  value: number;
  labels?: Record<string, string>;
}

/** True when a finding fails the command. */
export function isBlocked(report: Report): boolean {
  return report.findings.some((finding) => finding.blocking);
}
