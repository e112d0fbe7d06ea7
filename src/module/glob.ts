/*
 * Glob patterns as Go's path.Match has them: `*` and `?` stop at slashes, `[a-z]` and `[^a-z]` are classes, `\` takes
 * the next character literally. Go matches bytes, decodes UTF-8 only for `?` and classes, and lets each `*` take the
 * first place where the text up to the next `*` fits, never a later one. Patterns here select what is private, so
 * every such quirk is kept. Lone surrogates, which no Go string holds, count as U+FFFD.
 */

/** UTF-8 bytes as a string of characters U+0000 to U+00FF. */
type Bytes = string;

/** Returns where the term ends when it matches at `at`, else -1. `at` is inside `name`. */
type Term = (name: Bytes, at: number) => number;

interface Chunk {
  /** Whether a `*` precedes it. */
  readonly star: boolean;
  readonly terms: readonly Term[];
}

const RUNE_ERROR = 0xfffd;

/** True when the whole of `name` matches; a malformed pattern matches nothing. */
export function matchGlob(pattern: string, name: string): boolean {
  const chunks = parsePattern(toBytes(pattern));
  return chunks !== undefined && matchChunks(chunks, toBytes(name));
}

function toBytes(text: string): Bytes {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** One code point and its length in bytes; what is not UTF-8 counts as one byte of U+FFFD, as in Go. */
function decodeRune(bytes: Bytes, at: number): { rune: number; size: number } {
  const lead = bytes.charCodeAt(at);
  if (lead < 0x80) return { rune: lead, size: 1 };
  const size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  const sequence = bytes.slice(at, at + size);
  const text = Buffer.from(sequence, "latin1").toString("utf8");
  if (toBytes(text) !== sequence) return { rune: RUNE_ERROR, size: 1 };
  return { rune: text.codePointAt(0)!, size };
}

function matchChunks(chunks: readonly Chunk[], name: Bytes): boolean {
  let at = 0;
  for (const [i, chunk] of chunks.entries()) {
    const isLast = i === chunks.length - 1;
    if (isLast && chunk.star && chunk.terms.length === 0) return !name.includes("/", at);
    at = placeChunk(chunk, name, { from: at, toEnd: isLast });
    if (at < 0) return false;
  }
  return at === name.length;
}

/** Where the first fitting place of a chunk ends, -1 without one; a chunk without star fits at `from` alone. */
function placeChunk(chunk: Chunk, name: Bytes, { from, toEnd }: { from: number; toEnd: boolean }): number {
  for (let start = from; start <= name.length; start++) {
    const end = matchTerms(chunk.terms, name, start);
    if (end >= 0 && (!toEnd || end === name.length)) return end;
    if (!chunk.star || name[start] === "/") return -1;
  }
  return -1;
}

function matchTerms(terms: readonly Term[], name: Bytes, start: number): number {
  let at = start;
  for (const term of terms) {
    if (at >= name.length) return -1;
    at = term(name, at);
    if (at < 0) return -1;
  }
  return at;
}

/** Cuts a pattern into chunks, each up to the next `*` outside a class; undefined when it is malformed. */
function parsePattern(pattern: Bytes): Chunk[] | undefined {
  const chunks: Chunk[] = [];
  let at = 0;
  while (at < pattern.length) {
    const start = at;
    while (pattern[at] === "*") at++;
    const end = endOfChunk(pattern, at);
    const terms = parseTerms(pattern.slice(at, end));
    if (terms === undefined) return undefined;
    chunks.push({ star: at > start, terms });
    at = end;
  }
  return chunks;
}

function endOfChunk(pattern: Bytes, start: number): number {
  let inClass = false;
  for (let at = start; at < pattern.length; at++) {
    const char = pattern[at];
    if (char === "\\") at++;
    else if (char === "[") inClass = true;
    else if (char === "]") inClass = false;
    else if (char === "*" && !inClass) return at;
  }
  return pattern.length;
}

function parseTerms(chunk: Bytes): Term[] | undefined {
  const terms: Term[] = [];
  for (let at = 0; at < chunk.length; at++) {
    if (chunk[at] === "[") {
      const parsed = parseClass(chunk, at + 1);
      if (parsed === undefined) return undefined;
      terms.push(parsed.term);
      at = parsed.end - 1;
    } else if (chunk[at] === "?") {
      terms.push(anyButSlash);
    } else {
      if (chunk[at] === "\\") at++;
      if (at === chunk.length) return undefined;
      terms.push(literal(chunk[at]!));
    }
  }
  return terms;
}

const anyButSlash: Term = (name, at) => (name[at] === "/" ? -1 : at + decodeRune(name, at).size);

function literal(byte: string): Term {
  return (name, at) => (name[at] === byte ? at + 1 : -1);
}

/** The class whose `[` stands before `start`; `end` is behind its `]`. */
function parseClass(chunk: Bytes, start: number): { term: Term; end: number } | undefined {
  const isNegated = chunk[start] === "^";
  let at = start + (isNegated ? 1 : 0);
  const ranges: [number, number][] = [];
  while (chunk[at] !== "]" || ranges.length === 0) {
    const low = parseClassChar(chunk, at);
    const high = low !== undefined && chunk[low.end] === "-" ? parseClassChar(chunk, low.end + 1) : low;
    if (low === undefined || high === undefined) return undefined;
    ranges.push([low.rune, high.rune]);
    at = high.end;
  }
  const term: Term = (name, position) => {
    const { rune, size } = decodeRune(name, position);
    return ranges.some(([low, high]) => low <= rune && rune <= high) === isNegated ? -1 : position + size;
  };
  return { term, end: at + 1 };
}

/** A character of a class, possibly behind a backslash; never the chunk's last, since a `]` must follow. */
function parseClassChar(chunk: Bytes, start: number): { rune: number; end: number } | undefined {
  if (start >= chunk.length || chunk[start] === "-" || chunk[start] === "]") return undefined;
  const at = chunk[start] === "\\" ? start + 1 : start;
  if (at >= chunk.length) return undefined;
  const { rune, size } = decodeRune(chunk, at);
  const end = at + size;
  return end >= chunk.length || (rune === RUNE_ERROR && size === 1) ? undefined : { rune, end };
}
