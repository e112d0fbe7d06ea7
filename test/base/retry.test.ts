import { describe, expect, it } from "vitest";
import { ModwharfError } from "../../src/base/errors.ts";
import { retryAfterMs, retryDelayMs } from "../../src/base/retry.ts";

const policy = { attempts: 4, baseDelayMs: 100, maxDelayMs: 250, random: () => 1, nowMs: () => 0 };
const answer = (status: number, headers: Record<string, string> = {}, attempt = 1) =>
  retryDelayMs({ attempt, response: { status, headers }, error: undefined }, policy);
const failure = (code: string, attempt = 1) =>
  retryDelayMs({ attempt, response: undefined, error: Object.assign(new Error(code), { code }) }, policy);

describe("retryDelayMs", () => {
  it.each([408, 429, 500, 502, 503, 504])("tries again after %i", (status) => {
    expect(answer(status)).toBe(100);
  });

  it.each([200, 304, 400, 401, 403, 404, 409, 410, 412, 413, 501])("accepts %i as the answer", (status) => {
    expect(answer(status)).toBeUndefined();
  });

  it("doubles up to its bound and stops after the last attempt", () => {
    expect([1, 2, 3, 4].map((attempt) => answer(503, {}, attempt))).toEqual([100, 200, 250, undefined]);
  });

  it("spreads the pauses, never below half", () => {
    const delay = retryDelayMs(
      { attempt: 1, response: { status: 503, headers: {} }, error: undefined },
      { ...policy, random: () => 0 },
    );
    expect(delay).toBe(50);
  });

  it("waits as long as Retry-After says, and gives up when that is too long", () => {
    expect(answer(429, { "retry-after": "7" })).toBe(7000);
    expect(answer(503, { "retry-after": "100000" })).toBeUndefined();
  });

  it.each(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "UND_ERR_HEADERS_TIMEOUT", "EAI_AGAIN"])(
    "tries again after %s",
    (code) => {
      expect(failure(code)).toBe(100);
    },
  );

  it.each(["ENOTFOUND", "CERT_HAS_EXPIRED", "DEPTH_ZERO_SELF_SIGNED_CERT"])(
    "does not try again after %s",
    (code) => {
      expect(failure(code)).toBeUndefined();
    },
  );

  it("never repeats what failed by our own check", () => {
    const error = new ModwharfError("HASH_MISMATCH", "x");
    expect(retryDelayMs({ attempt: 1, response: undefined, error }, policy)).toBeUndefined();
  });
});

describe("retryAfterMs", () => {
  it.each([
    ["3", 3000],
    ["Thu, 01 Jan 1970 00:00:05 GMT", 4000],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["soon", undefined],
    [undefined, undefined],
  ])("%s", (header, expected) => {
    expect(retryAfterMs(header, 1000)).toBe(expected);
  });
});
