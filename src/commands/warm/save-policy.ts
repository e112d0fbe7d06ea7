import type { Trigger } from "../../platform/platform.ts";

export type SaveInput = "auto" | "always" | "never";

export interface SaveQuestion {
  readonly save: SaveInput;
  readonly trigger: Trigger;
  /** The key of this set. */
  readonly key: string;
  /** The key of the entry that was found. */
  readonly restoredKey: string | undefined;
}

export interface SaveDecision {
  readonly save: boolean;
  readonly reason: string;
}

/**
 * Whether this run's modules are worth an entry. GitHub shows an entry to the branch that saved it and, when that is
 * the default branch, to all others; entries of pull requests, tags and merge queues are shown to nobody else, and
 * take the place of useful ones. So `auto` saves on the default branch, and elsewhere only where there is nothing at
 * all to start from. An entry never changes: what exists under this key is not saved again.
 */
export function decideSave({ save, trigger, key, restoredKey }: SaveQuestion): SaveDecision {
  if (save === "never") return { save: false, reason: "save: never" };
  if (restoredKey === key) return { save: false, reason: "nothing changed" };
  if (save === "always") return { save: true, reason: "save: always" };
  const { mergeRequest, branch, defaultBranch, kind } = trigger;
  if (mergeRequest?.fork === true) return { save: false, reason: "a pull request from a fork" };
  if (mergeRequest?.sourceBranch.startsWith("gh-readonly-queue/") === true)
    return { save: false, reason: "no other run could use an entry of a merge queue" };
  if (kind === "tag") return { save: false, reason: "no other run could use an entry of a tag" };
  const isDefault = mergeRequest === undefined && branch !== undefined && branch === defaultBranch;
  if (isDefault) return { save: true, reason: "the default branch's modules changed" };
  if (restoredKey === undefined) return { save: true, reason: "there was no entry to start from" };
  return { save: false, reason: "an entry of the default branch serves well enough here" };
}
