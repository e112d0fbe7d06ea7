import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** One fenced block of a page. */
export interface DocBlock {
  /** The page, from the repository's root. */
  page: string;
  /** Line of the opening fence, from 1. */
  line: number;
  language: string;
  text: string;
}

/** Every page that users read. */
export function docPages(): string[] {
  const docs = readdirSync("docs").filter((name) => name.endsWith(".md"));
  return ["README.md", "gitlab-ci/README.md", ...docs.map((name) => join("docs", name))];
}

export function docBlocks(page: string): DocBlock[] {
  const lines = readFileSync(page, "utf8").split("\n");
  const blocks: DocBlock[] = [];
  for (let i = 0; i < lines.length; i++) {
    const language = /^```(\w*)$/.exec(lines[i]!)?.[1];
    if (language === undefined) continue;
    const end = lines.indexOf("```", i + 1);
    if (end === -1) throw new Error(`${page}:${i + 1}: the block does not end`);
    blocks.push({ page, line: i + 1, language, text: `${lines.slice(i + 1, end).join("\n")}\n` });
    i = end;
  }
  return blocks;
}

/** What a block of YAML is: a pipeline of either platform, or a file of another kind. */
export function kindOf(block: DocBlock): "gitlab" | "github" | "other" {
  const content = parse(block.text) as Record<string, unknown>;
  if ("jobs" in content) return "github";
  const isJob = (value: unknown) => typeof value === "object" && value !== null && "script" in value;
  return "include" in content || Object.values(content).some(isJob) ? "gitlab" : "other";
}

/** The pipelines of a page, in order; for tests that run them. */
export function pipelinesOf(page: string, kind: "gitlab" | "github"): string[] {
  return docBlocks(page)
    .filter((block) => block.language === "yaml" && kindOf(block) === kind)
    .map(({ text }) => text);
}
