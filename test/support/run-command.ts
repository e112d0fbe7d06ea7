import { join } from "node:path";
import type { Command } from "../../src/commands/command.ts";
import type { Face, RawInputs } from "../../src/commands/inputs.ts";
import { registry } from "../../src/commands/registry.ts";
import { runCommand } from "../../src/main/run.ts";
import type { CacheService, Env, Platform, Releases } from "../../src/platform/platform.ts";
import type { Finding } from "../../src/report/report.ts";

export interface Ran {
  exitCode: number;
  /** What --json printed. */
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into the JSON contract
  json: any;
  log: string[];
  outputs: Record<string, string>;
  annotations: Finding[];
  summary: string;
  /** What the main step left for the post step. */
  state: Record<string, unknown> | undefined;
}

export interface RunOptions {
  cwd: string;
  env?: Env;
  /** "github" lets annotations, summary and outputs be seen. */
  platform?: Platform["name"];
  trigger?: Platform["trigger"];
  services?: Platform["services"];
  releases?: Releases;
  signal?: AbortSignal;
  cache?: CacheService;
  face?: Face;
  /** Runs the post step instead. */
  postState?: Record<string, unknown>;
}

/** Runs a command as a face would, with a platform that keeps what it is told. */
export async function run(name: string, raw: RawInputs, options: RunOptions): Promise<Ran> {
  const command = (await registry[name]?.load()) as Command;
  const seen: Ran = {
    exitCode: -1,
    json: undefined,
    log: [],
    outputs: {},
    annotations: [],
    summary: "",
    state: undefined,
  };
  let printed = "";
  seen.exitCode = await runCommand({
    command,
    raw,
    face: options.face ?? "cli",
    keepState: async (state) => {
      seen.state = state;
    },
    ...(options.postState && { postState: options.postState }),
    platform: recordingPlatform(seen, options),
    json: true,
    quiet: false,
    colour: false,
    cwd: options.cwd,
    signal: options.signal ?? new AbortController().signal,
    print: (text) => {
      printed += text;
    },
  });
  seen.json = JSON.parse(printed);
  return seen;
}

function recordingPlatform(seen: Ran, options: RunOptions): Platform {
  const keep = (line: string) => void seen.log.push(line);
  const unavailable = () => Promise.resolve({ unavailable: "not in this test" });
  return {
    name: options.platform ?? "shell",
    // Never the home of whoever runs the tests, with its module cache, netrc and settings.
    env: { HOME: join(options.cwd, "no-home"), ...(options.env ?? { PATH: process.env.PATH }) },
    log: {
      info: keep,
      warn: keep,
      error: keep,
      debug: () => {},
      progress: () => {},
      mask: () => {},
      group: (_title, body) => body(),
    },
    trigger: options.trigger ?? { kind: "other" },
    services: options.services ?? {},
    annotate: async (findings) => void seen.annotations.push(...findings),
    summarize: async (markdown) => {
      seen.summary += markdown;
    },
    setOutputs: async (outputs) => void Object.assign(seen.outputs, outputs),
    conversation: unavailable,
    releases: () => (options.releases ? Promise.resolve(options.releases) : unavailable()),
    mergeRequestBase: async () => options.trigger?.mergeRequest?.base,
    idToken: unavailable,
    cache: options.cache,
  };
}
