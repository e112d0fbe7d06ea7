import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { temporaryDirectory } from "../base/files.ts";
import type { ProcessOptions } from "../base/process.ts";
import { gitEnvironment } from "./environment.ts";
import { type GitQuery, gitQuery } from "./git.ts";
import { locateRepository } from "./location.ts";
import { publicOrigin } from "./origin.ts";
import { type Ref, readRefs } from "./refs.ts";
import { writePrivateConfig, writeScratchRepository } from "./scratch.ts";
import { readSettings } from "./settings.ts";

export interface OpenOptions {
  /** A checkout or a folder in it, a bare repository, a linked work tree or a submodule. */
  dir: string;
  /** The caller's environment; of it git sees PATH and the like, never a `GIT_*` variable. */
  env: Readonly<Record<string, string | undefined>>;
  /** The git program; `git` on PATH when left out. */
  gitPath?: string;
}

/**
 * A user's repository, open for reading. Refs and the origin are asked of it; commits, trees and blobs are read
 * through a scratch repository of ours, so that neither the user's configuration nor their attributes change a
 * byte, and nothing is ever written to theirs.
 */
export interface Repository {
  /** The folder that was opened, absolute. */
  readonly dir: string;
  readonly objectFormat: "sha1" | "sha256";
  /** Commits at which a shallow clone ends; empty for a full clone. */
  readonly shallowCommits: ReadonlySet<string>;
  /** True for a clone made with `--filter`, which lacks objects on purpose. */
  readonly isPartialClone: boolean;
  /** The origin remote without user info, query and fragment; undefined when there is none fit to publish. */
  readonly originUrl: string | undefined;
  /** Branches, remote branches and tags, in the order of their names. */
  readonly refs: readonly Ref[];
  /** Asks the scratch repository. */
  readonly query: GitQuery;
  /** Asks the user's repository: for names (HEAD, branches, abbreviations) only. */
  readonly queryUser: GitQuery;
  /** For processes that `base/process.ts` runs in the scratch repository. */
  readonly gitPath: string;
  readonly spawning: Pick<ProcessOptions, "cwd" | "env">;
  /** A folder of ours that lives as long as the repository is open. */
  readonly scratchDir: string;
  /** Removes the scratch repository. */
  close(): Promise<void>;
}

/**
 * Opens a repository for reading; `close` it when done.
 *
 * Throws NOT_A_REPOSITORY or TOOL_MISSING.
 */
export async function openRepository({ dir, env, gitPath = "git" }: OpenOptions): Promise<Repository> {
  const scratch = await temporaryDirectory("modwharf-git-");
  try {
    return await openWithin(scratch, { dir: resolve(dir), env, gitPath });
  } catch (error) {
    await scratch.dispose();
    throw error;
  }
}

type Scratch = Awaited<ReturnType<typeof temporaryDirectory>>;

async function openWithin(
  scratch: Scratch,
  { dir, env, gitPath }: Required<OpenOptions>,
): Promise<Repository> {
  writePrivateConfig(scratch.path);
  const cleanEnv = gitEnvironment(env, scratch.path);
  const queryUser = gitQuery({ dir: await existingDirectory(dir), env: cleanEnv, gitPath });
  const [location, settings, refs] = await Promise.allSettled([
    locateRepository(queryUser, dir),
    readSettings(queryUser),
    readRefs(queryUser),
  ]);
  // In this order: what is no repository has no settings either, and the first reason is the one to tell.
  const { objectFormat, shallowCommits, objectsDir } = settled(location);
  const { originUrl, isPartialClone } = settled(settings);
  const gitDir = join(scratch.path, "repository.git");
  writeScratchRepository(gitDir, { objectFormat, shallowCommits, objectsDir });
  const scratchEnv = { ...cleanEnv, GIT_DIR: gitDir };
  return {
    dir,
    objectFormat,
    shallowCommits,
    isPartialClone,
    originUrl: publicOrigin(originUrl),
    refs: settled(refs),
    query: gitQuery({ dir: gitDir, env: scratchEnv, gitPath }),
    queryUser,
    gitPath,
    spawning: { cwd: gitDir, env: scratchEnv },
    scratchDir: scratch.path,
    close: scratch.dispose,
  };
}

function settled<T>(outcome: PromiseSettledResult<T>): T {
  if (outcome.status === "rejected") throw outcome.reason;
  return outcome.value;
}

/** `dir` when it is a folder: git itself would report a missing one as a missing program. */
async function existingDirectory(dir: string): Promise<string> {
  const found = await stat(dir).catch(() => undefined);
  if (found?.isDirectory()) return dir;
  throw new ModwharfError("NOT_A_REPOSITORY", "there is no such folder", {
    subject: dir,
    fix: "name the checkout of the module with --repo",
  });
}
