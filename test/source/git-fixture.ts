import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A file of a commit: its content, or what git can hold besides. */
export type FixtureFile =
  | string
  | Uint8Array
  | { readonly executable: string }
  | { readonly symlink: string }
  | { readonly submodule: string };

/** A commit holds exactly these files; the next one stands on it unless `parents` says otherwise. */
export interface FixtureCommit {
  readonly files: Readonly<Record<string, FixtureFile>>;
  /** Lightweight tags. */
  readonly tags?: readonly string[];
  readonly annotatedTags?: readonly string[];
  /** The branch that it is put on; `main` when left out. */
  readonly branch?: string;
  /** Seconds since 1970; by default the commits stand a minute apart. */
  readonly seconds?: number;
}

/** An environment in which git's answers depend on nothing of this machine. */
export const gitEnv: Record<string, string> = {
  PATH: process.env.PATH ?? "",
  HOME: "/nonexistent",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "A",
  GIT_AUTHOR_EMAIL: "a@example.com",
  GIT_COMMITTER_NAME: "C",
  GIT_COMMITTER_EMAIL: "c@example.com",
  GIT_AUTHOR_DATE: "1700000000 +0000",
  GIT_COMMITTER_DATE: "1700000000 +0200",
};

/** Runs git in `dir` and returns what it printed, trimmed. */
export function git(dir: string, ...args: string[]): string {
  return execFileSync("git", args, { cwd: dir, env: gitEnv, encoding: "utf8", stdio: "pipe" }).trim();
}

/** A folder that is gone when the test is over. */
export function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), "modwharf-test-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A bare-bones checkout (`.git`, no files checked out) with these commits, made by one `git fast-import`. */
export function createRepository(
  dir: string,
  commits: readonly FixtureCommit[],
  ...initArgs: string[]
): string {
  mkdirSync(dir, { recursive: true });
  git(dir, "init", "-q", "-b", "main", ...initArgs);
  execFileSync("git", ["fast-import", "--quiet", "--force"], {
    cwd: dir,
    env: gitEnv,
    input: fastImportStream(commits),
    stdio: "pipe",
  });
  return dir;
}

function fastImportStream(commits: readonly FixtureCommit[]): Buffer {
  const parts: (string | Uint8Array)[] = [];
  commits.forEach((commit, i) => {
    const seconds = commit.seconds ?? 1_700_000_000 + i * 60;
    parts.push(`commit refs/heads/${commit.branch ?? "main"}\nmark :${i + 1}\n`);
    parts.push(`committer C <c@example.com> ${seconds} +0200\ndata 1\nm\n`);
    if (commit.branch !== undefined && i > 0 && commits[i - 1]!.branch !== commit.branch)
      parts.push(`from :${i}\n`);
    parts.push("deleteall\n");
    for (const [path, file] of Object.entries(commit.files)) parts.push(...fileCommand(path, file));
    for (const tag of commit.tags ?? []) parts.push(`reset refs/tags/${tag}\nfrom :${i + 1}\n\n`);
    for (const tag of commit.annotatedTags ?? []) {
      parts.push(`tag ${tag}\nfrom :${i + 1}\ntagger C <c@example.com> ${seconds + 5} +0000\ndata 1\nt\n`);
    }
  });
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

function fileCommand(path: string, file: FixtureFile): (string | Uint8Array)[] {
  const quoted = `"${path.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`;
  if (typeof file === "string" || file instanceof Uint8Array) return inline("100644", quoted, file);
  if ("executable" in file) return inline("100755", quoted, file.executable);
  if ("symlink" in file) return inline("120000", quoted, file.symlink);
  return [`M 160000 ${file.submodule} ${quoted}\n`];
}

function inline(mode: string, path: string, content: string | Uint8Array): (string | Uint8Array)[] {
  const bytes = Buffer.from(content);
  return [`M ${mode} inline ${path}\ndata ${bytes.length}\n`, bytes, "\n"];
}

/** A hash of every file below a folder with its name, mode, time and content: equal only if nothing was written. */
export function fingerprintOf(dir: string): string {
  const hash = createHash("sha256");
  for (const name of (readdirSync(dir, { recursive: true }) as string[]).sort()) {
    const path = join(dir, name);
    const { mode, mtimeMs, size } = statSync(path);
    hash.update(`${name}\0${mode}\0${mtimeMs}\0${size}\0`);
    if (statSync(path).isFile()) hash.update(readFileSync(path));
  }
  return hash.digest("hex");
}
