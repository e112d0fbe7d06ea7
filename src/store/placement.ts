import { ModwharfError } from "../base/errors.ts";
import type { Backend, ObjectState } from "./backend.ts";
import type { Content } from "./content.ts";

/*
 * A zip or mod without its .info is not published: an interrupted run left it, or a run that is under way right
 * now put it there a moment ago. No storage can change two objects in one step, so only time tells them apart:
 *
 * - a publisher writes .info only while its zip and mod are younger than TRUST_MS, and renews them otherwise;
 * - nobody replaces other content that is younger than LEFTOVER_MS.
 *
 * The gap between the two is longer than a request with all its retries, so content that somebody may still be
 * about to publish is never exchanged under them. Ages are by the storage's clock.
 */
export const TRUST_MS = 10 * 60_000;
export const LEFTOVER_MS = 30 * 60_000;

export interface Placement {
  key: string;
  content: Content;
  /** True when the stored object has the content that counts (for a zip: the same h1, whatever its bytes). */
  same: (state: ObjectState) => Promise<boolean>;
  /** Names both contents for an error. */
  difference: () => Promise<{ expected: string; actual: string }>;
  /** True when nothing is expected there: writing is tried before looking. */
  isAbsent?: boolean | undefined;
}

/**
 * Makes an unpublished key hold our content and returns how long it has held it, in milliseconds by the
 * storage's clock; `wrote` is called before each write. Other content that is young throws RACE_LOST; older
 * leftovers are replaced by compare-and-swap.
 */
export async function place(backend: Backend, placement: Placement, wrote: () => void): Promise<number> {
  const { key, content } = placement;
  if (placement.isAbsent) {
    wrote();
    if (await backend.create(key, content)) return 0;
  }
  for (let attempt = 1; attempt <= 5; attempt++) {
    const state = await backend.stat(key);
    if (state === undefined) {
      wrote();
      if (await backend.create(key, content)) return 0;
      continue;
    }
    const same = await placement.same(state);
    const ageMs = await state.ageMs();
    if (same && ageMs < TRUST_MS) return ageMs;
    if (!same && ageMs < LEFTOVER_MS) throw await unfinished(placement, ageMs);
    wrote();
    if (await backend.replace(key, content, state.revision)) return 0;
  }
  throw new ModwharfError("RACE_LOST", "another publisher keeps writing the same version", {
    subject: key,
    fix: "let one job publish a version, and run this one again",
  });
}

async function unfinished(placement: Placement, ageMs: number): Promise<ModwharfError> {
  const waitMinutes = Math.ceil((LEFTOVER_MS - ageMs) / 60_000);
  return new ModwharfError("RACE_LOST", "another publish of this version with other content is unfinished", {
    subject: placement.key,
    ...(await placement.difference()),
    fix:
      "find out which content is right; if that other job was aborted and yours is right, " +
      `run again in ${waitMinutes} min, when its leftover may be replaced`,
  });
}
