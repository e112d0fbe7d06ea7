import fc from "fast-check";
import { expect } from "vitest";
import { ModwharfError, messageOf } from "../../src/base/errors.ts";
import type { Answer } from "./xmod.ts";

function wholeNumber(name: string, otherwise: number): number {
  const text = process.env[name];
  if (text === undefined || text === "") return otherwise;
  if (!/^-?[0-9]+$/.test(text)) throw new Error(`${name} is ${text}, not a whole number`);
  return Number(text);
}

/** How many cases each differential fuzz tries: MODWHARF_FUZZ_CASES, else 5,000. */
export const fuzzCases = wholeNumber("MODWHARF_FUZZ_CASES", 5000);

/** Where the generators start: MODWHARF_FUZZ_SEED, else another place in each run. */
export const fuzzSeed = wholeNumber("MODWHARF_FUZZ_SEED", Date.now() % 0x7fffffff);

/** Vitest's limit for one fuzz of `fuzzCases` cases, in milliseconds: generous, for slow and shared machines. */
export const fuzzTimeoutMs = 60_000 + fuzzCases * 10;

/** Says, once per file of fuzz tests, how to run the same cases again. */
export function announceFuzz(what: string): void {
  process.stdout.write(`fuzz ${what}: MODWHARF_FUZZ_SEED=${fuzzSeed} MODWHARF_FUZZ_CASES=${fuzzCases}\n`);
}

/**
 * Tries `fuzzCases` generated values. `property` throws (an `expect`) where ours and Go's answers differ; the
 * value is then made smaller for as long as they still differ, and the failure shows the smallest with its pair.
 */
export async function fuzz<T>(values: fc.Arbitrary<T>, property: (value: T) => Promise<void>): Promise<void> {
  await fc.assert(fc.asyncProperty(values, property), { numRuns: fuzzCases, seed: fuzzSeed });
}

/** What a function of ours returned, or the error that it threw; anything but a ModwharfError is a defect. */
export function attempt<T>(run: () => T): { result: T } | { error: ModwharfError } {
  try {
    return { result: run() };
  } catch (error) {
    if (error instanceof ModwharfError) return { error };
    throw new Error(`not a ModwharfError: ${messageOf(error)}`, { cause: error });
  }
}

/** Expects that both refuse, or that both give the same result. */
export function expectSame<T>(ours: { result: T } | { error: ModwharfError }, go: Answer<T>): void {
  const refused = go.error !== undefined || go.panic !== undefined;
  if ("error" in ours)
    expect(refused, `Go takes it: ${JSON.stringify(go.result)}, ours: ${ours.error.message}`).toBe(true);
  else expect(refused ? { refused: go.error ?? go.panic } : go.result).toEqual(ours.result);
}

/** The same, and when both refuse, for the same reason: the part of our `what` behind its first colon. */
export function expectSameReason<T>(ours: { result: T } | { error: ModwharfError }, go: Answer<T>): void {
  expectSame(ours, go);
  if (!("error" in ours)) return;
  const { what } = ours.error;
  const reason = what.includes(": ") ? what.slice(what.indexOf(": ") + 2) : what;
  expect(go.error?.slice(-reason.length)).toBe(reason);
}
