import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportComponents } from "../../scripts/generate/main.ts";
import { git, gitEnv } from "../source/git-fixture.ts";
import { releaseTree } from "./release-tree.ts";

/*
 * Pipelines run by gitlab-ci-local with its shell executor: real includes (by component, project and remote), rules,
 * stages, artifacts and dotenv, on a GitLab that is a folder of bare repositories.
 */
export const GITLAB_HOST = "gitlab.example.com";
export const COMPONENTS_PROJECT = "platform/modwharf";

export interface Forge {
  /** Holds `group/project.git`. */
  dir: string;
  /** Folders of programs that jobs find first: `npx` and `modwharf` start the tool that is under test. */
  bin: string;
  version: string;
}

/** A GitLab with the component project, released as `version`, below `scratch`. */
export async function createForge(scratch: string, version = "1.0.0"): Promise<Forge> {
  const [dir, bin] = [join(scratch, "forge"), join(scratch, "bin")];
  const work = join(scratch, "components");
  await exportComponents(process.cwd(), work, version);
  git(work, "init", "--quiet", "--initial-branch=main");
  git(work, "add", "--all");
  git(work, "commit", "--quiet", "--message", "Components");
  git(work, "tag", version);
  git(scratch, "clone", "--quiet", "--bare", work, join(dir, `${COMPONENTS_PROJECT}.git`));
  mkdirSync(bin);
  // Exactly what a component may ask npx for, so that a wrong version stamp shows.
  const start = `exec ${quoted(process.execPath)} ${quoted(releaseTree().cli)} "$@"`;
  program(join(bin, "modwharf"), start);
  program(
    join(bin, "npx"),
    `[ "$1 $2" = "--yes modwharf@${version}" ] || { echo "npx $*: not known" >&2; exit 9; }\nshift 2\n${start}`,
  );
  return { dir, bin, version };
}

function program(file: string, script: string): void {
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

export interface PipelineOptions {
  /** The work tree; its .gitlab-ci.yml is what runs. */
  repository: string;
  forge: Forge;
  /** CI/CD variables, predefined ones included. */
  variables?: Readonly<Record<string, string>>;
  /** More arguments: `--list`, names of jobs … */
  args?: readonly string[];
}

export interface PipelineRun {
  ok: boolean;
  /** Without colours. */
  output: string;
}

/** What GitLab sets in the pipeline of a pushed tag. */
export function tagPipeline(tag: string): Record<string, string> {
  return { CI_COMMIT_TAG: tag, CI_COMMIT_REF_NAME: tag, CI_COMMIT_BRANCH: "", CI_PIPELINE_SOURCE: "push" };
}

/** What GitLab sets in a merge request's pipeline. */
export function mergeRequestPipeline(source: string, target: string, base: string): Record<string, string> {
  return {
    CI_PIPELINE_SOURCE: "merge_request_event",
    CI_COMMIT_BRANCH: "",
    CI_MERGE_REQUEST_IID: "7",
    CI_MERGE_REQUEST_TITLE: "A change",
    CI_MERGE_REQUEST_PROJECT_ID: "1217",
    CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "1217",
    CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: source,
    CI_MERGE_REQUEST_TARGET_BRANCH_NAME: target,
    CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
  };
}

export async function runPipeline(options: PipelineOptions): Promise<PipelineRun> {
  const { repository, forge, variables = {}, args = [] } = options;
  const given = {
    GITLAB_CI: "true",
    CI_SERVER_FQDN: GITLAB_HOST,
    CI_PROJECT_DIR: repository,
    ...variables,
  };
  const child = spawn(
    process.execPath,
    [
      join(process.cwd(), "node_modules/gitlab-ci-local/dist/index.js"),
      "--force-shell-executor",
      "--color=false",
      // GitLab itself allows a job without tags an empty list (entry/tags.rb); only the editor's schema does not.
      "--ignore-schema-paths=#/definitions/tags/minItems",
      `--ignore-predefined-vars=${Object.keys(given).join(",")}`,
      ...Object.entries(given).flatMap(([name, value]) => ["--variable", `${name}=${value}`]),
      ...args,
    ],
    {
      cwd: repository,
      env: {
        ...gitEnv,
        PATH: `${forge.bin}:${process.env.PATH}`,
        HOME: join(forge.dir, ".."),
        // Includes by component and project are fetched over ssh; the folder stands in for the server.
        GIT_CONFIG_COUNT: "1",
        GIT_CONFIG_KEY_0: `url.${forge.dir}/.insteadOf`,
        GIT_CONFIG_VALUE_0: `ssh://git@${GITLAB_HOST}:22/`,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
    });
  }
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return { ok: status === 0, output };
}

/** Pushes a project into the forge, for includes from it. */
export function pushProject(forge: Forge, work: string, path: string): void {
  execFileSync("git", ["clone", "--quiet", "--bare", work, join(forge.dir, `${path}.git`)], { env: gitEnv });
}
