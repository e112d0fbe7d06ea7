import { addSecret } from "../base/redact.ts";
import { withoutCommands } from "../report/visible.ts";
import { type LogSettings, printableLines } from "./log.ts";
import type { Log } from "./platform.ts";
import { workflowCommand } from "./workflow-command.ts";

/** The log of a GitHub step. Only commands of our own making reach the runner; user text never starts one. */
export function createGithubLog({ write, quiet }: LogSettings): Log {
  const plain = (prefix: string, text: string) => {
    for (const line of printableLines(text)) write(`${withoutCommands(prefix + line)}\n`);
  };
  const command = (name: "group" | "endgroup" | "debug" | "warning", text = "") => {
    write(`${workflowCommand(name, printableLines(text).join("\n"))}\n`);
  };
  const log: Log = {
    info: (line) => {
      if (!quiet) plain("", line);
    },
    warn: (line) => {
      if (!quiet) command("warning", line);
    },
    // Not `::error::`: the same text becomes an annotation with its place.
    error: (line) => plain("error: ", line),
    // The runner hides these unless step debugging is on.
    debug: (line) => {
      if (!quiet) command("debug", line);
    },
    progress: () => {},
    group: async (title, body) => {
      if (quiet) return body();
      command("group", title);
      try {
        return await body();
      } finally {
        command("endgroup");
      }
    },
    mask: (secret) => {
      addSecret(secret);
      // The runner masks line by line, and an empty mask would blank out everything.
      for (const line of secret.split(/\r?\n/))
        if (line.trim() !== "") write(`${workflowCommand("add-mask", line)}\n`);
    },
  };
  return log;
}
