#!/usr/bin/env node
import { guardOutput } from "./output.ts";
import { version } from "./version.ts";

/** Prints and ends without loading anything else: the most common call in scripts. */
async function main(argv: readonly string[]): Promise<number> {
  const [first] = argv;
  if (first === "--version" || first === "-V" || first === "version") {
    process.stdout.write(`${version}\n`);
    return 0;
  }
  const { runCommandLine } = await import("./command-line.ts");
  return runCommandLine(argv);
}

guardOutput();
process.exitCode = await main(process.argv.slice(2));
