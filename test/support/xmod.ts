import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import {
  chmod,
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { isWellFormed } from "../../src/base/bytewise.ts";
import { requireTool } from "./tools.ts";

const run = promisify(execFile);
const sourceDir = fileURLToPath(new URL("./xmod/", import.meta.url));
const dumpDir = fileURLToPath(new URL("./xmod-dump/", import.meta.url));
const cacheDir = join(homedir(), ".cache", "modwharf-test");

/** Go's environment without what a developer's shell or a workspace above the tree could change. */
export const goEnv: NodeJS.ProcessEnv = { ...process.env, GOFLAGS: "", GOWORK: "off", CGO_ENABLED: "0" };

/** Runs `go` in `cwd` and returns what it printed; a failure carries its standard error. */
export async function runGo(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const options = { cwd, env: { ...goEnv, ...env }, maxBuffer: 256 * 1024 * 1024 };
  return (await run(requireTool("go"), [...args], options)).stdout;
}

/**
 * A string as the Go program takes it: itself, or its bytes when it holds a lone surrogate. Those bytes are the
 * surrogate's own three (ED A0 80 …), which is not valid UTF-8, so Go sees text that cannot be encoded.
 */
export function goText(text: string): string | { base64: string } {
  if (isWellFormed(text)) return text;
  const bytes = [...text].flatMap((char) => {
    const code = char.codePointAt(0)!;
    if (code < 0xd800 || code > 0xdfff) return [...Buffer.from(char)];
    return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)];
  });
  return { base64: Buffer.from(bytes).toString("base64") };
}

async function hashOfSources(): Promise<string> {
  const hash = createHash("sha256").update(await runGo(["version"], sourceDir));
  for (const name of readdirSync(sourceDir).sort()) {
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(sourceDir, name)))
      .update("\0");
  }
  return hash.digest("hex").slice(0, 24);
}

/** Builds the program unless these sources were built before; two builds at once both end with a whole file. */
async function build(): Promise<string> {
  const program = join(
    cacheDir,
    `xmod-${await hashOfSources()}${process.platform === "win32" ? ".exe" : ""}`,
  );
  if (existsSync(program)) return program;
  await mkdir(cacheDir, { recursive: true });
  const unfinished = await mkdtemp(join(cacheDir, "build-"));
  try {
    const output = join(unfinished, "xmod");
    await runGo(["build", "-o", output, "."], sourceDir);
    await rename(output, program);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return program;
}

/** What a Go function gave: its result, the text of the error that it returned, or of its panic. */
export interface Answer<T = unknown> {
  readonly result?: T;
  readonly error?: string;
  readonly panic?: string;
}

interface Waiting {
  resolve(answer: Answer<never>): void;
  reject(error: Error): void;
}

/**
 * The Go reference program (test/support/xmod). Questions asked in one turn of the event loop travel
 * together, so 100,000 of them take about a second: ask with `callAll`, or with many `call`s before awaiting.
 */
export class Xmod {
  readonly #child: ChildProcess;
  readonly #waiting: Waiting[] = [];
  #answered = 0;
  #outgoing: string[] = [];
  #partial = "";
  #stderr = "";

  private constructor(program: string) {
    this.#child = spawn(program, { stdio: ["pipe", "pipe", "pipe"], env: goEnv });
    this.#child.stdout!.setEncoding("utf8").on("data", (chunk: string) => this.#read(chunk));
    this.#child.stderr!.setEncoding("utf8").on("data", (chunk: string) => {
      this.#stderr += chunk;
    });
    this.#child.stdin!.on("error", () => {});
    this.#child.once("error", (error) => this.#fail(error));
    this.#child.once("close", () => this.#fail(new Error(`the Go program ended early: ${this.#stderr}`)));
  }

  /** Builds the program when needed and starts it; `close` ends it. */
  static async start(): Promise<Xmod> {
    return new Xmod(await build());
  }

  /** Asks one question. Rejects when the operation is unknown or its arguments do not fit (a defect of the test). */
  call<T = unknown>(op: string, args: unknown): Promise<Answer<T>> {
    if (this.#outgoing.length === 0) setImmediate(() => this.#send());
    this.#outgoing.push(JSON.stringify({ op, args }));
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Asks one operation about many arguments; the answers are in the order of the questions. */
  callAll<T = unknown>(op: string, args: readonly unknown[]): Promise<Answer<T>[]> {
    return Promise.all(args.map((one) => this.call<T>(op, one)));
  }

  close(): void {
    this.#child.stdin!.end();
  }

  #send(): void {
    this.#child.stdin!.write(`${this.#outgoing.join("\n")}\n`);
    this.#outgoing = [];
  }

  #read(chunk: string): void {
    const lines = (this.#partial + chunk).split("\n");
    this.#partial = lines.pop()!;
    for (const line of lines) {
      const { resolve, reject } = this.#waiting[this.#answered++]!;
      const { fault, ...answer } = JSON.parse(line) as Answer<never> & { fault?: string };
      if (fault === undefined) resolve(answer);
      else reject(new Error(fault));
    }
    // An index moves along the queue, since shifting 100,000 entries one by one is quadratic.
    if (this.#answered === this.#waiting.length) this.#answered = this.#waiting.length = 0;
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.splice(0).slice(this.#answered)) reject(error);
    this.#answered = 0;
  }
}

/** The directory of golang.org/x/mod in the Go module cache, at the version of test/support/xmod/go.mod. */
export async function xmodSourceDir(): Promise<string> {
  await runGo(["mod", "download", "golang.org/x/mod"], sourceDir);
  return (await runGo(["list", "-m", "-f", "{{.Dir}}", "golang.org/x/mod"], sourceDir)).trim();
}

/**
 * The test tables of a package of golang.org/x/mod (`module`, `semver`, `modfile`, `zip`, `sumdb/dirhash` …).
 *
 * Copies x/mod with its tests to a temporary directory, adds test/support/xmod-dump/<pkg>_dump_test.go.txt
 * (slashes as underscores) to the package and runs its TestModwharfDump, which writes one JSON value to the
 * file named by the environment variable MODWHARF_DUMP.
 *
 * Tables inside a test function are out of reach; name the functions that the test calls in `record`: in
 * the copy, each `func F(` becomes `func original_F(`, and the dump file supplies an F that records and delegates.
 */
export async function dumpXmodTests<T>(pkg: string, record: readonly string[] = []): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), "modwharf-xmod-"));
  try {
    await cp(await xmodSourceDir(), root, { recursive: true });
    await makeWritable(root);
    const dir = join(root, pkg);
    await renameFunctions(dir, record);
    const dumpFile = `${pkg.replaceAll("/", "_")}_dump_test.go.txt`;
    await copyFile(join(dumpDir, dumpFile), join(dir, "modwharf_dump_test.go"));
    const out = join(root, "modwharf-dump.json");
    await runGo(["test", "-vet=off", "-run", "^TestModwharfDump$", "."], dir, { MODWHARF_DUMP: out });
    return JSON.parse(await readFile(out, "utf8")) as T;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** The module cache is read-only, and so would be a copy of it. */
async function makeWritable(root: string): Promise<void> {
  await chmod(root, 0o755);
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
  }
}

async function renameFunctions(dir: string, names: readonly string[]): Promise<void> {
  const files = (await readdir(dir)).filter((name) => name.endsWith(".go") && !name.endsWith("_test.go"));
  for (const name of names)
    await renameFunction(
      files.map((file) => join(dir, file)),
      name,
    );
}

async function renameFunction(files: readonly string[], name: string): Promise<void> {
  for (const file of files) {
    const source = await readFile(file, "utf8");
    const renamed = source.replace(new RegExp(`^func ${name}\\(`, "m"), `func original_${name}(`);
    if (renamed === source) continue;
    return await writeFile(file, renamed);
  }
  throw new Error(`golang.org/x/mod no longer declares func ${name}`);
}
