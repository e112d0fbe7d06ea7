import { spawnSync } from "node:child_process";
import { tool } from "./tools.ts";

/** The words to put before a command so that it runs without any network; undefined where that is not permitted. */
export function withoutNetwork(): readonly string[] | undefined {
  if (tool("unshare") === undefined) return undefined;
  for (const words of [
    ["unshare", "--net"],
    ["unshare", "--map-root-user", "--net"],
  ]) {
    if (spawnSync(words[0]!, [...words.slice(1), "true"]).status === 0) return words;
  }
  return undefined;
}
