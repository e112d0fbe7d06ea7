import { Command as Commander, CommanderError, Option } from "commander";
import { ModwharfError } from "../base/errors.ts";
import type { Command } from "../commands/command.ts";
import type { InputSpec, RawInputs } from "../commands/inputs.ts";

/** What the command line said: raw values by input name, and the switches that every command has. */
export interface ParsedArguments {
  raw: RawInputs;
  json: boolean;
  quiet: boolean;
}

/** Help text was asked for and is in `text`; not an error. */
export class HelpShown extends Error {
  readonly text: string;
  constructor(text: string) {
    super("help");
    this.text = text;
  }
}

/** Parses one command's arguments by its input table. Throws USAGE for whatever the table does not allow. */
export function parseArguments(command: Command, summary: string, args: readonly string[]): ParsedArguments {
  const specs = command.inputs.filter((spec) => spec.notOn?.cli === undefined);
  const { rest, booleans } = takeBooleans(specs, args);
  let printed = "";
  const program = describe(command, summary, specs)
    .exitOverride()
    .configureOutput({ writeOut: (text) => (printed += text), writeErr: () => {} });
  try {
    program.parse(rest, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.helpDisplayed") throw new HelpShown(printed);
    throw new ModwharfError("USAGE", error.message.replace(/^error: /, "").replace("\n(", " ("), {
      fix: `run \`modwharf ${command.name} --help\` for what it takes`,
    });
  }
  const options = program.opts<Record<string, string | string[] | boolean | undefined>>();
  const raw: Record<string, string | readonly string[] | undefined> = { ...booleans };
  const positionals = positionalsOf(specs);
  if (positionals.at(-1)?.type !== "list") refuseExcess(command.name, program.args.slice(positionals.length));
  positionals.forEach((spec, i) => {
    const value: unknown = program.processedArgs[i];
    if (value !== undefined) raw[spec.name] = value as string | string[];
  });
  for (const spec of specs) {
    const value = options[camelCase(spec.name)];
    if (typeof value === "string" || Array.isArray(value)) raw[spec.name] = value;
  }
  return { raw, json: options.json === true, quiet: options.quiet === true };
}

function describe(command: Command, summary: string, specs: readonly InputSpec[]): Commander {
  const program = new Commander(`modwharf ${command.name}`)
    .description(`${summary}.\n\n${inParagraphs(command.description)}`)
    .allowExcessArguments(true)
    .helpOption("-h, --help", "show this help");
  for (const spec of positionalsOf(specs)) {
    const name = (spec.placeholder ?? spec.name.toUpperCase()) + (spec.type === "list" ? "..." : "");
    program.argument(spec.required ? `<${name}>` : `[${name}]`, docOf(spec));
  }
  for (const spec of specs) {
    if (spec.positional !== undefined) continue;
    const placeholder =
      spec.type === "boolean"
        ? ""
        : ` <${spec.placeholder ?? (spec.type === "number" ? "N" : spec.name.toUpperCase())}>`;
    const option = new Option(
      `${spec.short === undefined ? "" : `-${spec.short}, `}--${spec.name}${placeholder}`,
      docOf(spec),
    );
    option.argParser((value: string, before: string | string[] | undefined) => {
      if (spec.type === "list") return [...(before ?? []), value];
      // Of two tags the last one would be published, and the first one never missed.
      if (before !== undefined) throw twice(spec.name, [before].flat(), value);
      return value;
    });
    program.addOption(option);
  }
  program
    .option("--json", "print one JSON object on stdout; logs go to stderr")
    .option("--quiet", "print findings and errors only");
  const examples = command.examples.map((example) => `  ${example}`).join("\n");
  return program.addHelpText(
    "after",
    `\nExamples:\n${examples}\n\nExit codes: 0 fine, 1 findings, 2 usage, 3 remote, 4 integrity,\n130 interrupted`,
  );
}

function twice(name: string, before: readonly string[], value: string): ModwharfError {
  return new ModwharfError("USAGE", "an option is given twice", {
    subject: `--${name}`,
    expected: "one value",
    actual: [...before, value].map((one) => JSON.stringify(one.slice(0, 100))).join(" and "),
    fix: "leave one of them out, or run the command for each",
  });
}

function positionalsOf(specs: readonly InputSpec[]): InputSpec[] {
  return specs.filter((spec) => spec.positional !== undefined).sort((a, b) => a.positional! - b.positional!);
}

/** Names the words that nothing takes; commander would only count them. */
function refuseExcess(command: string, words: readonly string[]): void {
  if (words.length === 0) return;
  throw new ModwharfError("USAGE", "there are arguments too many", {
    subject: words.map((word) => JSON.stringify(word.slice(0, 100))).join(" "),
    fix: `remove them, or write the option before them that they belong to: \`modwharf ${command} --help\``,
  });
}

/** Each paragraph on one line, which commander breaks where the terminal ends. */
function inParagraphs(text: string): string {
  return text.trim().replace(/(?<!\n)\n(?![\n -])/g, " ");
}

function docOf(spec: InputSpec): string {
  // That a switch is off without being given goes without saying.
  const preset = spec.type === "boolean" && spec.default === "false" ? undefined : spec.default;
  const notes = [
    spec.required && spec.positional === undefined ? "required" : undefined,
    spec.values === undefined ? undefined : `one of ${spec.values.join(", ")}`,
    spec.type === "list" ? "comma-separated or repeated" : undefined,
    spec.range === undefined ? undefined : spec.range.join(" to "),
    preset === undefined ? undefined : `default ${preset}`,
  ].filter((note) => note !== undefined);
  return notes.length === 0 ? spec.doc : `${spec.doc} (${notes.join("; ")})`;
}

/** The switches that every command has. */
const COMMON_SWITCHES: readonly string[] = ["json", "quiet"];

/**
 * `--flag` and `--flag=true|false`: exactly these, never a following word, which would eat an argument. A following
 * true or false is refused, since it would be taken for a file, and `--flag false` for true.
 */
function takeBooleans(specs: readonly InputSpec[], args: readonly string[]) {
  const names = new Set(specs.filter((spec) => spec.type === "boolean").map((spec) => spec.name));
  const booleans: Record<string, string> = {};
  const end = args.indexOf("--");
  const rest = args.filter((argument, i) => {
    const [, name = "", given, value = "true"] = /^--([a-z0-9-]+)(=([\s\S]*))?$/.exec(argument) ?? [];
    if (end !== -1 && i > end) return true;
    const isSwitch = names.has(name) || COMMON_SWITCHES.includes(name);
    if (isSwitch && given === undefined) refuseSeparateValue(name, args[i + 1], names);
    if (names.has(name.replace(/^no-/, "")) && !names.has(name)) throw negated(name.slice(3));
    if (!names.has(name)) return true;
    booleans[name] = value;
    return false;
  });
  return { rest, booleans };
}

function refuseSeparateValue(name: string, next: string | undefined, names: ReadonlySet<string>): void {
  if (next !== "true" && next !== "false") return;
  const withValue = names.has(name) ? `--${name}=${next}` : next === "true" ? `--${name}` : undefined;
  throw new ModwharfError("USAGE", "a switch takes no value behind a blank", {
    subject: `--${name}`,
    expected: names.has(name) ? `--${name}, or --${name}=true or --${name}=false` : `--${name}, or nothing`,
    actual: `--${name} ${next}`,
    fix: withValue === undefined ? `leave --${name} out` : `write ${withValue}`,
  });
}

function negated(name: string): ModwharfError {
  return new ModwharfError("USAGE", "there is no such option", {
    subject: `--no-${name}`,
    expected: `--${name}, or --${name}=true or --${name}=false`,
    fix: `write --${name}=false`,
  });
}

function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
