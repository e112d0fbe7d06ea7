import { pause, type RetryPolicy } from "../base/retry.ts";

/** Within these a rival has noticed that it came later; for longer than that nobody is waited for. */
const PAUSES_MS = [100, 300, 1000, 3000];

/**
 * Asks whether our upload is served until the answer is yes, for storages that let a second upload through: they serve
 * that one until its publisher gives way. False when it stays.
 */
export async function settles(
  isOurs: () => Promise<boolean>,
  retry?: Partial<RetryPolicy>,
): Promise<boolean> {
  for (const ms of PAUSES_MS) {
    if (await isOurs()) return true;
    await pause(ms, retry);
  }
  return await isOurs();
}
