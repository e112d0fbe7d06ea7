import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { ModwharfError, messageOf } from "../base/errors.ts";
import type { GitQuery } from "./git.ts";

/** Where a repository keeps what we read; paths are absolute. */
export interface RepositoryLocation {
  /** The folder of objects; its own alternates are followed by git. */
  objectsDir: string;
  /** Commits whose parents a shallow clone does not have; empty for a full clone. */
  shallowCommits: ReadonlySet<string>;
  objectFormat: "sha1" | "sha256";
}

const QUESTIONS = ["--git-path", "objects", "--git-path", "shallow", "--show-object-format"];

/**
 * Asks git where the repository around `dir` is: a work tree or a folder in it, a linked work tree, a submodule
 * (`.git` is a file) or a bare repository.
 *
 * Throws NOT_A_REPOSITORY.
 */
export async function locateRepository(query: GitQuery, dir: string): Promise<RepositoryLocation> {
  const answer = await query(["rev-parse", ...QUESTIONS]).catch((error: unknown) => {
    if (error instanceof ModwharfError && error.code === "TOOL_MISSING") throw error;
    throw new ModwharfError("NOT_A_REPOSITORY", "git finds no repository here", {
      subject: dir,
      actual: error instanceof ModwharfError ? error.actual : messageOf(error),
      fix: "name the checkout of the module with --repo",
      cause: error,
    });
  });
  const [objects, shallow, format] = answer.split("\n");
  if (!objects || !shallow) {
    throw new ModwharfError("NOT_A_REPOSITORY", "git's answer was not understood", {
      subject: dir,
      actual: answer,
      fix: "move the checkout to a folder whose name holds no line break",
    });
  }
  return {
    objectsDir: resolve(dir, objects),
    shallowCommits: await readShallow(resolve(dir, shallow)),
    // A git before 2.29 knows no other format and echoes the question.
    objectFormat: format === "sha256" ? "sha256" : "sha1",
  };
}

async function readShallow(file: string): Promise<Set<string>> {
  const text = await readFile(file, "latin1").catch(() => "");
  return new Set(text.split("\n").filter((line) => line !== ""));
}
