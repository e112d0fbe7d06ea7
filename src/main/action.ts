import { exitCodeOf, ModwharfError, messageOf } from "../base/errors.ts";
import { redact } from "../base/redact.ts";
import { closest } from "../base/suggest.ts";
import type { Command } from "../commands/command.ts";
import type { RawInputs } from "../commands/inputs.ts";
import { registry } from "../commands/registry.ts";
import { detectPlatform } from "../platform/detect.ts";
import { onInterrupt } from "./interrupt.ts";
import { guardOutput } from "./output.ts";
import { prepareProcess } from "./prepare.ts";
import { runCommand } from "./run.ts";

const STATE = "modwharf";
/** Inputs of the actions themselves: the platform reads the token, the root action the command. */
const NOT_THE_COMMANDS = ["command", "token"];

/** The main step of actions/<name>; of the root action without a name, where the command is an input itself. */
export async function runAction(name?: string): Promise<void> {
  await guard(async () => {
    const command = await load(name ?? commandInput());
    return start(command, inputsFromEnv(command), {});
  });
}

/** The post step of the same; does nothing when the main step left no state. */
export async function runPost(name?: string): Promise<void> {
  await guard(async () => {
    const kept = process.env[`STATE_${STATE}`];
    if (kept === undefined || kept === "") return 0;
    const command = await load(name ?? commandInput());
    return start(command, inputsFromEnv(command), {
      postState: JSON.parse(kept) as Record<string, unknown>,
    });
  });
}

function commandInput(): string {
  return (process.env.INPUT_COMMAND ?? "").trim();
}

async function start(
  command: Command,
  raw: RawInputs,
  post: { postState?: Record<string, unknown> },
): Promise<number> {
  const platform = await detectPlatform({
    env: process.env,
    json: false,
    quiet: false,
    stdout: process.stdout,
    stderr: process.stderr,
  });
  return runCommand({
    command,
    raw,
    face: "action",
    platform,
    json: false,
    quiet: false,
    colour: false,
    cwd: process.env.GITHUB_WORKSPACE ?? process.cwd(),
    signal: onInterrupt(),
    print: (text) => void process.stdout.write(text),
    keepState: async (state) => (await import("@actions/core")).saveState(STATE, JSON.stringify(state)),
    ...post,
  });
}

async function guard(body: () => Promise<number>): Promise<void> {
  guardOutput();
  prepareProcess();
  try {
    process.exitCode = await body();
  } catch (error) {
    // No platform yet, so the workflow command is written by hand; % and newlines are escaped as the runner wants.
    const text = redact(messageOf(error))
      .replaceAll("%", "%25")
      .replaceAll("\r", "%0D")
      .replaceAll("\n", "%0A");
    process.stdout.write(`::error::${text}\n`);
    process.exitCode = exitCodeOf(error);
  }
}

async function load(name: string): Promise<Command> {
  const entry = Object.hasOwn(registry, name) ? registry[name] : undefined;
  if (entry !== undefined) return entry.load();
  const near = closest(name, Object.keys(registry));
  throw new ModwharfError("USAGE", "unknown command", {
    subject: "input command",
    expected: `one of ${Object.keys(registry).join(", ")}`,
    actual: JSON.stringify(name.slice(0, 100)),
    fix: near === undefined ? undefined : `did you mean ${near}?`,
  });
}

/**
 * Takes the runner's INPUT_* variables by the command's table. A value under any other name is refused: the
 * runner only warns of a misspelt input, and the job would go on without it.
 */
function inputsFromEnv(command: Command): RawInputs {
  const raw: Record<string, string> = {};
  const names = command.inputs.filter((spec) => spec.notOn?.action === undefined).map((spec) => spec.name);
  for (const [variable, value] of Object.entries(process.env)) {
    if (!variable.startsWith("INPUT_") || value === undefined || value.trim() === "") continue;
    const name = variable.slice("INPUT_".length).toLowerCase();
    if (NOT_THE_COMMANDS.includes(name)) continue;
    if (names.includes(name)) raw[name] = value.trim();
    else throw unknownInput(command, name, names);
  }
  return raw;
}

function unknownInput(command: Command, name: string, names: readonly string[]): ModwharfError {
  const near = closest(name, names);
  return new ModwharfError("USAGE", `${command.name} has no such input`, {
    subject: `input ${name}`,
    expected: `one of ${names.join(", ")}`,
    fix: near === undefined ? "remove it" : `did you mean ${near}?`,
  });
}
