import { type SimpleGit, simpleGit } from "simple-git";
import { ModwharfError, messageOf } from "../base/errors.ts";
import { redact } from "../base/redact.ts";
import { guardedNames } from "./environment.ts";

export interface GitOptions {
  /** Where git runs; must exist. */
  dir: string;
  /** The whole environment (see `gitEnvironment`). */
  env: Readonly<Record<string, string>>;
  /** The git program. */
  gitPath: string;
}

/** Runs one git command and returns its standard output as text. */
export type GitQuery = (args: readonly string[]) => Promise<string>;

/**
 * A function for small git queries in one directory. Arguments that come from users stand behind
 * `--end-of-options` or inside a full ref name, so the guards of simple-git against options of ours (a private
 * configuration file, a git directory) are lifted.
 *
 * The query throws PROCESS_FAILED with git's own words, or TOOL_MISSING.
 */
export function gitQuery({ dir, env, gitPath }: GitOptions): GitQuery {
  const git: SimpleGit = simpleGit({
    baseDir: dir,
    binary: gitPath,
    allowEnvironment: [...guardedNames],
    completion: { onClose: true, onExit: false },
    unsafe: { allowUnsafeConfigPaths: true, allowUnsafeCustomBinary: true },
  }).env({ ...env });
  return async (args) => {
    try {
      return await git.raw([...args]);
    } catch (error) {
      throw queryError(gitPath, args, error);
    }
  };
}

function queryError(gitPath: string, args: readonly string[], error: unknown): ModwharfError {
  const text = redact(messageOf(error)).trim();
  // simple-git hands a spawn failure on as text only.
  if (/spawn \S+ ENOENT/.test(text)) {
    return new ModwharfError("TOOL_MISSING", "git was not found", {
      subject: gitPath,
      fix: "install git in the job's image, or use an image that has it",
    });
  }
  return new ModwharfError("PROCESS_FAILED", `git ${args[0] ?? ""} failed`, {
    subject: redact(["git", ...args].join(" ")).slice(0, 500),
    actual: text.slice(-2000),
  });
}
