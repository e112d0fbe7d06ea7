import { addSecret } from "../base/redact.ts";
import { type LogSettings, printableLines } from "./log.ts";
import { type PlatformOptions, writerOf } from "./options.ts";
import type { Env, Log, Platform, Unavailable } from "./platform.ts";
import { servicesFromEnv } from "./services.ts";
import { idTokenFromEnv } from "./web-identity.ts";

/** A person's shell, or a CI system that has no implementation of its own: logs on stderr and nothing else. */
export function createShell(options: PlatformOptions): Platform {
  const { env, quiet, stderr } = options;
  const debug = (env.MODWHARF_DEBUG ?? "") !== "";
  const log = createShellLog({ write: writerOf(stderr), quiet, debug, tty: stderr.isTTY === true });
  const none = (what: string): Unavailable => ({ unavailable: `${what} need a GitHub or GitLab job` });
  return {
    name: "shell",
    env,
    log,
    trigger: { kind: "other" },
    services: servicesFromEnv(env),
    annotate: async () => {},
    summarize: async () => {},
    setOutputs: async () => {},
    conversation: async () => none("comments"),
    releases: async () => none("releases"),
    mergeRequestBase: async () => undefined,
    idToken: async (audience) => idTokenFromEnv(env, audience),
    cache: undefined,
  };
}

/** True when the environment and the stream want ANSI colours (https://no-color.org). */
export function wantsColour(env: Env, output: { isTTY?: boolean }): boolean {
  if ((env.NO_COLOR ?? "") !== "") return false;
  if ((env.FORCE_COLOR ?? "") !== "" && env.FORCE_COLOR !== "0") return true;
  return output.isTTY === true && env.TERM !== "dumb";
}

const CLEAR_LINE = "\r\u001b[2K";

function createShellLog({ write, quiet, debug, tty }: LogSettings & { tty: boolean }): Log {
  let progressShown = false;
  const print = (prefix: string, text: string) => {
    const lines = printableLines(text).map((line) => `${prefix}${line}\n`);
    write((progressShown ? CLEAR_LINE : "") + lines.join(""));
    progressShown = false;
  };
  const log: Log = {
    info: (line) => {
      if (!quiet) print("", line);
    },
    warn: (line) => {
      if (!quiet) print("warning: ", line);
    },
    error: (line) => print("error: ", line),
    debug: (line) => {
      if (debug) print("debug: ", line);
    },
    progress: (line) => {
      if (quiet || !tty) return;
      write(CLEAR_LINE + printableLines(line).join(" "));
      progressShown = true;
    },
    group: async (title, body) => {
      log.info(title);
      return body();
    },
    mask: addSecret,
  };
  return log;
}
