import { spawn, spawnSync } from "node:child_process";
import { tool } from "./tools.ts";

/** What a script in its own mount namespace printed, and how it ended. */
export interface ScriptEnded {
  readonly code: number | null;
  readonly output: string;
}

/** The words that start a program which may mount file systems that nobody else sees; undefined where that is not permitted. */
export function withOwnMounts(): readonly string[] | undefined {
  if (tool("unshare") === undefined) return undefined;
  for (const words of [
    ["unshare", "--mount"],
    ["unshare", "--map-root-user", "--mount"],
  ]) {
    const mounts = [...words.slice(1), "mount", "-t", "tmpfs", "none", "/mnt"];
    if (spawnSync(words[0]!, mounts).status === 0) return words;
  }
  return undefined;
}

/** Runs a shell script with its positional parameters behind `words`. */
export function runScript(
  words: readonly string[],
  script: string,
  { args, env }: { args: readonly string[]; env: NodeJS.ProcessEnv },
): Promise<ScriptEnded> {
  return new Promise((resolve) => {
    const [command, ...rest] = [...words, "sh", "-c", script, "sh", ...args];
    const child = spawn(command!, rest, { env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString("utf8");
      });
    child.once("close", (code) => resolve({ code, output }));
  });
}
