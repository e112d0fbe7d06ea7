/**
 * Build constraints (cmd/go, "Build constraints"): which of a package's files are built where. The exported
 * surface is judged for the ports below, since a name may exist on one of them and not on another.
 */

/** Ports that a surface is judged for: those that most users build for, every operating system family once. */
export const ports = [
  { os: "linux", arch: "amd64" },
  { os: "linux", arch: "arm64" },
  { os: "linux", arch: "386" },
  { os: "darwin", arch: "arm64" },
  { os: "windows", arch: "amd64" },
  { os: "freebsd", arch: "amd64" },
  { os: "js", arch: "wasm" },
] as const;

/** A set of ports as bits, in the order of `ports`. */
export type PortSet = number;

export const allPorts: PortSet = (1 << ports.length) - 1;

/** `linux/amd64, darwin/arm64`: the ports of a set for a message. */
export function portNames(set: PortSet): string {
  return ports
    .filter((_, i) => set & (1 << i))
    .map((port) => `${port.os}/${port.arch}`)
    .join(", ");
}

/** Names that file name suffixes and tags may take (go/build syslist.go of Go 1.26). */
const KNOWN_OS = new Set(
  (
    "aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 " +
    "windows zos"
  ).split(" "),
);
const KNOWN_ARCH = new Set(
  (
    "386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc " +
    "ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm"
  ).split(" "),
);
const UNIX = new Set(["linux", "darwin", "freebsd"]);

/**
 * The constraint text above the package clause: the `//go:build` line, else the `// +build` lines joined into
 * one expression, else undefined.
 */
export function headerConstraint(source: string): string | undefined {
  const plusBuild: string[] = [];
  let inComment = false;
  for (const line of headerLines(source)) {
    const text = line.trim();
    if (inComment) inComment = !text.includes("*/");
    else if (text.startsWith("/*")) inComment = !text.includes("*/");
    else if (text.startsWith("//go:build ")) return text.slice(11).trim();
    else if (/^\/\/\s*\+build\s/.test(text)) plusBuild.push(text.replace(/^\/\/\s*\+build\s+/, ""));
    else if (text !== "" && !text.startsWith("//")) break;
  }
  return plusBuild.length === 0 ? undefined : plusBuild.map(plusBuildExpression).join(" && ");
}

function* headerLines(source: string): Generator<string> {
  for (let start = 0; start < source.length; ) {
    const end = source.indexOf("\n", start);
    yield source.slice(start, end < 0 ? source.length : end);
    if (end < 0) return;
    start = end + 1;
  }
}

/** In the old form blanks are or, commas and. */
function plusBuildExpression(line: string): string {
  const options = line.split(/\s+/).filter((option) => option !== "");
  return `(${options.map((option) => `(${option.split(",").join(" && ")})`).join(" || ")})`;
}

/** The ports that build a file, from its name and its constraint; with or without cgo both count. */
export function portsOf(path: string, constraint: string | undefined, usesCgo: boolean): PortSet {
  const named = suffixOf(path);
  if (constraint === undefined && named.os === undefined && named.arch === undefined && !usesCgo) {
    return allPorts;
  }
  let set = 0;
  ports.forEach((port, i) => {
    if (named.os !== undefined && named.os !== port.os) return;
    if (named.arch !== undefined && named.arch !== port.arch) return;
    if (constraint === undefined || holds(constraint, port)) set |= 1 << i;
  });
  return set;
}

/** `_GOOS`, `_GOARCH` or both at the end of a file's name (go/build goodOSArchFile). */
function suffixOf(path: string): { os?: string | undefined; arch?: string | undefined } {
  const base = path.slice(path.lastIndexOf("/") + 1).replace(/\.[^.]*$/, "");
  // What stands before the first underscore is never a suffix: `linux.go` is built everywhere.
  const parts = base.split("_").slice(1);
  if (parts.at(-1) === "test") parts.pop();
  const last = parts.at(-1) ?? "";
  const before = parts.at(-2) ?? "";
  if (KNOWN_ARCH.has(last)) return { arch: last, os: KNOWN_OS.has(before) ? before : undefined };
  return KNOWN_OS.has(last) ? { os: last } : {};
}

function holds(constraint: string, port: (typeof ports)[number]): boolean {
  const tag = (name: string, cgo: boolean) =>
    name === port.os ||
    name === port.arch ||
    name === "gc" ||
    (name === "unix" && UNIX.has(port.os)) ||
    (name === "cgo" && cgo) ||
    /^go1(\.\d+)?$/.test(name);
  return evaluate(constraint, (name) => tag(name, true)) || evaluate(constraint, (name) => tag(name, false));
}

/** go/build/constraint refuses expressions of more than 1,000 parts. */
const MAX_TOKENS = 1000;

/** Evaluates `a && !(b || c)`; what cannot be read counts as not built, as in the go command. */
function evaluate(text: string, has: (tag: string) => boolean): boolean {
  const tokens = text.match(/&&|\|\||[!()]|[\p{L}\p{Nd}_.]+/gu) ?? [];
  if (tokens.length > MAX_TOKENS) return false;
  let at = 0;
  const or = (): boolean => {
    let value = and();
    while (tokens[at] === "||") {
      at++;
      value = and() || value;
    }
    return value;
  };
  const and = (): boolean => {
    let value = not();
    while (tokens[at] === "&&") {
      at++;
      value = not() && value;
    }
    return value;
  };
  const not = (): boolean => {
    const token = tokens[at++];
    if (token === "!") return !not();
    if (token !== "(") return token !== undefined && has(token);
    const value = or();
    at++;
    return value;
  };
  return or();
}
