import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Command } from "../../src/commands/command.ts";
import { registry } from "../../src/commands/registry.ts";
import { actionFile, rootActionFile } from "./actions.ts";
import { capabilityTable } from "./capabilities.ts";
import { projectPipeline, projectReadme } from "./component-project.ts";
import { componentFile } from "./components.ts";
import { referencePage } from "./reference.ts";

/** A command with its name's one-line summary, as every generator wants it. */
export interface Described {
  command: Command;
  summary: string;
}

/** Folders whose every file is generated: what is left over from a removed command goes. */
const OWNED = ["actions", "gitlab-ci/templates"];
/** The root of the component project. */
const COMPONENTS = "gitlab-ci/";

/** Writes the generated files below `root`, or compares them. Returns the exit code. */
export async function generate(root: string, { check }: { check: boolean }): Promise<number> {
  const files = await filesOf(root, releaseVersion(root));
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
    write(join(root, name), files.get(name) ?? "");
    console.log(`wrote ${name}`);
  }
  return 0;
}

/**
 * Writes the component project into `out`: what stands in gitlab-ci/, with `version` as the version of the tool that
 * the components start. Returns the names of the files. Throws when `version` is no release or `out` is not empty.
 */
export async function exportComponents(root: string, out: string, version: string): Promise<string[]> {
  if (!/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version))
    throw new Error(`${version} is no version of the form 1.2.3, which GitLab's catalog wants`);
  if (listFiles(out, "").some((name) => !name.startsWith(".git/")))
    throw new Error(`${out} is not empty. Fix: export into a new folder, or remove its files first`);
  const files = [...(await filesOf(root, version))].filter(([name]) => name.startsWith(COMPONENTS));
  for (const [name, text] of files) write(join(out, name.slice(COMPONENTS.length)), text);
  return files.map(([name]) => name.slice(COMPONENTS.length));
}

/** The version of the package, which the generated files in the repository name. */
export function releaseVersion(root: string): string {
  return (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string }).version;
}

async function filesOf(root: string, version: string): Promise<Map<string, string>> {
  const described: Described[] = [];
  for (const { summary, load } of Object.values(registry)) described.push({ command: await load(), summary });
  const withComponent = described.filter(({ command }) => typeof command.faces.component !== "string");
  const readme = contentOf(join(root, COMPONENTS, "README.md")) ?? "";
  const files = new Map<string, string>([
    ["action.yml", rootActionFile(described)],
    ["docs/reference.md", referencePage(described)],
    ["docs/capabilities.md", capabilityTable(described)],
    [`${COMPONENTS}.gitlab-ci.yml`, projectPipeline(withComponent, version)],
    [`${COMPONENTS}README.md`, projectReadme(readme, withComponent, version)],
    [`${COMPONENTS}LICENSE`, contentOf(join(root, "LICENSE")) ?? ""],
  ]);
  for (const one of withComponent)
    files.set(`${COMPONENTS}templates/${one.command.name}.yml`, componentFile(one, version));
  for (const one of described) {
    const { name, faces } = one.command;
    if (typeof faces.action !== "string") files.set(`actions/${name}/action.yml`, actionFile(one));
  }
  return files;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function contentOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

function listFiles(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}
