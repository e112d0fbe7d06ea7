import { basename, dirname, join } from "node:path";
import { readIfPresent, writeFileAtomic } from "../base/files.ts";
import { redact, redactDeep } from "../base/redact.ts";
import type { Log } from "./platform.ts";

/** GitLab refuses a dotenv report above these (docs: "artifacts:reports:dotenv"; 20 variables in the free tier). */
export const DOTENV_MAX_BYTES = 5 * 1024;
const DOTENV_MAX_VARIABLES = 20;

export interface DotenvResult {
  text: string;
  /** Names that could not be written, with the reason. */
  left: { name: string; reason: string }[];
}

/**
 * Outputs as a dotenv report, `MODWHARF_<NAME>=value`. GitLab takes values as they stand, one a line, so a value
 * with a line end cannot be written; and expands `$NAME` and `%NAME%` in them in later jobs, so a value that
 * holds one is not written either: it could print any variable of those jobs. Empty values are left out.
 */
export function dotenvOf(outputs: Readonly<Record<string, string>>, existing = ""): DotenvResult {
  const left: DotenvResult["left"] = [];
  const names = new Set(Object.keys(outputs).map(variableName));
  // An earlier step of the same job may have written others; ours replace their own of that time.
  const kept = existing
    .split(/\r?\n/)
    .filter((line) => /^\w+=/.test(line) && !names.has(line.split("=", 1)[0]!));
  const lines = [...kept];
  for (const [name, raw] of Object.entries(outputs)) {
    const value = redact(raw).trim();
    if (value === "") continue;
    const line = `${variableName(name)}=${value}`;
    const reason = refusal(value) ?? overflow([...lines, line]);
    if (reason === undefined) lines.push(line);
    else left.push({ name, reason });
  }
  return { text: lines.map((line) => `${line}\n`).join(""), left };
}

function variableName(name: string): string {
  return `MODWHARF_${name.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;
}

const MANY_LINES = "it has several lines or control characters";

function refusal(value: string): string | undefined {
  if (/[\u0000-\u001f\u007f\u0085\u2028\u2029]/.test(value)) return MANY_LINES;
  if (/\$|%[A-Za-z_]\w*%/.test(value)) return "later jobs would expand variables in it";
  return undefined;
}

function overflow(lines: readonly string[]): string | undefined {
  if (lines.length > DOTENV_MAX_VARIABLES) return `a dotenv report takes ${DOTENV_MAX_VARIABLES} variables`;
  const size = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
  return size > DOTENV_MAX_BYTES ? `a dotenv report takes ${DOTENV_MAX_BYTES} bytes` : undefined;
}

/** Writes the report, and beside it all outputs as JSON, which knows no limits: `<name>.json`. */
export async function writeDotenv(
  file: string,
  outputs: Readonly<Record<string, string>>,
  log: Log,
): Promise<void> {
  const existing = (await readIfPresent(file))?.toString("utf8");
  const { text, left } = dotenvOf(outputs, existing);
  const whole = join(dirname(file), `${basename(file, ".env")}.json`);
  await writeFileAtomic(file, text);
  await writeFileAtomic(whole, `${JSON.stringify(redactDeep(outputs), undefined, 2)}\n`);
  for (const { name, reason } of left) {
    // Outputs of several lines are so in every run, and nothing to warn of.
    const say = reason === MANY_LINES ? log.info : log.warn;
    say(`output ${name} is in ${whole} only: ${reason}`);
  }
}
