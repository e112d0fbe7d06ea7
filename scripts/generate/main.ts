import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "../../src/commands/command.ts";
import { registry } from "../../src/commands/registry.ts";
import { actionFile, rootActionFile } from "./actions.ts";
import { capabilityTable } from "./capabilities.ts";
import { componentFile } from "./components.ts";
import { referencePage } from "./reference.ts";

/** A command with its name's one-line summary, as every generator wants it. */
export interface Described {
  command: Command;
  summary: string;
}

/** Folders whose every file is generated: what is left over from a removed command goes. */
const OWNED = ["actions", "gitlab-ci/templates"];

/** Writes the generated files below `root`, or compares them. Returns the exit code. */
export async function generate(root: string, { check }: { check: boolean }): Promise<number> {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const files = await filesOf(version);
  const stale = [...files]
    .filter(([name, text]) => contentOf(join(root, name)) !== text)
    .map(([name]) => name);
  const extra = OWNED.flatMap((folder) => listFiles(root, folder)).filter((name) => !files.has(name));
  if (check) {
    for (const name of stale) console.error(`${name} is stale. Fix: npm run generate`);
    for (const name of extra) console.error(`${name} belongs to no command. Fix: npm run generate`);
    console.log(`generated: ${files.size} files, ${stale.length + extra.length} stale`);
    return stale.length + extra.length === 0 ? 0 : 1;
  }
  for (const name of extra) rmSync(join(root, name));
  for (const name of stale) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), files.get(name) ?? "");
    console.log(`wrote ${name}`);
  }
  return 0;
}

async function filesOf(version: string): Promise<Map<string, string>> {
  const described: Described[] = [];
  for (const { summary, load } of Object.values(registry)) described.push({ command: await load(), summary });
  const files = new Map<string, string>([
    ["action.yml", rootActionFile(described)],
    ["docs/reference.md", referencePage(described)],
    ["docs/capabilities.md", capabilityTable(described)],
  ]);
  for (const one of described) {
    const { name, faces } = one.command;
    if (typeof faces.action !== "string") files.set(`actions/${name}/action.yml`, actionFile(one));
    if (typeof faces.component !== "string")
      files.set(`gitlab-ci/templates/${name}.yml`, componentFile(one, version));
  }
  return files;
}

function contentOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

function listFiles(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}
