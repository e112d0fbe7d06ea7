import type { NeededModule } from "../manifest/module-set.ts";
import { matchPrefixPatterns } from "../module/patterns.ts";
import { type MirrorRules, refusalOf } from "./rules.ts";
import { type Vouched, type VouchOptions, vouchFor } from "./vouch.ts";

export interface JudgeOptions {
  readonly rules: MirrorRules;
  readonly vouch: VouchOptions;
  /** GONOPROXY patterns: modules of one's own, which no proxy is asked for and which are therefore left out. */
  readonly gonoproxy?: string;
}

/** Whether a module may be taken, and what it has to be then. */
export type Judgement =
  | { readonly status: "private" }
  | { readonly status: "refused"; readonly reason: string }
  | { readonly status: "taken"; readonly vouched: Vouched };

/** Applies the user's rules and asks who vouches for a module. Throws as `vouchFor`. */
export async function judgeModule(
  needed: NeededModule,
  { rules, vouch, gonoproxy = "" }: JudgeOptions,
): Promise<Judgement> {
  if (matchPrefixPatterns(gonoproxy, needed.module.path)) return { status: "private" };
  const refusal = refusalOf(needed.module, rules);
  if (refusal !== undefined) return { status: "refused", reason: refusal };
  const vouched = await vouchFor(needed, vouch);
  return "refused" in vouched ? { status: "refused", reason: vouched.refused } : { status: "taken", vouched };
}
