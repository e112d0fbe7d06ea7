import { exitCodes } from "../base/codes.ts";
import { exitCodeOf, ModwharfError, messageOf } from "../base/errors.ts";
import { redact } from "../base/redact.ts";
import { closest } from "../base/suggest.ts";
import { registry } from "../commands/registry.ts";
import { detectPlatform } from "../platform/detect.ts";
import { wantsColour } from "../platform/shell.ts";
import { HelpShown, parseArguments } from "./arguments.ts";
import { renderErrorJson } from "./error-json.ts";
import { onInterrupt } from "./interrupt.ts";
import { prepareProcess } from "./prepare.ts";
import { runCommand } from "./run.ts";
import { version } from "./version.ts";

/** The command line: finds the command, parses its arguments, runs it. Resolves with the exit code. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  const env = process.env;
  prepareProcess();
  const [name, ...args] = isHelpFor(argv) ? [argv[1]!, "--help"] : argv;
  try {
    if (name === undefined || name === "--help" || name === "-h" || name === "help") {
      process.stdout.write(overview());
      return name === undefined ? exitCodes.usage : exitCodes.ok;
    }
    const entry = Object.hasOwn(registry, name) ? registry[name] : undefined;
    if (entry === undefined) throw unknownCommand(name);
    const command = await entry.load();
    const { raw, json, quiet } = parseArguments(command, entry.summary, args);
    const platform = await detectPlatform({
      env,
      json,
      quiet,
      stdout: process.stdout,
      stderr: process.stderr,
    });
    const print = (text: string) => void process.stdout.write(text);
    return await runCommand({
      command,
      raw,
      face: "cli",
      platform,
      json,
      quiet,
      colour: wantsColour(env, process.stdout),
      cwd: process.cwd(),
      signal: onInterrupt(),
      print,
    });
  } catch (error) {
    if (error instanceof HelpShown) {
      process.stdout.write(error.text);
      return exitCodes.ok;
    }
    if (args.includes("--json")) process.stdout.write(renderErrorJson(error));
    const code = error instanceof ModwharfError ? error.code : "INTERNAL";
    process.stderr.write(`error: ${code}: ${redact(messageOf(error))}\n`);
    return exitCodeOf(error);
  }
}

/** `modwharf help zip`, as many programs take it. */
function isHelpFor([first, name]: readonly string[]): boolean {
  return first === "help" && name !== undefined && !name.startsWith("-");
}

function overview(): string {
  const width = Math.max(...Object.keys(registry).map((name) => name.length));
  const lines = Object.entries(registry).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `modwharf ${version}: publish, vendor, warm and gate Go modules from CI

Usage: modwharf COMMAND [OPTIONS]      modwharf COMMAND --help

${lines.join("\n")}

Exit codes: 0 fine, 1 findings, 2 usage, 3 remote, 4 integrity, 130 interrupted
`;
}

function unknownCommand(name: string): ModwharfError {
  const near = closest(name, Object.keys(registry));
  return new ModwharfError("USAGE", "unknown command", {
    subject: name.slice(0, 100),
    expected: `one of ${Object.keys(registry).join(", ")}`,
    fix: near === undefined ? "run `modwharf --help`" : `did you mean ${near}?`,
  });
}
