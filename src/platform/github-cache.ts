import { rm } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { ModwharfError, messageOf } from "../base/errors.ts";
import { exists } from "../base/files.ts";
import { addSecret } from "../base/redact.ts";
import { divertStdout } from "./divert.ts";
import type { CacheService, Env, Log } from "./platform.ts";
import { trustCaFiles } from "./trust-ca.ts";
import { parseWorkflowCommand } from "./workflow-command.ts";

interface GithubCacheOptions {
  env: Env;
  log: Log;
  /** Prints a line as it is: masks must reach the runner. */
  raw: (line: string) => void;
}

/**
 * GitHub's cache service through the stock @actions/cache, for protocol v2 and v1 (GitHub Enterprise Server).
 * Undefined where the runner says nothing of a cache (a `run:` step, a runner without the service).
 */
export function githubCache(options: GithubCacheOptions): CacheService | undefined {
  const { env } = options;
  // act's own server speaks v1 and asks for no token.
  const v2 = env.ACTIONS_CACHE_SERVICE_V2 && env.ACTIONS_RESULTS_URL && env.ACTIONS_RUNTIME_TOKEN;
  if (!env.ACTIONS_CACHE_URL && !v2) return undefined;
  return {
    restore: (paths, key, prefixes) => restore(options, { paths, key, prefixes }),
    save: (paths, key) => save(options, { paths, key }),
  };
}

interface Entry {
  paths: readonly string[];
  key: string;
}

async function restore(options: GithubCacheOptions, entry: Entry & { prefixes: readonly string[] }) {
  const base = options.env.GITHUB_WORKSPACE ?? ".";
  const targets = entry.paths.map((path) => (isAbsolute(path) ? path : join(base, path)));
  const absent: string[] = [];
  for (const target of targets) if (!(await exists(target))) absent.push(target);
  const { result, failure } = await call(options, async ({ restoreCache }) =>
    // The list is part of the entry's identity; the package changes it in place.
    restoreCache([...entry.paths], entry.key, [...entry.prefixes]),
  );
  if (result === undefined && failure !== undefined) {
    options.log.warn(`the cache was not restored: ${failure.text}`);
    // A failed extraction leaves what it had written so far. What was not there before is certainly its own.
    for (const target of absent) await rm(target, { recursive: true, force: true });
  }
  return result;
}

async function save(options: GithubCacheOptions, { paths, key }: Entry) {
  const { result, failure } = await call(options, ({ saveCache }) => saveCache([...paths], key));
  if (failure === undefined && result !== -1) return "saved";
  if (failure === undefined) {
    options.log.warn("the cache was not saved: the service did not finish the entry");
    return "failed";
  }
  if (failure.denied) {
    options.log.info(`the cache was not saved: this run may only read caches (${failure.text})`);
    return "denied";
  }
  if (failure.exists) return "exists";
  options.log.warn(`the cache was not saved: ${failure.text}`);
  return "failed";
}

interface Failure {
  text: string;
  denied: boolean;
  exists: boolean;
}

type CachePackage = typeof import("@actions/cache");

/**
 * Runs a call of the package and finds out how it ended. It swallows every failure after printing it, and
 * returns -1 for a taken key, a refused write and a broken network alike, so what it prints is all there is.
 */
async function call<T>(options: GithubCacheOptions, body: (cache: CachePackage) => Promise<T>) {
  const printed: string[] = [];
  trustCaFiles(options.env);
  const listen = (line: string) => {
    printed.push(line);
    relay(options, line);
  };
  try {
    const result = await divertStdout(listen, async () => body(await import("@actions/cache")));
    return { result, failure: failureIn(printed) };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "ValidationError") {
      const text = messageOf(error);
      return { result: undefined, failure: { text, denied: false, exists: false } };
    }
    throw new ModwharfError("USAGE", "the cache service does not take this key or path", {
      actual: error.message,
      cause: error,
    });
  }
}

const DENIED = "cache write denied:";

function failureIn(printed: readonly string[]): Failure | undefined {
  const messages = printed.map((line) => parseWorkflowCommand(line)?.message ?? line);
  const skipped = messages.find((text) => /^Cache (?:save|restore) skipped:/.test(text));
  if (skipped !== undefined) return { text: skipped, denied: true, exists: false };
  const failed = messages.find((text) => /^Failed to (?:save|restore):/.test(text));
  if (failed === undefined) return undefined;
  // The reason behind "another job may be creating this cache", which is said of network failures too.
  const reason = messages.find((text) => text.startsWith("Failed to reserve cache:")) ?? failed;
  const text = reason.replace(/^Failed to (?:save|restore|reserve cache): (?:Error: )?/, "");
  return {
    text,
    denied: messages.some((message) => message.includes(DENIED)),
    exists:
      /Unable to reserve cache/.test(failed) &&
      /\(409\)|already exists|Response was not ok/i.test(reason + failed),
  };
}

/** Passes on what the package says, each line with the weight it has for us; masks go to the runner untouched. */
function relay({ log, raw }: GithubCacheOptions, line: string): void {
  const command = parseWorkflowCommand(line);
  if (command?.name === "add-mask") {
    addSecret(command.message);
    raw(line);
  } else if (/^(?:Cache hit for|Cache Size)/.test(line)) {
    log.info(line);
  } else {
    log.debug(command?.message ?? line);
  }
}
