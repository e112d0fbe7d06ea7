import { unquote } from "../modfile/quote.ts";
import { mayBuild } from "./build-constraint.ts";
import { embedPatterns } from "./embed-patterns.ts";

/** What vendoring needs to know of one Go file. */
export interface GoFile {
  /** False when no set of build tags selects the file: it says `ignore`, or its constraint cannot be read. */
  readonly builds: boolean;
  /** Import paths as the file names them, `C` included. */
  readonly imports: readonly string[];
  /** The patterns of its `//go:embed` lines; none unless it imports `embed`. */
  readonly embeds: readonly string[];
  /** A NUL byte stands where imports are read, which makes `go` give up on the package. */
  readonly hasNul: boolean;
}

/** Most imports end well before; decoding no more of large files saves most of the time. */
const HEAD_BYTES = 8 * 1024;

/**
 * Reads the part of a Go file that decides about vendoring: constraint, imports, embeds. As tolerant as cmd/go
 * (internal/imports): after a syntax error the imports before it still count.
 */
export function readGoFile(content: Uint8Array): GoFile {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const head = bytes.length > HEAD_BYTES ? readText(bytes.toString("utf8", 0, HEAD_BYTES)) : undefined;
  const isWhole = head !== undefined && !head.reachesEnd && !head.file.imports.includes("embed");
  return isWhole ? head.file : readText(bytes.toString("utf8")).file;
}

function readText(decoded: string): { file: GoFile; reachesEnd: boolean } {
  const text = decoded.charCodeAt(0) === 0xfeff ? decoded.slice(1) : decoded;
  const scanner = new HeadScanner(text);
  const end = scanner.scan();
  const imports = scanner.imports.map(unquotePlain).filter((path) => path !== undefined);
  const hasNul = text.slice(0, end).includes("\0");
  // go/build leaves out files of a package of this name.
  const mayEmbed = scanner.packageName !== "documentation" && imports.includes("embed");
  // A constraint stands above the package clause, and most files have none.
  const mayBeConstrained = text.slice(0, scanner.packageAt).includes("build");
  const builds = hasNul || !mayBeConstrained || mayBuild(text);
  return {
    file: { builds, imports, embeds: mayEmbed ? embedPatterns(text) : [], hasNul },
    reachesEnd: end === text.length,
  };
}

/** Import paths hardly ever have escapes. */
function unquotePlain(quoted: string): string | undefined {
  return /^"[^\\\n]*"$/.test(quoted) ? detached(quoted.slice(1, -1)) : unquote(quoted);
}

/** Import paths by themselves: the same few thousand in all files. */
const paths = new Map<string, string>();

/** A string that is no part of a file's text, which V8 would keep in memory whole for the sake of its slices. */
function detached(slice: string): string {
  let path = paths.get(slice);
  if (path === undefined) {
    path = Buffer.from(slice, "utf16le").toString("utf16le");
    paths.set(path, path);
  }
  return path;
}

/** Thrown where the text stops being a package clause with imports; never leaves this file. */
class NotAHead extends Error {}

const IDENTIFIER = /[A-Za-z0-9_\u0080-\uffff]+/y;
const BLANKS = /[ \f\t\r\n;]+/y;

/** Reads `package name` and the imports, as Go's importReader: no more of the grammar than that takes. */
class HeadScanner {
  readonly #text: string;
  #at = 0;
  /** As written, with their quotes. */
  readonly imports: string[] = [];
  packageName = "";
  /** Where the package clause begins; behind everything when there is none. */
  packageAt = Number.POSITIVE_INFINITY;

  constructor(text: string) {
    this.#text = text;
  }

  /** The offset where the imports end; the text's length after a syntax error. */
  scan(): number {
    try {
      this.#keyword("package");
      this.packageAt = this.#at;
      this.packageName = this.#identifier();
      while (this.#peek() === "i") this.#importDeclaration();
      return this.#at;
    } catch (error) {
      if (error instanceof NotAHead) return this.#text.length;
      throw error;
    }
  }

  #importDeclaration(): void {
    this.#keyword("import");
    if (this.#peek() === "(") {
      this.#at++;
      while (this.#peek() !== ")") this.#importSpec();
      this.#at++;
    } else this.#importSpec();
  }

  #importSpec(): void {
    const next = this.#peek();
    if (next === ".") this.#at++;
    else if (next !== '"' && next !== "`") this.#identifier();
    this.#string(this.#peek());
  }

  #string(delimiter: string): void {
    const start = this.#at;
    if (delimiter === "`") this.#at = this.#text.indexOf("`", start + 1) + 1;
    else if (delimiter === '"') this.#at = endOfString(this.#text, start);
    else throw new NotAHead();
    if (this.#at === 0) throw new NotAHead();
    this.imports.push(this.#text.slice(start, this.#at));
  }

  #keyword(word: string): void {
    this.#peek();
    if (!this.#text.startsWith(word, this.#at)) throw new NotAHead();
    this.#at += word.length;
    IDENTIFIER.lastIndex = this.#at;
    if (IDENTIFIER.test(this.#text)) throw new NotAHead();
  }

  #identifier(): string {
    this.#peek();
    IDENTIFIER.lastIndex = this.#at;
    const [name] = IDENTIFIER.exec(this.#text) ?? [];
    if (name === undefined) throw new NotAHead();
    this.#at += name.length;
    return name;
  }

  /** The next character behind blanks, semicolons and comments; "" at the end of the file. */
  #peek(): string {
    for (;;) {
      BLANKS.lastIndex = this.#at;
      if (BLANKS.test(this.#text)) this.#at = BLANKS.lastIndex;
      if (this.#text[this.#at] !== "/") return this.#text[this.#at] ?? "";
      this.#at = this.#afterComment();
    }
  }

  #afterComment(): number {
    const second = this.#text[this.#at + 1];
    if (second !== "/" && second !== "*") throw new NotAHead();
    const closing = second === "/" ? "\n" : "*/";
    const end = this.#text.indexOf(closing, this.#at + 2);
    if (end >= 0) return end + closing.length;
    if (second === "*") throw new NotAHead();
    return this.#text.length;
  }
}

/** The offset behind the closing quote, 0 when the line ends before it. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') return at + 1;
    if (text[at] === "\n") return 0;
    if (text[at] === "\\") at++;
  }
  return 0;
}
