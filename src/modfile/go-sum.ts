import { ModwharfError } from "../base/errors.ts";
import { compareModuleVersions, type ModuleVersion } from "../module/module-version.ts";
import { fields } from "./characters.ts";
import { showText } from "./quote.ts";

/** One line of go.sum. */
export interface GoSumLine {
  readonly module: ModuleVersion;
  /** True for the hash of the go.mod alone (`v1.2.3/go.mod`), false for that of the module zip. */
  readonly isGoMod: boolean;
  /** `h1:…`, or the hash of an algorithm that is yet to come. */
  readonly hash: string;
  /** The line number in the file, from 1. */
  readonly line: number;
}

/** The hashes that a go.sum holds for one module version. */
export interface GoSumEntry {
  readonly module: ModuleVersion;
  /** The h1 of the module zip, undefined when only the go.mod is listed: such a module needs no download. */
  h1: string | undefined;
  /** The h1 of the go.mod. */
  goModH1: string | undefined;
}

export interface GoSum {
  /** In the order in which the module versions first appear. */
  readonly entries: GoSumEntry[];
  /** Lines that repeat an earlier one: harmless, but no `go` writes them. */
  readonly duplicates: GoSumLine[];
  /** Lines with a hash other than h1, which `go` ignores. */
  readonly unknown: GoSumLine[];
}

/** A bug of early releases wrote this hash of an empty go.mod for what was no module; `go` skips it. */
const emptyGoModHash = "h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY=";

const h1Pattern = /^h1:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

/** Longer lines are no go.sum; the limit keeps a stream without line ends from filling the memory. */
const maxLineLength = 64 * 1024;

type Chunks = AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>;

/**
 * The lines of a go.sum as they come in; of the file, only one chunk and one line are in memory. Blank lines and
 * the empty go.mod's hash are left out, as `go` does.
 *
 * Throws MODFILE_SYNTAX, subject file:line, for a line without three fields or with a malformed h1. `go` takes
 * any hash and fails when it compares it; refusing early names the line.
 */
export async function* goSumLines(file: string, chunks: Chunks): AsyncGenerator<GoSumLine> {
  let number = 0;
  for await (const texts of splitLines(file, chunks)) {
    for (const text of texts) {
      const line = parseLine(file, text, ++number);
      if (line !== undefined) yield line;
    }
  }
}

/** The lines of each chunk together: one turn of the event loop for each line would take most of the time. */
async function* splitLines(file: string, chunks: Chunks): AsyncGenerator<string[]> {
  // What is not UTF-8 becomes U+FFFD, which no module path may hold.
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let rest = "";
  let count = 0;
  for await (const chunk of chunks) {
    const text = typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    count += lines.length;
    if (rest.length > maxLineLength) throw malformed(file, count + 1, "a line is too long");
    yield lines;
  }
  yield [rest + decoder.decode()];
}

/**
 * Reads a whole go.sum into one entry for each module version; `goSumLines` is the same without the index.
 *
 * Throws as `goSumLines`, and HASH_MISMATCH for two lines that contradict each other.
 */
export async function readGoSum(file: string, chunks: Chunks): Promise<GoSum> {
  const index = new GoSumIndex(file);
  let number = 0;
  for await (const texts of splitLines(file, chunks)) {
    for (const text of texts) index.add(parseLine(file, text, ++number));
  }
  return index.result();
}

/** The same for content in memory. */
export function parseGoSum(file: string, input: Uint8Array | string): GoSum {
  const index = new GoSumIndex(file);
  const text = typeof input === "string" ? input : Buffer.from(input).toString();
  for (const [i, line] of text.split("\n").entries()) index.add(parseLine(file, line, i + 1));
  return index.result();
}

function parseLine(file: string, text: string, line: number): GoSumLine | undefined {
  const words = fields(text);
  const [path, version, hash] = words;
  if (words.length === 0 || (words.length === 3 && hash === emptyGoModHash)) return undefined;
  if (words.length !== 3) {
    throw malformed(file, line, "a line has the wrong number of fields", `${words.length}`);
  }
  if (hash!.startsWith("h1:") && !h1Pattern.test(hash!)) {
    throw malformed(file, line, "a hash is malformed", hash);
  }
  const isGoMod = version!.endsWith("/go.mod");
  const plain = isGoMod ? version!.slice(0, -"/go.mod".length) : version!;
  return { module: { path: path!, version: plain }, isGoMod, hash: hash!, line };
}

function malformed(file: string, line: number, what: string, actual?: string): ModwharfError {
  return new ModwharfError("MODFILE_SYNTAX", what, {
    subject: `${file}:${line}`,
    at: { file, line },
    expected: "path version[/go.mod] h1:…",
    actual: actual === undefined ? undefined : showText(actual),
    fix: "restore the file from version control, or delete the line and run go mod tidy.",
  });
}

class GoSumIndex {
  readonly #file: string;
  readonly #entries = new Map<string, GoSumEntry>();
  readonly #duplicates: GoSumLine[] = [];
  readonly #unknown: GoSumLine[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  add(line: GoSumLine | undefined): void {
    if (line === undefined) return;
    const { module, isGoMod, hash } = line;
    if (!hash.startsWith("h1:")) {
      this.#unknown.push(line);
      return;
    }
    const key = `${module.path} ${module.version}`;
    const entry = this.#entries.get(key) ?? { module, h1: undefined, goModH1: undefined };
    this.#entries.set(key, entry);
    const field = isGoMod ? "goModH1" : "h1";
    const known = entry[field];
    if (known === hash) this.#duplicates.push(line);
    else if (known !== undefined) this.#refuse(line, known);
    else entry[field] = hash;
  }

  #refuse({ module, isGoMod, hash, line }: GoSumLine, known: string): never {
    const name = `${module.path} ${module.version}${isGoMod ? "/go.mod" : ""}`;
    throw new ModwharfError("HASH_MISMATCH", `two hashes for ${showText(name)}`, {
      subject: `${this.#file}:${line}`,
      at: { file: this.#file, line },
      expected: `${known}, as on an earlier line`,
      actual: hash,
      fix: "find out which one the checksum database has; delete the other line.",
    });
  }

  result(): GoSum {
    const entries = [...this.#entries.values()];
    return { entries, duplicates: this.#duplicates, unknown: this.#unknown };
  }
}

/** The lines of one entry, without line ends: that of the zip, then that of the go.mod, as far as it has them. */
export function formatGoSumEntry({ module, h1, goModH1 }: GoSumEntry): string[] {
  const { path, version } = module;
  const lines: string[] = [];
  if (h1 !== undefined) lines.push(`${path} ${version} ${h1}`);
  if (goModH1 !== undefined) lines.push(`${path} ${version}/go.mod ${goModH1}`);
  return lines;
}

/** A go.sum as `go mod tidy` writes it: sorted by path, then version, each line ending in a line feed. */
export function formatGoSum(entries: readonly GoSumEntry[]): string {
  const sorted = [...entries].sort((a, b) => compareModuleVersions(a.module, b.module));
  return sorted
    .flatMap(formatGoSumEntry)
    .map((line) => `${line}\n`)
    .join("");
}
