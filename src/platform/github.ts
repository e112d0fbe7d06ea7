import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { connectionFromEnv } from "../base/connection.ts";
import { messageOf } from "../base/errors.ts";
import { HttpClient } from "../base/http.ts";
import { addSecret, redact } from "../base/redact.ts";
import { SUMMARY_MAX_BYTES } from "../report/summary.ts";
import { divertStdout } from "./divert.ts";
import { annotateOnGithub } from "./github-annotate.ts";
import { type GithubApi, openGithub } from "./github-api.ts";
import { githubCache } from "./github-cache.ts";
import { githubConversation } from "./github-conversation.ts";
import { createGithubLog } from "./github-log.ts";
import { githubReleases } from "./github-releases.ts";
import { type GithubEvent, githubTrigger } from "./github-trigger.ts";
import { type PlatformOptions, writerOf } from "./options.ts";
import {
  type Env,
  isUnavailable,
  type Log,
  type Platform,
  type Trigger,
  type Unavailable,
} from "./platform.ts";
import { servicesFromEnv } from "./services.ts";
import { trustCaFiles } from "./trust-ca.ts";
import { idTokenFromEnv } from "./web-identity.ts";

/** A step of a GitHub Actions job. */
export function createGithub(options: PlatformOptions): Platform {
  const { env, quiet } = options;
  const write = writerOf(options.json ? options.stderr : options.stdout);
  const raw = (line: string) => write(`${line}\n`);
  const log = createGithubLog({ write, quiet, debug: env.RUNNER_DEBUG === "1" });
  const services = servicesFromEnv(env);
  const trigger = githubTrigger(env, readEvent(env, log));
  let opened: Promise<GithubApi | Unavailable> | undefined;
  const api = () => {
    opened ??= openGithub(services.github, options.http ?? clientOf(env));
    return opened;
  };
  return {
    name: "github",
    env,
    log,
    trigger,
    services,
    annotate: (findings) => annotateOnGithub(findings, { env, raw }),
    summarize: (markdown) => summarize(markdown, { env, log, raw }),
    setOutputs: (outputs) => setOutputs(outputs, { env, log, raw }),
    conversation: async () => {
      const number = trigger.mergeRequest?.number;
      if (number === undefined) return { unavailable: "this run does not belong to a pull request" };
      const opened = await api();
      return isUnavailable(opened) ? opened : githubConversation(opened, number);
    },
    releases: async () => {
      const opened = await api();
      return isUnavailable(opened) ? opened : githubReleases(opened);
    },
    mergeRequestBase: async () => trigger.mergeRequest?.base ?? (await mergeBase(await api(), trigger, log)),
    idToken: (audience) => idToken(env, audience, raw),
    cache: githubCache({ env, log, raw }),
  };
}

function clientOf(env: Env): HttpClient {
  return new HttpClient({ connection: connectionFromEnv(env), userAgent: "modwharf" });
}

/** The event's payload; an unreadable one only takes knowledge away. */
function readEvent(env: Env, log: Log): GithubEvent {
  if (!env.GITHUB_EVENT_PATH) return {};
  try {
    const event: unknown = JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, "utf8"));
    return typeof event === "object" && event !== null ? (event as GithubEvent) : {};
  } catch (error) {
    log.debug(`cannot read the event: ${messageOf(error)}`);
    return {};
  }
}

interface Channels {
  env: Env;
  log: Log;
  raw: (line: string) => void;
}

/** GitHub drops a step's whole summary when it exceeds the limit, so what would exceed it is not written. */
async function summarize(markdown: string, { env, log, raw }: Channels): Promise<void> {
  const file = env.GITHUB_STEP_SUMMARY;
  if (!file) return;
  const written = (await stat(file).catch(() => undefined))?.size ?? 0;
  const text = redact(markdown);
  if (written + Buffer.byteLength(text) > SUMMARY_MAX_BYTES) {
    log.warn("the job summary has no room left for this step's report; the report files have all of it");
    return;
  }
  await divertStdout(raw, async () => {
    const { summary } = await import("@actions/core");
    await summary.addRaw(text, true).write();
  });
}

/** Through the output file with a delimiter of @actions/core's making, which no value can guess and so end. */
async function setOutputs(
  outputs: Readonly<Record<string, string>>,
  { env, log, raw }: Channels,
): Promise<void> {
  if (!env.GITHUB_OUTPUT) {
    log.debug("outputs are not set: there is no GITHUB_OUTPUT");
    return;
  }
  await divertStdout(raw, async () => {
    const core = await import("@actions/core");
    for (const [name, value] of Object.entries(outputs)) core.setOutput(name, redact(value));
  });
}

/** The commit where the pull request left its target branch; the event only knows the target's tip. */
async function mergeBase(api: GithubApi | Unavailable, { mergeRequest }: Trigger, log: Log) {
  const { targetTip, head } = mergeRequest ?? {};
  if (isUnavailable(api) || targetTip === undefined || head === undefined) return undefined;
  const { octokit, owner, repo } = api;
  try {
    const basehead = `${targetTip}...${head}`;
    const { data } = await octokit.rest.repos.compareCommitsWithBasehead({
      owner,
      repo,
      basehead,
      per_page: 1,
    });
    return data.merge_base_commit.sha;
  } catch (error) {
    log.debug(`GitHub does not tell the merge base: ${messageOf(error)}`);
    return undefined;
  }
}

async function idToken(
  env: Env,
  audience: string,
  raw: (line: string) => void,
): Promise<string | Unavailable> {
  if (!env.ACTIONS_ID_TOKEN_REQUEST_URL) {
    const given = idTokenFromEnv(env, audience);
    return isUnavailable(given) ? { unavailable: "grant the job `permissions: id-token: write`" } : given;
  }
  trustCaFiles(env);
  try {
    const token = await divertStdout(raw, async () => (await import("@actions/core")).getIDToken(audience));
    addSecret(token);
    return token;
  } catch (error) {
    return { unavailable: `GitHub issued no identity token: ${redact(messageOf(error))}` };
  }
}
