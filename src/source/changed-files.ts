import { ModwharfError } from "../base/errors.ts";
import { temporaryDirectory } from "../base/files.ts";
import { runProcess } from "../base/process.ts";
import { redact } from "../base/redact.ts";
import { gitEnvironment } from "./environment.ts";
import { openRepository } from "./repository.ts";
import { resolveRevision } from "./revision-name.ts";
import { writePrivateConfig } from "./scratch.ts";

/** A file that differs between two commits. */
export interface ChangedFile {
  /** Slash-separated, from the repository's root; the old path of a rename counts as removed. */
  path: string;
  status: "added" | "modified" | "removed" | "type-changed";
}

export interface ChangedFilesOptions {
  /** The user's checkout, or a folder in it. */
  dir: string;
  env: Readonly<Record<string, string | undefined>>;
  gitPath?: string | undefined;
  /** The older revision; compared is where the newer one left it (its merge base). */
  base: string;
  head: string;
}

/**
 * The files that head changed since it left base, with one git process: for deciding whether anything else has
 * to be looked at.
 *
 * Throws REVISION_UNKNOWN or HISTORY_MISSING with the fetch that mends it, NOT_A_REPOSITORY, TOOL_MISSING.
 */
export async function changedFiles(options: ChangedFilesOptions): Promise<ChangedFile[]> {
  const { dir, env, gitPath = "git", base, head } = options;
  const home = await temporaryDirectory("modwharf-git-");
  try {
    writePrivateConfig(home.path);
    const range = `${base}...${head}`;
    const args = ["-C", dir, "diff", "--name-status", "--no-renames", "-z", "--no-ext-diff", range, "--"];
    // A revision that starts with a dash would be read as an option.
    if (base.startsWith("-") || head.startsWith("-"))
      throw unknownRevision(options, "a revision starts with -");
    const result = await runProcess(gitPath, args, { env: gitEnvironment(env, home.path) });
    if (result.exitCode !== 0) throw await diffError(options, redact(result.stderr));
    return parseNameStatus(result.stdout.toString("utf8"));
  } finally {
    await home.dispose();
  }
}

const STATUS = { A: "added", M: "modified", D: "removed", T: "type-changed" } as const;

/** `status NUL path NUL`, again and again. */
function parseNameStatus(text: string): ChangedFile[] {
  const fields = text.split("\0");
  const files: ChangedFile[] = [];
  for (let i = 0; i + 1 < fields.length; i += 2) {
    files.push({ path: fields[i + 1]!, status: STATUS[fields[i] as keyof typeof STATUS] ?? "modified" });
  }
  return files;
}

async function diffError(options: ChangedFilesOptions, said: string): Promise<ModwharfError> {
  if (/not a git repository|cannot change to/i.test(said)) {
    return new ModwharfError("NOT_A_REPOSITORY", "the folder is not inside a git repository", {
      subject: options.dir,
      ...(/cannot change to/.test(said) ? { actual: "no such folder" } : {}),
      fix: "run in the checkout, or name it with --repo",
    });
  }
  if (/no merge base/.test(said)) {
    return new ModwharfError("HISTORY_MISSING", "the clone has no common commit of base and head", {
      subject: `${options.base}...${options.head}`,
      actual: "no merge base",
      fix: "git fetch --unshallow origin (GitHub: fetch-depth: 0 at actions/checkout; GitLab: GIT_DEPTH: 0)",
    });
  }
  await checkRevisions(options);
  return unknownRevision(options, said.trim().split("\n")[0] ?? "");
}

/** Throws REVISION_UNKNOWN for the one of the two that is meant wrongly, with what may be meant instead. */
async function checkRevisions({ dir, env, gitPath, base, head }: ChangedFilesOptions): Promise<void> {
  const repository = await openRepository({ dir, env, ...(gitPath === undefined ? {} : { gitPath }) });
  try {
    for (const revision of [base, head]) await resolveRevision(repository, revision);
  } finally {
    await repository.close();
  }
}

function unknownRevision({ base, head }: ChangedFilesOptions, actual: string): ModwharfError {
  return new ModwharfError("REVISION_UNKNOWN", "base and head cannot be compared", {
    subject: `${base}...${head}`,
    actual: actual.slice(0, 300),
    fix: `fetch both: git fetch origin ${base} (GitHub: fetch-depth: 0 at actions/checkout; GitLab: GIT_DEPTH: 0)`,
  });
}
