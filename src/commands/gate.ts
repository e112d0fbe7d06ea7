import { resolve } from "node:path";
import { compareBytewise } from "../base/bytewise.ts";
import { ModwharfError } from "../base/errors.ts";
import { outputOf } from "../base/process.ts";
import { publishComment } from "../platform/publish-comment.ts";
import { applyEdits } from "../policy/apply-edits.ts";
import { type GateResult, runGate } from "../policy/gate.ts";
import { gateReport } from "../policy/gate-report.ts";
import type { ProposalRequest } from "../policy/proposal.ts";
import type { ProxyFacts } from "../policy/proxy-facts.ts";
import { gitEnvironment } from "../source/environment.ts";
import { type CommandContext, defineCommand } from "./command.ts";
import { formatInput, repoInput } from "./common-inputs.ts";
import { openFacts } from "./dependency-facts.ts";
import type { ValuesOf } from "./inputs.ts";

const inputs = [
  repoInput,
  {
    name: "base",
    type: "string",
    placeholder: "REV",
    doc: "The revision to compare with; in a merge or pull request its own base, on the default branch the head",
  },
  { name: "head", type: "string", placeholder: "REV", default: "HEAD", doc: "The revision to judge" },
  {
    name: "policy",
    type: "string",
    placeholder: "FILE",
    doc: "The policy file; without it modwharf.yaml in the root of head, when there is one",
  },
  {
    name: "version",
    type: "string",
    placeholder: "V",
    doc: "A version that is about to be released: judges it too",
  },
  { name: "tag", type: "string", placeholder: "TAG", doc: "The same as a tag, such as sub/v1.2.3" },
  { name: "module", type: "string", placeholder: "PATH", doc: "The module that the version is for" },
  {
    name: "advisories",
    type: "list",
    placeholder: "SOURCE",
    doc: "OSV data (files, folders, URLs) beside what the policy names",
  },
  {
    name: "offline",
    type: "boolean",
    default: "false",
    doc: "Ask no module proxy; rules that need one are listed as not checked",
  },
  {
    name: "fix",
    type: "boolean",
    default: "false",
    doc: "Apply the mechanical fixes of new findings to the checkout",
    notOn: { action: "a job's checkout is thrown away", component: "a job's checkout is thrown away" },
  },
  {
    name: "comment",
    type: "boolean",
    default: "false",
    doc: "Keep one comment with the verdict on the merge or pull request",
  },
  formatInput,
] as const;

type Context = CommandContext<ValuesOf<typeof inputs>>;

export const gate = defineCommand({
  name: "gate",
  description: `
Judges what a merge or pull request changes in the repository's Go modules: versions and go.mod, dependencies, go.sum,
licences, known vulnerabilities, module metadata and exported names. Only what the change introduces blocks (exit code
1); what was there before is reported as existing. Base and head are read through git, without a checkout and without a
Go toolchain. Missing history is an error that names its fix, never a pass.

Rules are listed in docs/rules.md; levels, waivers and the organisation's own lists stand in \`modwharf.yaml\`.`,
  inputs,
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

async function run(context: Context) {
  const { inputs, platform, http, cwd } = context;
  const facts = inputs.offline ? undefined : openFacts(context);
  const base = inputs.base ?? (await baseOf(context));
  const dir = resolve(cwd, inputs.repo);
  const result = await runGate({
    dir,
    env: platform.env,
    base,
    head: inputs.head,
    policyFile: inputs.policy,
    cwd,
    http,
    facts,
    advisories: inputs.advisories,
    proposed: proposalOf(inputs),
    today: new Date().toISOString().slice(0, 10),
  });
  const fixed = inputs.fix ? await fix(context, dir, result) : [];
  facts?.checkAnswered();
  const notAsked = facts === undefined ? [] : unknownModules(facts);
  const report = gateReport(result, { base, head: inputs.head, notAsked, fixed });
  if (inputs.comment) await publishComment(platform, report, "gate");
  return report;
}

/** Modules of which nothing is known, so that rules about them say nothing: told in the report. */
function unknownModules({ notAsked, refused }: ProxyFacts): { module: string; reason: string }[] {
  const kept = [...notAsked].map((module) => ({
    module,
    reason: "GONOPROXY or direct keeps it from every proxy",
  }));
  const denied = [...refused].map(([module, error]) => ({ module, reason: error.actual ?? error.what }));
  return [...kept, ...denied].sort((a, b) => compareBytewise(a.module, b.module));
}

function proposalOf({ version, tag, module }: Context["inputs"]): ProposalRequest | undefined {
  if (version === undefined && tag === undefined) return undefined;
  return { version, tag, modulePath: module };
}

/** The platform's own idea of the base; on the default branch head itself, which lists what exists. */
async function baseOf({ platform, inputs }: Context): Promise<string> {
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

async function fix({ inputs, platform }: Context, dir: string, { judged }: GateResult): Promise<string[]> {
  if (judged === undefined || judged.judgement.edits.length === 0) return [];
  if (inputs.head !== "HEAD") {
    throw new ModwharfError("USAGE", "only what is checked out can be fixed", {
      subject: "--fix",
      expected: "--head HEAD",
      actual: inputs.head,
    });
  }
  const env = { ...gitEnvironment(platform.env, dir), HOME: platform.env.HOME, GIT_CONFIG_GLOBAL: undefined };
  const root = await outputOf("git", ["-C", dir, "rev-parse", "--show-toplevel"], { env });
  return applyEdits(root.trim(), judged.judgement.edits);
}
