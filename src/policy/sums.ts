/** go.sum by line, as the gate asks it: which hash, on which line, and what is malformed. */
export interface SumEntry {
  path: string;
  /** With `/go.mod` at its end for a go.mod's hash. */
  version: string;
  /** `h1:…`, or a future algorithm's text. */
  hash: string;
  /** 1-based. */
  line: number;
}

export interface Sums {
  file: string;
  /** By `path version`; several when a module has lines with differing hashes. */
  entries: ReadonlyMap<string, SumEntry[]>;
  /** Lines that are not three fields. */
  malformed: { line: number; text: string }[];
  /** True when so many lines are malformed that the file was not read to its end. */
  isGivenUp: boolean;
}

/** go.sum holds about 150 bytes a line, so this is more than 200,000 modules; cmd/go reads any size. */
export const maxSumBytes = 32 * 1024 * 1024;

/** What has more wrong lines is no go.sum, and nobody reads them all. */
const MAX_MALFORMED = 100;

/** A path, a version and a hash are some hundred bytes. */
const MAX_LINE_LENGTH = 64 * 1024;

/** Reads go.sum up to the hundredth malformed line; empty lines are skipped as cmd/go does. */
export function parseSums(file: string, bytes: Uint8Array): Sums {
  const entries = new Map<string, SumEntry[]>();
  const malformed: Sums["malformed"] = [];
  const content = new TextDecoder().decode(bytes);
  let line = 0;
  for (let start = 0; start < content.length && malformed.length < MAX_MALFORMED; ) {
    const lineEnd = content.indexOf("\n", start);
    const end = lineEnd < 0 ? content.length : lineEnd;
    line++;
    const text = content.slice(start, Math.min(end, start + MAX_LINE_LENGTH));
    const entry = parseLine(text, line);
    if (entry !== undefined) add(entries, entry);
    else if (text.trim() !== "") malformed.push({ line, text: text.slice(0, 200) });
    start = end + 1;
  }
  return { file, entries, malformed, isGivenUp: malformed.length >= MAX_MALFORMED };
}

function parseLine(text: string, line: number): SumEntry | undefined {
  if (text.length >= MAX_LINE_LENGTH) return undefined;
  const [path = "", version, hash, ...rest] = text.trim().split(/\s+/, 4);
  if (path === "" || version === undefined || hash === undefined || rest.length > 0) return undefined;
  return { path, version, hash, line };
}

function add(entries: Map<string, SumEntry[]>, entry: SumEntry): void {
  const key = `${entry.path} ${entry.version}`;
  const known = entries.get(key);
  if (known === undefined) entries.set(key, [entry]);
  else known.push(entry);
}
