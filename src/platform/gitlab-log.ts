import { addSecret } from "../base/redact.ts";
import { type LogSettings, printableLines } from "./log.ts";
import type { Log } from "./platform.ts";

/** The log of a GitLab job: ANSI colours and collapsible sections; user text carries no escape of its own. */
export function createGitlabLog({ write, quiet, debug }: LogSettings): Log {
  let sections = 0;
  const print = (colour: string, prefix: string, text: string) => {
    for (const line of printableLines(text)) {
      write(colour === "" ? `${prefix}${line}\n` : `\u001b[${colour}m${prefix}${line}\u001b[0m\n`);
    }
  };
  return {
    info: (line) => {
      if (!quiet) print("", "", line);
    },
    warn: (line) => {
      if (!quiet) print("33", "warning: ", line);
    },
    error: (line) => print("31", "error: ", line),
    debug: (line) => {
      if (debug && !quiet) print("2", "debug: ", line);
    },
    progress: () => {},
    group: async (title, body) => {
      if (quiet) return body();
      // The name is ours alone: GitLab reads options and the end of a section from what looks like one.
      const name = `modwharf_${++sections}`;
      write(`${sectionMark("start", name, "[collapsed=true]")}${printableLines(title).join(" ")}\n`);
      try {
        return await body();
      } finally {
        write(`${sectionMark("end", name)}\n`);
      }
    },
    // GitLab masks declared variables only; what we learn on the way is kept out of our own output.
    mask: addSecret,
  };
}

/** docs: "Custom collapsible sections". The time is in seconds. */
function sectionMark(which: "start" | "end", name: string, options = ""): string {
  return `\u001b[0Ksection_${which}:${Math.floor(Date.now() / 1000)}:${name}${options}\r\u001b[0K`;
}
