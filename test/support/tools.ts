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

/** Something that a suite needs of the machine beside a program's file. */
export interface Permission {
  /** The program that it is about, which MODWHARF_REQUIRE names. */
  readonly tool: string;
  /** What the program must be allowed to do: "a network namespace". */
  readonly what: string;
  readonly isGiven: boolean;
}

/** A program by its name, or one that also has to be permitted something. */
export type Need = string | Permission;

/** A need that the machine does not meet. */
export interface Lack {
  readonly tool: string;
  readonly why: string;
}

/** Which of a suite's needs are not met. */
export function lacksOf(needs: readonly Need[]): Lack[] {
  return needs.flatMap((need) => {
    const name = typeof need === "string" ? need : need.tool;
    if (tool(name) === undefined) {
      return [{ tool: name, why: `${name} not found on PATH or in ${toolsDir}` }];
    }
    if (typeof need === "string" || need.isGiven) return [];
    return [{ tool: name, why: `${name} may not make ${need.what} here` }];
  });
}

/** Whether a list such as MODWHARF_REQUIRE (names and commas, or `all`) forbids to skip for want of this tool. */
export function isRequired(name: string, list: string): boolean {
  const required = list.split(",").map((entry) => entry.trim());
  return required.includes("all") || required.includes(name);
}

/**
 * `describe` for a suite that has needs. When one is not met the suite skips and says so in one line; when
 * MODWHARF_REQUIRE names its tool, the suite fails instead.
 */
export function describeWithTools(needs: readonly Need[], name: string, fn: () => void): void {
  const lacks = lacksOf(needs);
  if (lacks.length === 0) {
    describe(name, fn);
    return;
  }
  const why = lacks.map((lack) => lack.why).join(", ");
  if (lacks.some((lack) => isRequired(lack.tool, process.env.MODWHARF_REQUIRE ?? ""))) {
    describe(name, () => {
      test("has what MODWHARF_REQUIRE names", () => {
        throw new Error(why);
      });
    });
    return;
  }
  process.stderr.write(`skipped: ${name}: ${why}\n`);
  describe.skip(name, fn);
}
