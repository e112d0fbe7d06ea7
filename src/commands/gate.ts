import { resolve } from "node:path";
import { ModwharfError } from "../base/errors.ts";
import { isGoRelated } from "../policy/go-related.ts";
import type { Report } from "../report/report.ts";
import { changedFiles } from "../source/changed-files.ts";
import { defineCommand } from "./command.ts";
import { type GateContext, gateInputs } from "./gate-inputs.ts";

export const gate = defineCommand({
  name: "gate",
  description: `
Judges what a merge or pull request changes in the repository's Go modules: versions and go.mod, dependencies, go.sum,
licences, known vulnerabilities, module metadata and exported names. Only what the change introduces blocks (exit code
1); what was there before is reported as existing. Base and head are read through git, without a checkout and without a
Go toolchain. Missing history is an error that names its fix, never a pass.

Rules are listed in docs/rules.md; levels, waivers and the organisation's own lists stand in \`modwharf.yaml\`.`,
  inputs: gateInputs,
  outputs: [
    { name: "blocking", doc: "Number of findings that block", from: (data) => String(data.blocking ?? 0) },
    {
      name: "new",
      doc: "Number of findings that the change introduces",
      from: (data) => String(data.new ?? 0),
    },
    {
      name: "existing",
      doc: "Number of findings that were there before",
      from: (data) => String(data.existing ?? 0),
    },
  ],
  permissions: {
    github: ["contents: read", "pull-requests: write (for comment)"],
    gitlab: ["a project access token with the api scope (for comment)"],
  },
  faces: {
    action: {},
    component: {
      stage: "test",
      rules: ['$CI_PIPELINE_SOURCE == "merge_request_event"', "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"],
      reports: { codequality: "gl-code-quality-report.json", junit: "modwharf-gate.xml" },
    },
  },
  examples: [
    "modwharf gate --base origin/main",
    "modwharf gate --base origin/main --format sarif=gate.sarif --fix",
    "modwharf gate --base v1.2.0 --tag v1.3.0",
  ],
  run,
});

async function run(context: GateContext): Promise<Report> {
  const { inputs, platform, cwd } = context;
  const base = inputs.base ?? (await baseOf(context));
  const { head, policy, version, tag } = inputs;
  const dir = resolve(cwd, inputs.repo);
  const changed = await changedFiles({ dir, env: platform.env, base, head });
  // Judging a commit against itself lists what exists, for the default branch's Code Quality report.
  const isWanted = base === head || version !== undefined || tag !== undefined;
  if (!isWanted && !changed.some((file) => isGoRelated(file.path) || file.path === policy)) {
    return untouchedReport(base, head);
  }
  // Loaded only now: a change without Go must cost no more than one git diff.
  const { runFullGate } = await import("./gate-run.ts");
  return runFullGate(context, base);
}

function untouchedReport(base: string, head: string): Report {
  const nothing = { blocking: 0, new: 0, existing: 0, waived: 0 };
  const lists = { modules: [], unchecked: [], notAsked: [], fixed: [] };
  return {
    command: "gate",
    summary: "No Go file, go.mod, go.sum or policy changed",
    findings: [],
    tables: [],
    data: { base, head, ...nothing, ...lists },
  };
}

/** The platform's own idea of the base; on the default branch head itself, which lists what exists. */
async function baseOf({ platform, inputs }: GateContext): Promise<string> {
  const { trigger } = platform;
  const base = trigger.mergeRequest === undefined ? undefined : await platform.mergeRequestBase();
  if (base !== undefined) return base;
  const isDefault = trigger.branch !== undefined && trigger.branch === trigger.defaultBranch;
  if (trigger.mergeRequest === undefined && isDefault) return inputs.head;
  const target = trigger.mergeRequest?.targetBranch;
  const remote = trigger.mergeRequest?.targetRepositoryUrl ?? "origin";
  throw new ModwharfError("USAGE", "the base of the change is not known", {
    expected: "--base REV, or a merge or pull request pipeline",
    fix:
      target === undefined
        ? "run with --base origin/main"
        : `git fetch ${remote} ${target} and run with --base FETCH_HEAD`,
  });
}
