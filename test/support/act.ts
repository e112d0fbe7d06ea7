import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requireTool } from "./tools.ts";

/** One run of a workflow by `act` in host mode: the runner's own machinery, without Docker and without a network. */
export interface ActOptions {
  /** The work tree that the workflow belongs to; act copies it for the job. */
  repository: string;
  /** Where act may write, e.g. its caches. */
  scratch: string;
  event: "push" | "pull_request" | "workflow_dispatch";
  payload: Record<string, unknown>;
  /** Actions by `owner/name@ref`, each a folder; whatever else is used would be fetched and fails. */
  actions: Readonly<Record<string, string>>;
  env?: Readonly<Record<string, string>>;
  secrets?: Readonly<Record<string, string>>;
  vars?: Readonly<Record<string, string>>;
  /** Folder of act's own cache server (protocol v1), to keep entries from run to run. */
  caches?: string;
  args?: readonly string[];
}

export interface ActRun {
  ok: boolean;
  /** What the steps printed, without act's own lines. */
  output: string;
  /** Step outputs by step id. */
  outputs: Record<string, Record<string, string>>;
  /** Workflow commands that show as annotations. */
  annotations: { level: string; message: string; file?: string; line?: string; title?: string }[];
  summaries: string[];
  /** Steps that were run, in order: stage, name and result. */
  steps: { stage: string; name: string; result: string }[];
  /** Everything, for the message of a failed assertion. */
  log: string;
}

interface Line {
  msg?: string;
  raw_output?: boolean;
  stage?: string;
  step?: string;
  stepID?: string[];
  stepResult?: string;
  jobResult?: string;
  command?: string;
  name?: string;
  arg?: string;
  content?: string;
  kvPairs?: Record<string, string> | null;
}

export async function act(options: ActOptions): Promise<ActRun> {
  const folder = mkdtempSync(join(options.scratch, "act-"));
  for (const name of ["home", "cache", "caches"]) mkdirSync(join(folder, name));
  const eventFile = join(folder, "event.json");
  writeFileSync(eventFile, JSON.stringify(options.payload));
  const pairs = (flag: string, values: Readonly<Record<string, string>> = {}, glue = "=") =>
    Object.entries(values).flatMap(([name, value]) => [flag, `${name}${glue}${value}`]);
  const args = [
    options.event,
    "--json",
    "--pull=false",
    "--platform=ubuntu-latest=-self-hosted",
    `--eventpath=${eventFile}`,
    `--action-cache-path=${join(folder, "cache")}`,
    `--cache-server-path=${options.caches ?? join(folder, "caches")}`,
    "--cache-server-addr=127.0.0.1",
    ...pairs("--local-repository", options.actions),
    ...pairs("--env", options.env),
    ...pairs("--secret", options.secrets),
    ...pairs("--var", options.vars),
    ...(options.args ?? []),
  ];
  const child = spawn(requireTool("act"), args, {
    cwd: options.repository,
    env: { PATH: process.env.PATH ?? "", HOME: join(folder, "home") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      log += chunk.toString("utf8");
    });
  }
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return { ...read(log), ok: status === 0 };
}

function read(log: string): Omit<ActRun, "ok"> {
  const lines = log.split("\n").flatMap((line): Line[] => (line.startsWith("{") ? [JSON.parse(line)] : []));
  const outputs: ActRun["outputs"] = {};
  for (const { command, stepID, name, arg } of lines) {
    if (command !== "set-output" || name === undefined) continue;
    const step = stepID?.at(-1) ?? "";
    outputs[step] = { ...outputs[step], [name]: arg ?? "" };
  }
  return {
    log,
    outputs,
    output: lines
      .filter((line) => line.raw_output === true)
      .map((line) => line.msg)
      .join(""),
    annotations: lines
      .filter(({ command }) => ["error", "warning", "notice"].includes(command ?? ""))
      .map(({ command, arg, kvPairs }) => ({ level: command!, message: arg ?? "", ...kvPairs })),
    summaries: lines.filter(({ command }) => command === "summary").map(({ content }) => content ?? ""),
    steps: lines
      .filter(({ stepResult, stage }) => stepResult !== undefined && stage !== undefined)
      .map(({ stage, step, stepResult }) => ({ stage: stage!, name: step ?? "", result: stepResult! })),
  };
}
