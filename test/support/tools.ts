import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { describe, test } from "vitest";

/** Where programs stand that tests need but that are not installed system-wide (minio, athens, act …). */
export const toolsDir = process.env.MODWHARF_TOOLS ?? join(homedir(), ".cache", "modwharf-tools");

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The absolute path of a program on PATH, else in `toolsDir`; undefined when it is in neither. */
export function tool(name: string): string | undefined {
  const dirs = [...(process.env.PATH ?? "").split(delimiter).filter((dir) => dir !== ""), toolsDir];
  const suffixes = process.platform === "win32" ? [".exe", ".cmd", ""] : [""];
  for (const dir of dirs) {
    for (const suffix of suffixes) {
      const file = join(dir, name + suffix);
      if (isExecutable(file)) return file;
    }
  }
  return undefined;
}

/** The same, for code inside a suite that declared the tool; throws when it is missing. */
export function requireTool(name: string): string {
  const file = tool(name);
  if (file === undefined) throw new Error(`${name} is neither on PATH nor in ${toolsDir}`);
  return file;
}

/** True when MODWHARF_REQUIRE (a comma list, or `all`) says that a suite must not skip for want of this tool. */
function isRequired(name: string): boolean {
  const required = (process.env.MODWHARF_REQUIRE ?? "").split(",").map((entry) => entry.trim());
  return required.includes("all") || required.includes(name);
}

/**
 * `describe` for a suite that needs the programs `tools`. When one is missing the suite skips and says so in
 * one line; when MODWHARF_REQUIRE names a missing one, the suite fails instead.
 */
export function describeWithTools(tools: readonly string[], name: string, fn: () => void): void {
  const missing = tools.filter((entry) => tool(entry) === undefined);
  if (missing.length === 0) {
    describe(name, fn);
    return;
  }
  const required = missing.filter(isRequired);
  if (required.length > 0) {
    describe(name, () => {
      test("finds the tools that MODWHARF_REQUIRE names", () => {
        throw new Error(`missing: ${required.join(", ")} (looked on PATH and in ${toolsDir})`);
      });
    });
    return;
  }
  process.stderr.write(`skipped: ${name}: ${missing.join(", ")} not found on PATH or in ${toolsDir}\n`);
  describe.skip(name, fn);
}
