import { setTimeout } from "node:timers/promises";
import { ModwharfError } from "./errors.ts";

export interface RetryPolicy {
  /** Attempts in all, the first included. */
  attempts: number;
  /** Upper bound of the first pause; doubles with each attempt, the pause itself is random below it. */
  baseDelayMs: number;
  maxDelayMs: number;
  /** A Retry-After beyond this is not waited for: the response is returned as it is. */
  maxRetryAfterMs: number;
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  random: () => number;
  nowMs: () => number;
}

const DEFAULTS = { attempts: 5, baseDelayMs: 500, maxDelayMs: 20_000, maxRetryAfterMs: 120_000 };

export interface AttemptOutcome {
  /** 1 for the first. */
  attempt: number;
  response: { status: number; headers: Readonly<Record<string, string>> } | undefined;
  error: unknown;
}

const TRANSIENT_STATUS = new Set([408, 425, 429, 500, 502, 503, 504]);

const TRANSIENT_ERRORS = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "UND_ERR_SOCKET",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
]);

/** Milliseconds to wait before the next attempt, or undefined when there must be none. */
export function retryDelayMs(outcome: AttemptOutcome, policy: Partial<RetryPolicy> = {}): number | undefined {
  const { attempts, baseDelayMs, maxDelayMs, maxRetryAfterMs } = { ...DEFAULTS, ...policy };
  if (outcome.attempt >= attempts || !isTransient(outcome)) return undefined;
  const after = retryAfterMs(outcome.response?.headers["retry-after"], (policy.nowMs ?? Date.now)());
  if (after !== undefined) return after > maxRetryAfterMs ? undefined : after;
  const bound = Math.min(maxDelayMs, baseDelayMs * 2 ** (outcome.attempt - 1));
  // Full jitter: many jobs that failed together do not come back together.
  return Math.round((0.5 + (policy.random ?? Math.random)() / 2) * bound);
}

/** Waits as the policy says. Throws the signal's reason when it aborts. */
export async function pause(
  ms: number,
  { sleep }: Pick<Partial<RetryPolicy>, "sleep"> = {},
  signal?: AbortSignal,
): Promise<void> {
  if (sleep !== undefined) return await sleep(ms, signal);
  await setTimeout(ms, undefined, signal && { signal }).catch((error: unknown) => {
    throw signal?.aborted ? signal.reason : error;
  });
}

function isTransient({ response, error }: AttemptOutcome): boolean {
  return response === undefined ? isTransientError(error) : TRANSIENT_STATUS.has(response.status);
}

/** True for network failures that may pass by themselves; ours (ModwharfError) never are. */
export function isTransientError(error: unknown): boolean {
  if (error instanceof ModwharfError || !(error instanceof Error)) return false;
  const code = (error as NodeJS.ErrnoException).code;
  return (code !== undefined && TRANSIENT_ERRORS.has(code)) || isTransientError(error.cause);
}

/** Parses a Retry-After header (seconds or an HTTP date, RFC 9110 10.2.3) into milliseconds from now. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
