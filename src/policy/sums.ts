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
}

/** go.sum holds about 150 bytes a line, so this is more than 200,000 modules; cmd/go reads any size. */
export const maxSumBytes = 32 * 1024 * 1024;

/** Reads go.sum; empty lines are skipped as cmd/go does. */
export function parseSums(file: string, bytes: Uint8Array): Sums {
  const entries = new Map<string, SumEntry[]>();
  const malformed: Sums["malformed"] = [];
  let line = 0;
  for (const text of new TextDecoder().decode(bytes).split("\n")) {
    line++;
    const [path, version, hash, ...rest] = text.trim().split(/\s+/);
    if (path === "" || path === undefined) continue;
    if (version === undefined || hash === undefined || rest.length > 0) {
      if (malformed.length < 100) malformed.push({ line, text: text.slice(0, 200) });
      continue;
    }
    const key = `${path} ${version}`;
    const entry = { path, version, hash, line };
    const known = entries.get(key);
    if (known === undefined) entries.set(key, [entry]);
    else known.push(entry);
  }
  return { file, entries, malformed };
}
