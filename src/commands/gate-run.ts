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
import type { Report } from "../report/report.ts";
import { gitEnvironment } from "../source/environment.ts";
import { openFacts } from "./dependency-facts.ts";
import type { GateContext } from "./gate-inputs.ts";
import { goSettings } from "./modules/services.ts";

/** The gate on a change that it has to look at. */
export async function runFullGate(context: GateContext, base: string): Promise<Report> {
  const { inputs, platform, http, cwd } = context;
  if (inputs.fix) checkFixable(inputs.head);
  const facts = inputs.offline ? undefined : openFacts(context);
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
    isOffline: inputs.offline,
    advisories: inputs.advisories,
    privatePatterns: privatePatterns(context),
    proposed: proposalOf(inputs),
    today: new Date().toISOString().slice(0, 10),
  });
  const fixed = inputs.fix ? await fix(context, dir, result) : [];
  facts?.checkAnswered();
  const unnamed = result.notNamed.map((module) => ({
    module,
    reason: "private: its name is not told to the vulnerability API",
  }));
  const notAsked = [...(facts === undefined ? [] : unknownModules(facts)), ...unnamed];
  const report = gateReport(result, { base, head: inputs.head, notAsked, fixed });
  if (inputs.comment) await publishComment(platform, report, "gate");
  return report;
}

/** What the user's Go settings keep from public proxies or databases is kept from the vulnerability API too. */
function privatePatterns(context: GateContext): string {
  const { gonoproxy, gonosumdb } = goSettings(context);
  return [gonoproxy, gonosumdb].join(",");
}

/** Modules of which nothing is known, so that rules about them say nothing: told in the report. */
function unknownModules({ notAsked, refused, absent }: ProxyFacts): { module: string; reason: string }[] {
  const kept = [...notAsked].map((module) => ({
    module,
    reason: "GONOPROXY or direct keeps it from every proxy",
  }));
  const denied = [...refused].map(([module, error]) => ({ module, reason: error.actual ?? error.what }));
  // The version says more than its module, which may be absent too.
  const versioned = new Set([...absent.keys()].flatMap((name) => name.split("@", 2).slice(0, -1)));
  const gone = [...absent]
    .filter(([name]) => !versioned.has(name))
    .map(([module, error]) => ({ module, reason: absenceOf(error) }));
  return [...kept, ...denied, ...gone].sort((a, b) => compareBytewise(a.module, b.module));
}

function absenceOf({ actual, what }: ModwharfError): string {
  // What proxies answer differs from module to module; one row is enough for all of them.
  const reason = actual === undefined ? what : "no proxy of GOPROXY has it";
  return `${reason}, so whether it is retracted, deprecated or under an allowed licence is not known`;
}

function proposalOf({ version, tag, module }: GateContext["inputs"]): ProposalRequest | undefined {
  if (version === undefined && tag === undefined) return undefined;
  return { version, tag, modulePath: module };
}

function checkFixable(head: string): void {
  if (head === "HEAD") return;
  throw new ModwharfError("USAGE", "only what is checked out can be fixed", {
    subject: "--fix",
    expected: "--head HEAD",
    actual: head,
    fix: `git checkout ${head} and leave --head out`,
  });
}

async function fix({ platform }: GateContext, dir: string, { judgement }: GateResult): Promise<string[]> {
  if (judgement.edits.length === 0) return [];
  const env = { ...gitEnvironment(platform.env, dir), HOME: platform.env.HOME, GIT_CONFIG_GLOBAL: undefined };
  const root = await outputOf("git", ["-C", dir, "rev-parse", "--show-toplevel"], { env }).catch((cause) => {
    throw new ModwharfError("USAGE", "there is no checkout to fix", {
      subject: dir,
      expected: "a checkout of head",
      actual: "a bare repository",
      fix: "run --fix in a checkout, or leave it out",
      cause,
    });
  });
  return applyEdits(root.trim(), judgement.edits);
}
